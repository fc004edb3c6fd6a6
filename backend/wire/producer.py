"""Runs a turn beside its request: what a visitor asked for is finished and kept, whoever has left meanwhile."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence

import gevent
import structlog
from gevent.lock import BoundedSemaphore

from backend.domain.errors import Internal, NotFound
from backend.domain.events import Event, Failed, Terminal
from backend.domain.ports import TurnLog
from backend.domain.timeline import CameBack, Seen
from backend.wire.frames import WireError
from backend.wire.turn_log import TurnTaken

log = structlog.get_logger("wire")
LOOK_AT_SOCKETS_S = 0.0005
MOST_CAME_BACK = 20  # of a turn: each is a connection that a replay plays from its beginning

Keep = Callable[[str, Sequence[Seen]], None]


class Once:
    """Calls another callable the first time that it is called."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._call: Callable[[], None] | None = call

    def __call__(self) -> None:
        call, self._call = self._call, None
        if call:
            call()


class Producer:
    """Starts one greenlet for each turn. Every turn that was started ends with exactly one terminal event.

    Each of `keep` gets all that was sent of a turn, each with its time, once its last event has gone out. That takes
    some milliseconds and nobody waits for it: one turn is kept at a time, and before each step `rest` lets the streams
    go on and sockets be looked at.
    """

    def __init__(self, turn_log: TurnLog, *keep: Keep, rest: Callable[[float], None] = gevent.sleep) -> None:
        self._log = turn_log
        self._keep, self._rest = keep, rest
        self._one_at_a_time = BoundedSemaphore()
        self._seen: dict[str, list[Seen]] = {}
        self._running: set[gevent.Greenlet[..., None]] = set()

    def start(self, turn: str, events: Iterator[Event], when_ended: Callable[[], None]) -> None:
        """Run this turn to its end; `when_ended` is called once, whatever becomes of it.

        It is called before the last event goes out: who has read that an answer ended may ask at once.
        """
        end = Once(when_ended)
        greenlet = gevent.spawn(self._run, turn, events, end)
        self._running.add(greenlet)
        greenlet.link(self._running.discard)
        greenlet.link(lambda _: end())

    def _run(self, turn: str, events: Iterator[Event], end: Once) -> None:
        has_ended, seen = False, self._seen.setdefault(turn, [])
        try:
            for event in events:
                if is_last := isinstance(event, Terminal):
                    end()
                self._log.append(turn, event)
                seen.append((time.monotonic(), event))
                has_ended = is_last
        except (NotFound, TurnTaken):
            self._seen.pop(turn, None)
            return  # the conversation was erased while it was answered, or another process has ended it
        except Exception:  # whatever broke, the visitor is owed an end
            log.exception("wire.turn_broke", turn=turn)
        if not has_ended:
            end()
            with contextlib.suppress(NotFound, WireError):
                self._log.append(turn, broken := Failed.because(Internal()))
                seen.append((time.monotonic(), broken))
        self._keep_seen(turn, seen)

    def came_back(self, turn: str, after: int) -> None:
        """Remember that a reader of a turn that runs here goes on behind this event; the first ones are enough."""
        seen = self._seen.get(turn)
        if seen and sum(isinstance(what, CameBack) for _, what in seen) < MOST_CAME_BACK:
            seen.append((time.monotonic(), CameBack(after)))

    def _keep_seen(self, turn: str, seen: Sequence[Seen]) -> None:
        self._seen.pop(turn, None)
        for keep in self._keep:
            with self._one_at_a_time:
                self._rest(LOOK_AT_SOCKETS_S)
                try:
                    keep(turn, seen)
                except Exception:  # the visitor has the whole answer: what staff miss is no trouble of theirs
                    log.exception("wire.not_recorded", turn=turn)

    def running(self) -> int:
        """Return how many turns have not ended."""
        return len(self._running)
