"""How much one visitor, and one address, may ask: questions by the minute, hour and day, and answers at once.

Flask-Limiter holds the counters; they are looked at here, after the turn id, because a question sent again counts
against nothing. One worker counts in its memory.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable

from flask import Flask
from flask_limiter import Limiter
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute

from backend.domain.errors import Busy, RateLimited, TooManyStreams
from backend.domain.site import Limits, Site

SOON_S = 3
BUSY_S = 5


class QuestionLimits:
    """Counts admitted questions; a refused one counts as well, a repeated one does not come here."""

    def __init__(self, app: Flask, key_of_address: Callable[[], str]) -> None:
        self._limiter = Limiter(
            key_of_address, app=app, storage_uri="memory://", strategy="moving-window", key_prefix="deskbell"
        )

    def count(self, site: Site, visitor: str | None, address: str) -> None:
        """Count one question of this visitor (None for a new one) and address; raise RateLimited over a limit."""
        strategy = self._limiter.limiter
        wanted = [
            (item, (str(site.id), kind, key))
            for kind, key in (("visitor", visitor), ("address", address))
            if key
            for item in windows_of(site.settings.limits)
        ]
        for item, identifiers in wanted:
            if not strategy.test(item, *identifiers):
                reset = strategy.get_window_stats(item, *identifiers).reset_time
                raise RateLimited(retry_after_s=max(1, math.ceil(reset - time.time())))
        for item, identifiers in wanted:
            strategy.hit(item, *identifiers)


def windows_of(limits: Limits) -> tuple[RateLimitItem, ...]:
    return (
        RateLimitItemPerMinute(limits.per_minute),
        RateLimitItemPerHour(limits.per_hour),
        RateLimitItemPerDay(limits.per_day),
    )


class LiveStreams:
    """How many answers are being written now: by visitor, by address and in all."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._live: Counter[tuple[int, str, str]] = Counter()
        self._all = 0

    def begin(self, site: Site, visitor: str, address: str) -> Callable[[], None]:
        """Count one answer; return what ends it. Raise TooManyStreams or Busy over a limit."""
        limits = site.settings.limits
        keys = [(site.id, "visitor", visitor), (site.id, "address", address)]
        if self._all >= self._most:
            raise Busy(retry_after_s=BUSY_S)
        for key, most in zip(keys, (limits.streams_per_visitor, limits.streams_per_address), strict=True):
            if self._live[key] >= most:
                raise TooManyStreams(retry_after_s=SOON_S)
        self._all += 1
        self._live.update(keys)
        return lambda: self._end(keys)

    def _end(self, keys: list[tuple[int, str, str]]) -> None:
        self._all -= 1
        self._live.subtract(keys)
        for key in keys:
            if self._live[key] <= 0:
                del self._live[key]
