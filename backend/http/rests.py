"""Rests of many streams at one loop, ended by one timer, a few at a time.

1. A rest is over when its time is, or up to EARLY_S before: so rests that end at nearly one moment end together, and
   the loop looks at its clock and its sockets once for all of them.
2. Streams that go on are given SLICE_S together. Then the loop looks at its sockets, and others go on: without this
   rule, of 200 streams whose time has come while one question was prepared, all would go on before anybody is heard.
3. Who rested longest goes on first; who is late by `late_s` goes on in any case: where a worker is past its limit,
   others would take the rest of the time, and running streams would stand.
4. What takes some milliseconds of its own (a search, the end of a turn, what is kept of it) goes on `alone`: one piece
   after each look at the sockets, behind the streams, and not while a stream is late by BEHIND_S, unless it has waited
   for PATIENCE_S. Two such pieces one after the other are a pause for everybody.
"""

from __future__ import annotations

import time
from collections import deque
from heapq import heappop, heappush
from itertools import count
from typing import Any

import gevent
from gevent.hub import Hub, Waiter

EARLY_S = 0.004
SLICE_S = 0.003
LATE_S = 0.06
BEHIND_S = 0.008
PATIENCE_S = 0.03


class Rests:
    """Call it with seconds to rest. It serves the loop where it is called first; at another one it just sleeps."""

    def __init__(self, late_s: float = LATE_S, patience_s: float = PATIENCE_S) -> None:
        self._late_s, self._patience_s = late_s, patience_s
        self._resting: list[tuple[float, int, Waiter[None]]] = []  # a heap: until when, and in which order they came
        self._working: deque[tuple[float, Waiter[None]]] = deque()  # since when each waits to go on alone
        self._number = count()
        self._wakes_at = float("inf")
        self._hub: Hub | None = None
        self._timer: Any = None

    def __call__(self, seconds: float) -> None:
        if (hub := self._own_hub()) is None:
            gevent.sleep(seconds)
            return
        waiter: Waiter[None] = Waiter(hub)
        until = time.monotonic() + seconds
        heappush(self._resting, (until, next(self._number), waiter))
        if until < self._wakes_at:
            self._wake_at(hub, until)
        waiter.get()

    def alone(self, at_another_loop: float = 0.0) -> None:
        """Wait until one may do a piece of work of some milliseconds. At another loop it sleeps for so long."""
        if (hub := self._own_hub()) is None:
            gevent.sleep(at_another_loop)
            return
        waiter: Waiter[None] = Waiter(hub)
        now = time.monotonic()
        self._working.append((now, waiter))
        if now < self._wakes_at:
            self._wake_at(hub, now)
        waiter.get()

    def _own_hub(self) -> Hub | None:
        """Return the loop that is served, the first one that is met; None where we are at another."""
        hub = gevent.get_hub()
        if self._hub is None:
            self._hub = hub
        return hub if self._hub is hub else None

    def _wake_at(self, hub: Hub, moment: float) -> None:
        self._wakes_at = moment
        if self._timer:
            self._timer.close()  # only one is ever running: else each would set another
        self._timer = hub.loop.timer(max(0.0, moment - time.monotonic()))
        self._timer.start(self._go_on, hub, update=True)

    def _go_on(self, hub: Hub) -> None:
        """Let those go on whose rest is over, as far as a slice reaches; called by the loop."""
        self._wakes_at = float("inf")
        began = now = time.monotonic()
        while self._resting and (until := self._resting[0][0]) <= began + EARLY_S:
            if now >= began + SLICE_S and now < until + self._late_s:
                break
            heappop(self._resting)[2].switch(None)
            now = time.monotonic()
        if self._working and self._may_work(now):
            self._working.popleft()[1].switch(None)
        until = self._resting[0][0] if self._resting else float("inf")
        next_at = time.monotonic() if self._working else until
        if next_at < self._wakes_at:
            self._wake_at(hub, next_at)

    def _may_work(self, now: float) -> bool:
        """Tell whether the next piece of work may go on."""
        is_behind = bool(self._resting) and self._resting[0][0] + BEHIND_S < now
        return not is_behind or now >= self._working[0][0] + self._patience_s
