"""Turn ids: of many requests with one id, one starts the turn and the others read it.

1. A turn that exists is given to its own visitor. Where its question came without a visitor, it is given to whoever
   sends the same question with the same id; the visitor's token goes with it only to the address that asked first.
2. Whoever may not have a turn is told the same, whether it is another visitor's, or nobody's from elsewhere.
3. A turn whose process died, sent again, is answered anew in its own place: one stored question, one whole answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response

from backend.domain.conversation import TurnOwner
from backend.domain.errors import Busy, Interrupted, NotFound, TurnConflict
from backend.domain.site import Site
from backend.web.callers import Caller
from backend.web.chat_request import ChatRequest
from backend.web.parts import parts
from backend.web.streams import SOON_S, event_stream, stored_stream, stored_turn

START_WAIT_S = 30.0
NO_SUCH_TURN = "turn: there is no such turn of this visitor"


class ClaimGivenBack(Exception):
    """The turn that we waited for was refused and is no more."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A repeated request is compared by its question and by the address it came from. Both are keyed digests."""

    question: str
    address: str

    @classmethod
    def of(cls, wanted: ChatRequest, caller: Caller) -> Fingerprint:
        return cls(wanted.fingerprint, parts().visitors.digest(f"{wanted.turn} {caller.address}".encode())[:32])

    @classmethod
    def kept(cls, text: str) -> Fingerprint:
        question, _, address = text.partition(".")
        return cls(question, address)

    def __str__(self) -> str:
        return f"{self.question}.{self.address}"


def is_taken(turn: str) -> bool:
    return parts().log.knows(turn) or parts().book.owner(turn) is not None


def owner_for(wanted: ChatRequest, site: Site, caller: Caller) -> TurnOwner:
    """Return whose turn it is, to a caller who may have it.

    Raise ClaimGivenBack where it was refused meanwhile, NotFound for another's, TurnConflict for another question.
    """
    if parts().log.knows(wanted.turn):
        wait_for_start(wanted.turn)
    owner = parts().book.owner(wanted.turn)
    if owner is None:
        raise ClaimGivenBack
    sent, kept = Fingerprint.of(wanted, caller), Fingerprint.kept(owner.fingerprint)
    is_same_question = sent.question == kept.question
    is_unnamed = caller.visitor is None and owner.was_anonymous and (is_same_question or sent.address == kept.address)
    if owner.site_id != site.id or not (is_unnamed or caller.is_one_of(owner.visitor)):
        raise NotFound(NO_SUCH_TURN)
    if not is_same_question:
        raise TurnConflict("turn: this id was sent before with another body; make a new UUID for a new question")
    return owner


def may_have_token(owner: TurnOwner, wanted: ChatRequest, caller: Caller) -> bool:
    """Tell whether the visitor's token may go along: to the visitor, and to the address that asked without a name."""
    is_from_there = Fingerprint.of(wanted, caller).address == Fingerprint.kept(owner.fingerprint).address
    return caller.is_one_of(owner.visitor) or is_from_there


def attach(owner: TurnOwner, wanted: ChatRequest, site: Site, caller: Caller) -> Response:
    """Return the stream of a turn that exists, from its start."""
    if parts().log.knows(wanted.turn):
        return event_stream(wanted.turn, has_token=may_have_token(owner, wanted, caller))
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
    """Wait until a claimed turn has begun; raise ClaimGivenBack where it was refused."""
    try:
        parts().log.wait(turn, 0, START_WAIT_S)
    except NotFound as gone:
        raise ClaimGivenBack from gone
