"""How much one visitor, and one address, may ask: questions by the minute, hour and day, and answers at once.

Flask-Limiter holds the counters; they are looked at here, after the turn id, because a question sent again counts
against nothing. Questions are counted in Redis where there is one, and in the worker's memory while it does not
answer: then each worker lets in as many as all should, which is better than to let in nobody or everybody. The same
holds for answers at once (`live_streams.py`).
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from flask import Flask
from flask_limiter import Limiter
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter, RateLimiter
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from backend.domain.errors import Busy, RateLimited, TooManyStreams
from backend.domain.site import Limits, Site
from backend.web.live_streams import SharedLiveStreams

log = structlog.get_logger("web")

REDIS: Any = {
    "socket_timeout": 0.2,
    "socket_connect_timeout": 0.2,
    "retry": Retry(NoBackoff(), 1),
    "max_connections": 1_000,  # a crowd that asks at once must not look like an outage
}
AWAY_S = 2.0  # for which nobody asks Redis again after it has not answered
SOON_S = 3
BUSY_S = 5


class QuestionLimits:
    """Counts admitted questions; a refused one counts as well, a repeated one does not come here."""

    def __init__(self, app: Flask, key_of_address: Callable[[], str], redis_url: str | None = None) -> None:
        self._limiter = Limiter(
            key_of_address,
            app=app,
            storage_uri=storage_of(redis_url),
            storage_options=REDIS if redis_url else {},
            strategy="moving-window",
            key_prefix="deskbell",  # to be changed with the strategy: Redis' keys do not tell them apart
        )
        self._here = MovingWindowRateLimiter(MemoryStorage())
        self._away_until = 0.0

    def count(self, site: Site, visitor: str | None, address: str) -> None:
        """Count one question of this visitor (None for a new one) and address; raise RateLimited over a limit."""
        wanted = [
            (item, (str(site.id), kind, key))
            for item in windows_of(site.settings.limits)
            for kind, key in (("visitor", visitor), ("address", address))
            if key
        ]
        if time.monotonic() >= self._away_until:
            try:
                self._hit_all(self._limiter.limiter, wanted)
                return
            except (RedisError, OSError) as problem:
                self._away_until = time.monotonic() + AWAY_S
                log.warning("limits.redis_away", problem=str(problem))
        self._hit_all(self._here, wanted)

    def _hit_all(self, strategy: RateLimiter, wanted: Sequence[tuple[RateLimitItem, tuple[str, str, str]]]) -> None:
        """Count in every window; one that is full refuses, in one step with counting, and counts nothing itself."""
        for item, identifiers in wanted:
            if not strategy.hit(item, *identifiers):
                reset = strategy.get_window_stats(item, *identifiers).reset_time
                raise RateLimited(retry_after_s=max(1, math.ceil(reset - time.time())))


def storage_of(redis_url: str | None) -> str:
    """Return the counters' address as `limits` spells it."""
    if redis_url is None:
        return "memory://"
    return redis_url.replace("unix://", "redis+unix://", 1)


def windows_of(limits: Limits) -> tuple[RateLimitItem, ...]:
    return (
        RateLimitItemPerMinute(limits.per_minute),
        RateLimitItemPerHour(limits.per_hour),
        RateLimitItemPerDay(limits.per_day),
    )


class LiveStreams:
    """How many answers are being written now: by visitor and by address over all workers, and in all by this one."""

    def __init__(self, most: int, shared: SharedLiveStreams | None = None) -> None:
        self._most = most
        self._shared = shared
        self._live: Counter[str] = Counter()
        self._all = 0

    def begin(self, site: Site, visitor: str, address: str, turn: str) -> Callable[[], None]:
        """Count the answer to one turn; return what ends it. Raise TooManyStreams or Busy over a limit."""
        limits = site.settings.limits
        rooms = (
            (f"{site.id}:visitor:{visitor}", limits.streams_per_visitor),
            (f"{site.id}:address:{address}", limits.streams_per_address),
        )
        if self._all >= self._most:
            raise Busy(retry_after_s=BUSY_S)
        # What this worker alone knows of refuses without asking anybody, and is all there is while Redis is away.
        if any(self._live[name] >= most for name, most in rooms):
            raise TooManyStreams(retry_after_s=SOON_S)
        names = [name for name, _ in rooms]
        self._all += 1
        self._live.update(names)  # before Redis is asked: that takes a moment, and others come meanwhile
        try:
            if self._shared:
                self._shared.begin(turn, rooms)
        except BaseException:
            self._end(names)
            raise
        return lambda: self._end(names, turn)

    def _end(self, names: list[str], turn: str = "") -> None:
        self._all -= 1
        self._live.subtract(names)
        for name in names:
            if self._live[name] <= 0:
                del self._live[name]
        if self._shared and turn:
            self._shared.end(turn)
