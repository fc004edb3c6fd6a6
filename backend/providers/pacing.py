"""How long reads rest: longer as the core fills, so that a full worker reads more at once instead of falling behind.

1. A quiet worker reads every QUIET_S, a busy one every BUSY_S; between them the rest grows with the share of a core
   that the process uses.
2. A visitor sees text that often. The first words of a reply are never rested for (`claude.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable

QUIET_S, BUSY_S = 0.04, 0.072
QUIET_UP_TO, BUSY_FROM = 0.1, 0.2  # shares of a core: a fifth is some 200 answers on a quick one
LOOKS_EVERY_S = 0.5


class CorePace:
    """The pace of this process."""

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        used: Callable[[], float] = time.process_time,
    ) -> None:
        self._monotonic, self._used = monotonic, used
        self._looked_at, self._used_then = monotonic(), used()
        self._seconds = QUIET_S

    def __call__(self) -> float:
        """Return the seconds to rest now."""
        now = self._monotonic()
        if now - self._looked_at >= LOOKS_EVERY_S:
            used = self._used()
            self._seconds = seconds_at((used - self._used_then) / (now - self._looked_at))
            self._looked_at, self._used_then = now, used
        return self._seconds


def seconds_at(share: float) -> float:
    """Return the rest for a share of a core that is in use."""
    filled = min(1.0, max(0.0, (share - QUIET_UP_TO) / (BUSY_FROM - QUIET_UP_TO)))
    return QUIET_S + filled * (BUSY_S - QUIET_S)


def steady(seconds: float) -> Callable[[], float]:
    """Return a pace that stays as it is."""
    return lambda: seconds
