"""The caller of a request: a visitor with our token, a user whom the site vouches for, or a new visitor."""

from __future__ import annotations

import time
from dataclasses import dataclass

from backend.domain.errors import NotFound, VisitorInvalid
from backend.domain.site import Site
from backend.http.addresses import limit_key
from backend.web.chat_request import ChatRequest
from backend.web.identity import verified_user
from backend.web.parts import address_of_client, parts
from backend.web.visitors import is_user


@dataclass(frozen=True, slots=True)
class Caller:
    """The one who asks, and the address they ask from. Without `visitor` and `before` we do not know them.

    `before` is the visitor whom a signed-in user was before: what was begun then may go on. `address` is the network
    address by which limits count.
    """

    address: str
    visitor: str | None = None
    before: str | None = None

    def is_one_of(self, *owners: str) -> bool:
        return any(known in owners for known in (self.visitor, self.before) if known)


def caller_of(wanted: ChatRequest, site: Site) -> Caller:
    """Return who asks; raise IdentityInvalid or VisitorInvalid for a token that is not right."""
    address = limit_key(address_of_client())
    if wanted.user_token is None:
        return Caller(address, known_visitor(wanted, site))
    user = verified_user(wanted.user_token, site, parts().identities.secrets(site), time.time())
    return Caller(address, parts().visitors.visitor_of_user(site.id, user), before=visitor_before(wanted, site))


def visitor_before(wanted: ChatRequest, site: Site) -> str | None:
    """Return who a signed-in user was before. A token of another user's, or one that is worth nothing, is as none."""
    try:
        visitor = known_visitor(wanted, site)
    except VisitorInvalid:
        return None
    return None if visitor is None or is_user(visitor) else visitor


def known_visitor(wanted: ChatRequest, site: Site) -> str | None:
    """Return the visitor whose token came along, None without one; raise VisitorInvalid for a bad one."""
    if wanted.visitor_token is None:
        return None
    site_id, visitor = parts().visitors.read(wanted.visitor_token)
    if site_id != site.id:
        raise VisitorInvalid("the visitor token belongs to another site; leave it out to begin anew")
    return visitor


def holds_token_of(visitor: str, wanted: ChatRequest, site: Site) -> bool:
    """Tell whether the client holds this visitor's token already: else `start` brings it."""
    try:
        return known_visitor(wanted, site) == visitor
    except VisitorInvalid:
        return False


def visitor_of_conversation(conversation: str, site: Site, caller: Caller) -> str:
    """Return which visitor of the caller's the conversation belongs to; raise NotFound where it is somebody else's."""
    owner = parts().book.conversation_owner(conversation)
    if owner is None or owner[0] != site.id or not caller.is_one_of(owner[1]):
        raise NotFound("conversation: there is no such conversation of this visitor; leave it out to begin one")
    return owner[1]
