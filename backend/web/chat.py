"""`POST /v1/chat`: a turn, as an event stream.

1. The turn id is looked at before any limit: a turn sent again attaches to what it started and counts against nothing.
2. The claim is atomic: of two requests with one id, one starts the turn and the other reads it.
3. Whatever refuses the question does so before the stream begins, as a problem document, and gives the claim back.
4. The turn runs beside its request: a reader who leaves changes nothing.
5. A turn whose process died, sent again, is answered anew in its own place: one stored question, one whole answer.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import chain

from flask import Blueprint, Response, request

from backend.domain.conversation import TurnOwner
from backend.domain.errors import (
    Busy,
    Interrupted,
    NotFound,
    ShuttingDown,
    TurnConflict,
    VisitorInvalid,
)
from backend.domain.site import Site
from backend.domain.turn import Asked, Page
from backend.turn.run import run_turn
from backend.web.addresses import limit_key
from backend.web.identity import verified_user
from backend.web.parts import address_of_client, parts, question_limits
from backend.web.reading import ChatRequest, bearer_of, read_body, read_chat
from backend.web.streams import SOON_S, event_stream, stored_stream, stored_turn
from backend.web.visitors import is_user

door = Blueprint("chat", __name__)
CLAIM_PATIENCE_S = 30.0


@door.post("/v1/chat")
def chat() -> Response:
    wanted = read_chat(read_body(request), bearer_of(request), parts().visitors.digest)
    site = parts().sites.site(wanted.site)
    parts().origins.check(request.headers.get("Origin"), site)
    caller = caller_of(wanted, site)
    while True:
        if parts().log.knows(wanted.turn) or parts().book.owner(wanted.turn):
            try:
                return attach(wanted, site, caller)
            except Vanished:
                continue  # whoever held the claim was refused; now it is our turn
        if parts().log.claim(wanted.turn):
            return begin(wanted, site, caller)


class Vanished(Exception):
    """The turn that we waited for was refused and is no more."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: nobody known (both None), a visitor, or a user whom the site vouches for.

    `before` is the visitor whom that user was before signing in: what was begun then may go on.
    """

    visitor: str | None = None
    before: str | None = None

    def is_one_of(self, *owners: str) -> bool:
        return any(known in owners for known in (self.visitor, self.before) if known)


def begin(wanted: ChatRequest, site: Site, caller: Caller, interrupted: TurnOwner | None = None) -> Response:
    """Start the turn that we have claimed; give the claim back where the question is refused."""
    try:
        if parts().drain.has_begun:
            raise ShuttingDown(retry_after_s=parts().drain.retry_after_s)
        asked = ask(wanted, site, caller) if interrupted is None else ask_again(wanted, site, interrupted)
        if not asked.is_repeated:
            count(asked, wanted.proof, caller)
        end_of_stream = parts().live.begin(site, caller.visitor or asked.visitor, asked.address, asked.turn)
    except BaseException:
        parts().log.release(wanted.turn)
        raise
    try:
        events = run_turn(asked, parts().rooms, parts().log.stop_of(wanted.turn))
        start = next(events)
    except BaseException:
        parts().log.release(wanted.turn)
        end_of_stream()
        raise
    parts().producer.start(wanted.turn, chain([start], events), end_of_stream)
    return event_stream(wanted.turn)


def count(asked: Asked, proof: str | None, caller: Caller) -> None:
    """Count a new question; raise ProofRequired or RateLimited. Without a proof that is wanted nothing is counted."""
    site, limits = asked.site, question_limits()
    when = asked.site.settings.limits.proof
    is_beyond = when == "above_ceiling" and limits.is_at_ceiling(site)
    if when == "always" or is_beyond:
        parts().proofs.take(proof, site)
    limits.count(site, caller.visitor, asked.address, is_beyond_ceiling=is_beyond)


def attach(wanted: ChatRequest, site: Site, caller: Caller) -> Response:
    """Give the stream of a turn that exists to whoever may have it, from its start."""
    if parts().log.knows(wanted.turn):
        wait_for_start(wanted.turn)
    owner = parts().book.owner(wanted.turn)
    if owner is None:
        raise Vanished
    is_unnamed = caller.visitor is None and owner.was_anonymous
    if owner.site_id != site.id or not (is_unnamed or caller.is_one_of(owner.visitor)):
        raise NotFound("turn: there is no such turn of this visitor")
    if owner.fingerprint != wanted.fingerprint:
        raise TurnConflict("turn: this id was sent before with another body; make a new UUID for a new question")
    if can_be_answered_anew(wanted.turn, site):
        return begin(wanted, site, caller, interrupted=owner)
    if parts().log.knows(wanted.turn):
        return event_stream(wanted.turn)
    return stored_stream(site, wanted.turn)


def can_be_answered_anew(turn: str, site: Site) -> bool:
    """Claim a turn whose answer was interrupted; False where it was not, or somebody else claims it."""
    log = parts().log
    if log.knows(turn):
        return log.claim_again(turn)
    stored = stored_turn(site, turn)
    if stored.error != Interrupted.code or not log.claim(turn):
        return False
    if log.problem():
        log.release(turn)
        raise Busy("the turn log cannot be reached", retry_after_s=SOON_S)
    return True


def wait_for_start(turn: str) -> None:
    """Wait until a claimed turn has begun; raise Vanished where it was refused."""
    try:
        parts().log.wait(turn, 0, CLAIM_PATIENCE_S)
    except NotFound as gone:
        raise Vanished from gone


def ask(wanted: ChatRequest, site: Site, caller: Caller) -> Asked:
    """Return the question with whose it is and where it belongs; raise NotFound for another's conversation."""
    visitor = caller.visitor or parts().visitors.new_visitor()
    if wanted.conversation is not None:
        visitor = visitor_of_conversation(wanted.conversation, site, caller)
    return Asked(
        turn=wanted.turn,
        site=site,
        visitor=visitor,
        conversation=wanted.conversation or parts().visitors.new_visitor(),
        message=wanted.message,
        address=limit_key(address_of_client()),
        is_new_conversation=wanted.conversation is None,
        page=wanted.page if site.settings.page_context else Page(),
        locale=wanted.locale or site.settings.locale,
        visitor_token=None if knows(wanted, site, visitor) else parts().visitors.token_of(site.id, visitor),
        fingerprint=wanted.fingerprint,
        was_anonymous=caller.visitor is None,
    )


