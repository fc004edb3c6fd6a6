"""Time, and work beside a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Time, so that a test can hold it."""

    def now(self) -> float:
        """Return seconds since the epoch."""

    def monotonic(self) -> float: ...


Spawn = Callable[[Callable[[], None]], object]
