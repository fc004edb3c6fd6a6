"""`POST /v1/chat`: a turn, as an event stream.

1. The turn id is looked at before any limit: a turn sent again attaches to what it started and counts against nothing.
2. Whatever refuses the question does so before the stream begins, as a problem document, and gives the claim back.
3. The turn runs beside its request: a reader who leaves changes nothing.
"""

from __future__ import annotations

from itertools import chain

from flask import Blueprint, Response, request

from backend.domain.conversation import TurnOwner
from backend.domain.errors import ShuttingDown
from backend.domain.site import Site
from backend.domain.turn import Asked, Page
from backend.http.body import bearer_of, read_body
from backend.turn.run import run_turn
from backend.web.callers import Caller, caller_of, holds_token_of, visitor_of_conversation
from backend.web.chat_request import ChatRequest, read_chat
from backend.web.claims import (
    ClaimGivenBack,
    Fingerprint,
    attach,
    can_be_answered_anew,
    is_taken,
    may_have_token,
    owner_for,
)
from backend.web.parts import parts, question_limits
from backend.web.streams import event_stream

door = Blueprint("chat", __name__)


@door.post("/v1/chat")
def chat() -> Response:
    wanted = read_chat(read_body(request), bearer_of(request), parts().visitors.digest)
    site = parts().sites.site(wanted.site)
    parts().origins.check(request.headers.get("Origin"), site)
    caller = caller_of(wanted, site)
    while True:
        if is_taken(wanted.turn):
            try:
                owner = owner_for(wanted, site, caller)
            except ClaimGivenBack:
                continue  # whoever held the claim was refused; now it is our turn
            if can_be_answered_anew(wanted.turn, site):
                return begin(wanted, site, caller, interrupted=owner)
            return attach(owner, wanted, site, caller)
        if parts().log.claim(wanted.turn):
            return begin(wanted, site, caller)


def begin(wanted: ChatRequest, site: Site, caller: Caller, interrupted: TurnOwner | None = None) -> Response:
    """Start the turn that we have claimed; give the claim back where the question is refused."""
    try:
        if parts().drain.has_begun:
            raise ShuttingDown(retry_after_s=parts().drain.retry_after_s)
        asked = ask(wanted, site, caller) if interrupted is None else ask_again(wanted, site, caller, interrupted)
        if not asked.is_repeated:
            count(asked, wanted.proof, caller)
        end_of_stream = parts().live.begin(site, caller.visitor or asked.visitor, asked.address, asked.turn)
    except BaseException:
        parts().log.release(wanted.turn)
        raise
    try:
        with parts().gate.preparing(asked.address, len(asked.message)):
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


def ask(wanted: ChatRequest, site: Site, caller: Caller) -> Asked:
    """Return the question with whose it is and where it belongs; raise NotFound for another's conversation."""
    visitor = caller.visitor or parts().visitors.new_visitor()
    if wanted.conversation is not None:
        visitor = visitor_of_conversation(wanted.conversation, site, caller)
    owner = TurnOwner(
        turn=wanted.turn,
        site_id=site.id,
        visitor=visitor,
        conversation=wanted.conversation or parts().visitors.new_visitor(),
        fingerprint=str(Fingerprint.of(wanted, caller)),
        was_anonymous=caller.visitor is None,
    )
    return asked_by(
        owner,
        wanted,
        site,
        caller,
        is_new_conversation=wanted.conversation is None,
        needs_token=not holds_token_of(visitor, wanted, site),
    )


def ask_again(wanted: ChatRequest, site: Site, caller: Caller, owner: TurnOwner) -> Asked:
    """Return a question whose answer was interrupted, where and by whom it was asked."""
    needs_token = owner.was_anonymous or not holds_token_of(owner.visitor, wanted, site)
    may_have = may_have_token(owner, wanted, caller)
    return asked_by(owner, wanted, site, caller, is_repeated=True, needs_token=needs_token and may_have)


def asked_by(
    owner: TurnOwner,
    wanted: ChatRequest,
    site: Site,
    caller: Caller,
    *,
    needs_token: bool,
    is_new_conversation: bool = False,
    is_repeated: bool = False,
) -> Asked:
    """Return what is asked: whatever a visitor sends and the site's owner does not want is left out here."""
    return Asked(
        turn=owner.turn,
        site=site,
        visitor=owner.visitor,
        conversation=owner.conversation,
        message=wanted.message,
        address=caller.address,
        is_new_conversation=is_new_conversation,
        page=wanted.page if site.settings.page_context else Page(),
        locale=wanted.locale or site.settings.locale,
        visitor_token=parts().visitors.token_of(site.id, owner.visitor) if needs_token else None,
        fingerprint=owner.fingerprint,
        is_repeated=is_repeated,
        was_anonymous=owner.was_anonymous,
    )
