"""Counters in memory that a stepping clock does not touch, and that cost the same for many addresses as for few.

1. They go by the monotonic clock. `limits` goes by the wall clock: after it was set back an hour, whoever was at a
   limit would wait that hour longer.
2. What counts no more is dropped when its key is touched, and from the front of the line of keys, which stand in the
   order of their newest hits: so many at each hit and no more. `limits` walks over all keys, on a timer.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from typing import TypeAlias

from limits.storage import MemoryStorage

MOST_DROPPED = 1_000  # keys at one hit: less than a millisecond

Hits: TypeAlias = "array[float]"  # when each was, the newest last; most keys have one, where a deque takes 600 bytes


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
        self.timer.cancel()  # the library's own, which would look for keys of its own
        self._now = monotonic
        self._lines: defaultdict[int, OrderedDict[str, Hits]] = defaultdict(OrderedDict)  # by how long a hit counts

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` hits; False, and nothing counted, where more than `limit` would count at once."""
        self._drop_old()
        line = self._lines[expiry]
        hits = self._counting(key, expiry)
        if len(hits) + amount > limit:
            return False
        hits.extend([self._now()] * amount)
        line[key] = hits
        line.move_to_end(key)
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002 - the library asks so
        """Return when the oldest hit that counts was, by the wall clock of now, and how many count."""
        hits = self._counting(key, expiry)
        age_s = self._now() - hits[0] if hits else 0.0
        return time.time() - age_s, len(hits)

    def keys(self) -> int:
        """Return how many keys take room."""
        return sum(map(len, self._lines.values()))

    def _counting(self, key: str, expiry: int) -> Hits:
        """Return the hits of a key that still count."""
        hits: Hits = self._lines[expiry].get(key) or array("d")
        del hits[: bisect_left(hits, self._now() - expiry)]
        return hits

    def _drop_old(self) -> None:
        """Forget keys of which nothing counts any more, from the front of each line."""
        left = MOST_DROPPED
        for expiry, line in self._lines.items():
            since = self._now() - expiry
            while left and line and (not (hits := next(iter(line.values()))) or hits[-1] < since):
                line.popitem(last=False)
                left -= 1
