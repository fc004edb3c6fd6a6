"""Counters in memory that a stepping clock does not touch: they go by the monotonic clock.

`limits` goes by the wall clock: after it was set back an hour, whoever was at a limit would wait that hour longer.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from limits.storage import MemoryStorage

SWEEP_S = 60.0


class SteadyStorage(MemoryStorage):
    """A storage of `limits` for moving windows; its address is `steady://`."""

    STORAGE_SCHEME = ["steady"]  # noqa: RUF012 - the library's own form

    def __init__(
        self,
        uri: str | None = None,
        wrap_exceptions: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
        **options: str,
    ) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self._now = monotonic
        self._hits: dict[str, tuple[deque[float], int]] = {}  # when, the newest last, and for how long they count
        self._next_sweep = self._now() + SWEEP_S

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` hits; False, and nothing counted, where more than `limit` would count at once."""
        self._sweep()
        hits = self._counting(key, expiry)
        if len(hits) + amount > limit:
            return False
        hits.extend([self._now()] * amount)
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002 - the library asks so
        """Return when the oldest hit that counts was, by the wall clock of now, and how many count."""
        hits = self._counting(key, expiry)
        age_s = self._now() - hits[0] if hits else 0.0
        return time.time() - age_s, len(hits)

    def keys(self) -> int:
        """Return how many keys take room."""
        return len(self._hits)

    def _counting(self, key: str, expiry: int) -> deque[float]:
        hits, _ = self._hits.setdefault(key, (deque(), expiry))
        while hits and hits[0] < self._now() - expiry:
            hits.popleft()
        return hits

    def _sweep(self) -> None:
        """Forget keys of which nothing counts any more."""
        if self._now() < self._next_sweep:
            return
        self._next_sweep = self._now() + SWEEP_S
        for key, (_, expiry) in list(self._hits.items()):
            if not self._counting(key, expiry):
                del self._hits[key]
