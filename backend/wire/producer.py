"""Runs a turn beside its request: what a visitor asked for is finished and kept, whoever has left meanwhile."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import gevent
import structlog

from backend.domain.errors import Internal, NotFound
from backend.domain.events import Event, Failed, Terminal
from backend.domain.ports import TurnLog
from backend.wire.frames import WireError
from backend.wire.turn_log import TurnTaken

log = structlog.get_logger("wire")


class Producer:
    """Starts one greenlet for each turn. Every turn that was started ends with exactly one terminal event."""

    def __init__(self, turn_log: TurnLog) -> None:
        self._log = turn_log
        self._running: set[gevent.Greenlet[..., None]] = set()

    def start(self, turn: str, events: Iterator[Event], when_ended: Callable[[], None]) -> None:
        """Run this turn to its end; `when_ended` is called once, whatever becomes of it."""
        greenlet = gevent.spawn(self._run, turn, events)
        self._running.add(greenlet)
        greenlet.link(self._running.discard)
        greenlet.link(lambda _: when_ended())

    def _run(self, turn: str, events: Iterator[Event]) -> None:
        has_ended = False
        try:
            for event in events:
                self._log.append(turn, event)
                has_ended = isinstance(event, Terminal)
        except (NotFound, TurnTaken):
            return  # the conversation was erased while it was answered, or another process has ended it
        except Exception:  # whatever broke, the visitor is owed an end
            log.exception("wire.turn_broke", turn=turn)
        if not has_ended:
            with contextlib.suppress(NotFound, WireError):
                self._log.append(turn, Failed.because(Internal()))

    def running(self) -> int:
        """Return how many turns have not ended."""
        return len(self._running)
