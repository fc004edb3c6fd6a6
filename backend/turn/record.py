"""A turn's end is kept in the book, and reported to metrics and logs."""

from __future__ import annotations

import structlog

from backend.domain.errors import Busy, NotKept
from backend.domain.harm import reasons_of, subject_of
from backend.domain.items import Drawn, Waiting
from backend.domain.ports import Clock, TurnKeeper, TurnObserver
from backend.domain.reply import Usage
from backend.domain.small_talk import small_talk_in
from backend.domain.turn import Ending, Opening, Outcome, Spent, Timings

log = structlog.get_logger("turn")


class Stopwatch:
    """Measures one turn from its arrival; all in milliseconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock.monotonic()
        self._admitted = self._found = 0.0
        self._asked: float | None = None
        self._first_text: float | None = None

    def admitted(self) -> None:
        self._admitted = self._elapsed_ms()

    def found(self) -> None:
        self._found = self._elapsed_ms()

    def asked(self) -> None:
        self._asked = self._elapsed_ms()

    def since_asked_s(self) -> float:
        """Return the seconds since the model was first asked."""
        return (self._elapsed_ms() - (self._asked or 0.0)) / 1000

    def text(self) -> None:
        if self._first_text is None:
            self._first_text = self._elapsed_ms()

    def read(self, *, has_ended: bool = False) -> Timings:
        ended = self._elapsed_ms() if has_ended else None
        return Timings(self._admitted, self._found, self._asked, self._first_text, ended)

    def _elapsed_ms(self) -> float:
        return round((self._clock.monotonic() - self._began) * 1000, 2)


def outcome_of(ending: Ending, spent: Spent, timings: Timings, waiting: Waiting | None = None) -> Outcome:
    """Return all that a turn came to, as the book keeps it."""
    return Outcome(
        status=ending.status,
        reply=ending.reply,
        stop_reason=ending.stop_reason,
        is_valid=ending.is_valid,
        flags=ending.flags,
        sources=ending.sources,
        notices=ending.notices,
        usage=usage_of(ending, spent),
        timings=timings,
        request_id=spent.request_id,
        error=ending.error,
        route=spent.route,
        retries=spent.retries,
        waiting=waiting,
        calibrated=ending.confidence,
    )


def usage_of(ending: Ending, spent: Spent) -> Usage:
    """Return the cost of a turn: of all attempts, and of the second look at the reply."""
    return spent.usage + ending.second_look.usage if ending.second_look else spent.usage


def waiting_of(opening: Opening, ending: Ending) -> Waiting:
    """Return what of a turn concerns staff: why they should look at it, and whether it was drawn by lot."""
    question, site = opening.question, opening.asked.site
    is_talk = small_talk_in(question.text, opening.asked.locale, site.settings.locale) is not None
    raised = [flag.reason for flag in (*question.flags, *ending.flags)]
    reasons = reasons_of(raised, ending.notices, is_replaced=ending.is_replaced, is_talk=is_talk)
    drawn = Drawn.of(opening.asked.turn, site.settings.review.sample)
    by_lot = ("sample",) if drawn.is_in and not is_talk else ()
    return Waiting((*reasons, *by_lot), subject_of(question.text), drawn)


def keep(opening: Opening, outcome: Outcome, book: TurnKeeper, observer: TurnObserver) -> None:
    """Keep the turn's end before its last event goes out, so that whoever reads on finds it; raise NotKept."""
    try:
        book.end(opening.asked.turn, outcome)
    except Busy as problem:
        log.warning("record.not_kept", turn=opening.asked.turn, problem=problem.detail)
        raise NotKept(problem.detail) from problem
    finally:
        observer.turn_ended(opening, outcome)
