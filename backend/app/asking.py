"""A question asked without a visitor, through the whole corridor: alone, or by staff who try a draft."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from backend.domain.cases import Trial
from backend.domain.errors import ChatError, Internal
from backend.domain.events import Done, Event, Failed
from backend.domain.site import Site
from backend.domain.trace import Made
from backend.domain.turn import Asked, Opening, Outcome, PastTurn, Stop

if TYPE_CHECKING:
    from backend.turn.rooms import Rooms

NOBODY = "nobody"


class UnkeptTurn:
    """Implements TurnKeeper for one turn: nothing was before it, and nothing of it is kept."""

    def begin(self, opening: Opening) -> bool:  # noqa: ARG002 - nobody else is in the conversation
        return False

    def end(self, turn: str, outcome: Outcome) -> None: ...

    def history(self, site: Site, conversation: str, most: int) -> Sequence[PastTurn]:  # noqa: ARG002 - there is none
        return ()

    def turn_ended(self, opening: Opening, outcome: Outcome) -> None: ...


class LastTurn:
    """Implements TurnObserver for one turn, and remembers what made it."""

    def __init__(self) -> None:
        self.made: Made | None = None

    def turn_ended(self, opening: Opening, outcome: Outcome) -> None:
        self.made = Made(opening, outcome)


class AloneAsker:
    """Implements Asker by the corridor itself."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def ask(self, site: Site, question: str) -> Trial:
        began = time.monotonic()
        try:
            made = self.make(site, question)
        except ChatError as refused:
            return Trial("", 0.0, (), "", _since(began), 0.0, refused.code)
        outcome, model = made.outcome, made.route.model.id
        if outcome.reply is None:
            return Trial("", 0.0, (), model, _since(began), 0.0, outcome.error or "internal")
        return Trial(
            outcome.reply.message,
            outcome.reply.confidence,
            tuple(source.id for source in outcome.sources),
            model,
            _since(began),
            outcome.usage.cost_usd or 0.0,
            outcome.error,
        )

    def make(self, site: Site, question: str) -> Made:
        from backend.turn.run import run_turn  # most commands need no corridor

        last = LastTurn()
        rooms = replace(self._rooms, book=UnkeptTurn(), observer=last)
        asked = Asked(str(uuid.uuid4()), site, NOBODY, NOBODY, question, "", locale=site.settings.locale)
        for _ in run_turn(asked, rooms, Stop()):
            pass
        if last.made is None:
            raise Internal("the turn ended without an outcome")
        return last.made

    def tell(self, asked: Asked) -> Iterator[Event | Made]:
        from backend.turn.run import run_turn

        last, stop = LastTurn(), Stop()
        events = run_turn(asked, replace(self._rooms, observer=last), stop)
        try:
            for event in events:
                if isinstance(event, Done | Failed) and last.made:
                    yield last.made
                yield event
        except GeneratorExit:
            stop.ask()
            for _ in events:
                pass
            raise


def _since(began: float) -> float:
    return round((time.monotonic() - began) * 1_000, 1)
