"""Who is prepared next, where many ask at once: whoever has asked for least of late.

A crowd that asks again and again, or sends long texts, waits behind those who ask a short question now and then. What
an address has asked for is told in characters, and halves with the time; nothing is kept of one that was quiet.
"""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import gevent
from gevent.event import Event

from backend.domain.errors import Busy

AT_ONCE = 2
LONG = 500  # characters: the checks of a longer question take a thread, and tens of milliseconds
LONG_AT_ONCE = 1  # so that there is always room for a short one
LONG_RESTS = 3.0  # times as long as a long one took, no other is begun: they get a quarter of the interpreter at most
EACH = 200  # characters that a question counts for besides its own
HALVES_IN_S = 30.0
MOST_KNOWN = 4_096  # addresses; the quietest are forgotten first
LOOK_AT_SOCKETS_S = 0.0005
PATIENCE_S = 20.0  # a question that is not prepared by then is refused; its visitor would not wait longer
BUSY_S = 5


@dataclass(order=True, slots=True)
class Waiting:
    asked_for: float
    number: int
    is_long: bool = field(compare=False)
    may_go: Event = field(compare=False, default_factory=Event)
    has_left: bool = field(compare=False, default=False)


class FairGate:
    """Lets few questions be prepared at once."""

    def __init__(self, now: Callable[[], float] = time.monotonic, patience_s: float = PATIENCE_S) -> None:
        self._now, self._patience_s = now, patience_s
        self._asked_for: dict[str, tuple[float, float]] = {}  # by address: how much, and when that was true
        self._waiting: tuple[list[Waiting], list[Waiting]] = ([], [])  # short ones, long ones
        self._inside = [0, 0]
        self._number = 0

    @contextmanager
    def preparing(self, address: str, characters: int) -> Iterator[None]:
        """Wait for one's turn to be prepared; raise Busy where it does not come.

        The turn lasts as long as the block, and until the loop has looked at its sockets: it runs fifty greenlets that
        are ready before it does so by itself, and none of them would be read.
        """
        is_long = characters > LONG
        self._come_in(Waiting(self._add(address, characters + EACH), self._number, is_long))
        began = self._now()
        try:
            yield
        finally:
            rest_s = LONG_RESTS * (self._now() - began) if is_long else LOOK_AT_SOCKETS_S
            gevent.spawn_later(rest_s, self._leave, is_long)

    def _come_in(self, who: Waiting) -> None:
        self._number += 1
        heapq.heappush(self._waiting[who.is_long], who)
        self._let_in()
        try:
            if not who.may_go.wait(self._patience_s):
                raise Busy(retry_after_s=BUSY_S)
        except BaseException:
            who.has_left = True
            if who.may_go.is_set():
                self._leave(who.is_long)
            raise

    def _leave(self, is_long: bool) -> None:
        self._inside[is_long] -= 1
        self._let_in()

    def _let_in(self) -> None:
        while sum(self._inside) < AT_ONCE and (who := self._next()):
            self._inside[who.is_long] += 1
            who.may_go.set()

    def _next(self) -> Waiting | None:
        """Take out who comes next, None where nobody may."""
        for row in self._waiting:
            while row and row[0].has_left:
                heapq.heappop(row)
        short, long = self._waiting
        rows = [short, long] if self._inside[True] < LONG_AT_ONCE else [short]
        first = min((row for row in rows if row), key=lambda row: row[0], default=None)
        return heapq.heappop(first) if first else None

    def _add(self, address: str, characters: float) -> float:
        """Count what is asked for; return what this address has asked for of late, this included."""
        now = self._now()
        before, when = self._asked_for.pop(address, (0.0, now))
        total = before * math.exp2((when - now) / HALVES_IN_S) + characters
        self._asked_for[address] = total, now  # at the end: the first are those that were quiet for longest
        if len(self._asked_for) > MOST_KNOWN:
            del self._asked_for[next(iter(self._asked_for))]
        return total