def ask_again(wanted: ChatRequest, site: Site, owner: TurnOwner) -> Asked:
    """Return a question whose answer was interrupted, where and by whom it was asked."""
    needs_token = owner.was_anonymous or not knows(wanted, site, owner.visitor)
    return Asked(
        turn=wanted.turn,
        site=site,
        visitor=owner.visitor,
        conversation=owner.conversation,
        message=wanted.message,
        address=limit_key(address_of_client()),
        is_new_conversation=False,
        page=wanted.page,
        locale=wanted.locale or site.settings.locale,
        visitor_token=parts().visitors.token_of(site.id, owner.visitor) if needs_token else None,
        fingerprint=wanted.fingerprint,
        is_repeated=True,
        was_anonymous=owner.was_anonymous,
    )


def visitor_of_conversation(conversation: str, site: Site, caller: Caller) -> str:
    """Return which visitor of the caller's the conversation belongs to; raise NotFound where it is somebody else's."""
    owner = parts().book.conversation_owner(conversation)
    if owner is None or owner[0] != site.id or not caller.is_one_of(owner[1]):
        raise NotFound("conversation: there is no such conversation of this visitor; leave it out to begin one")
    return owner[1]


def caller_of(wanted: ChatRequest, site: Site) -> Caller:
    """Return who asks; raise IdentityInvalid or VisitorInvalid for a token that is not right."""
    if wanted.user_token is None:
        return Caller(known_visitor(wanted, site))
    user = verified_user(wanted.user_token, site, parts().identities.secrets(site), time.time())
    return Caller(parts().visitors.visitor_of_user(site.id, user), before=visitor_before(wanted, site))


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


def knows(wanted: ChatRequest, site: Site, visitor: str) -> bool:
    """Tell whether the client holds this visitor's token already: else `start` brings it."""
    try:
        return known_visitor(wanted, site) == visitor
    except VisitorInvalid:
        return False
