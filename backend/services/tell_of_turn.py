"""A turn that staff should look at is told to the site's webhooks. Nothing that goes wrong here reaches the visitor."""

from __future__ import annotations

import structlog

from backend.domain.errors import ChatError
from backend.domain.ports import TurnObserver
from backend.domain.turn import Opening, Outcome
from backend.services.announce import Webhooks, announce

log = structlog.get_logger("outgoing")


class TellingObserver:
    """Implements TurnObserver: another one hears of every end, webhooks of those with flags."""

    def __init__(self, other: TurnObserver, parts: Webhooks) -> None:
        self._other, self._parts = other, parts

    def turn_ended(self, opening: Opening, outcome: Outcome) -> None:
        self._other.turn_ended(opening, outcome)
        try:
            tell_of_turn(opening, outcome, self._parts)
        except ChatError as problem:  # the database is busy or away: the answer goes out all the same
            log.warning("flag.not_told", turn=opening.asked.turn, said=problem.code)


def tell_of_turn(opening: Opening, outcome: Outcome, parts: Webhooks) -> None:
    """Announce a turn with flags; none without."""
    reasons = sorted({flag.reason for flag in (*opening.question.flags, *outcome.flags)})
    if not reasons:
        return
    asked = opening.asked
    details = {
        "turn": asked.turn,
        "conversation": asked.conversation,
        "reasons": reasons,
        "question": opening.question.text,
    }
    page = f"live/{asked.conversation}"
    announce(asked.site, "flag.raised", details, parts, page=page, conversation=asked.conversation)
