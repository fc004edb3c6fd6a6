"""How much may be asked: questions by the minute, hour and day, and answers at once.

1. Flask-Limiter holds the counters, for each visitor (or verified user), each address, and the site as a whole where
   its owner has set a ceiling. They are looked at here, after the turn id, because a question sent again counts against
   nothing.
2. Whoever is over a limit of their own takes nothing from anybody else's: the visitor is asked first, the site last.
3. With Redis the counts are those of all workers, exactly. While it is away or slow each worker lets in its share of
   every limit from its own memory: nobody waits for Redis, and nobody gets more because it is gone. The same holds for
   answers at once (`live_streams.py`).
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import gevent
import structlog
from flask import Flask
from flask_limiter import Limiter
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.strategies import MovingWindowRateLimiter, RateLimiter
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry

from backend.domain.errors import Busy, RateLimited, TooManyStreams
from backend.domain.site import Site
from backend.domain.toml import read_toml
from backend.http.live_streams import SharedLiveStreams
from backend.http.steady_storage import SteadyStorage

log = structlog.get_logger("web")

# For all counters of one question. Longer than a crowd keeps a worker busy: else a crowd would look like an outage, and
# each worker would count for itself just when it matters.
PATIENCE_S = 2.5
REDIS: Any = {
    "socket_timeout": PATIENCE_S,
    "socket_connect_timeout": PATIENCE_S,
    "retry": Retry(NoBackoff(), 1, (RedisConnectionError,)),  # a count whose reply is late may stand: never sent twice
    "max_connections": 1_000,  # a crowd that asks at once must not look like an outage
}
AWAY_S = 2.0  # for which nobody asks Redis again after it has not answered
SOON_S = 3
BUSY_S = 5

Answer = TypeVar("Answer")
Wanted = tuple[RateLimitItem, tuple[str, str, str]]  # a window, and whose it is


class RedisTakesTooLong(Exception):
    """Redis answers, but not while a visitor can wait."""


class QuestionLimits:
    """Counts admitted questions; a refused one counts as well, a repeated one does not come here."""

    def __init__(
        self, app: Flask, key_of_address: Callable[[], str], redis_url: str | None = None, workers: int = 1
    ) -> None:
        self._limiter = Limiter(
            key_of_address,
            app=app,
            storage_uri=storage_of(redis_url),
            storage_options=REDIS if redis_url else {},
            strategy="moving-window",
            key_prefix="deskbell",  # to be changed with the strategy: Redis' keys do not tell them apart
        )
        self._here = MovingWindowRateLimiter(SteadyStorage())
        self._has_redis = redis_url is not None
        self._workers = workers
        self._ask_again_at = 0.0

    def count(self, site: Site, visitor: str | None, address: str, *, is_beyond_ceiling: bool = False) -> None:
        """Count one question of this visitor (None for a new one) and address; raise RateLimited over a limit.

        A question beyond the site's ceiling was let in by a proof of work, and counts for its visitor and address.
        """

        def hit(strategy: RateLimiter, share_of: int) -> None:
            wanted = own_windows(site, visitor, address, share_of)
            hit_all(strategy, wanted if is_beyond_ceiling else chain(wanted, ceiling_of(site, share_of)))

        self._ask(hit)

    def count_at_door(self, door: str, address: str) -> None:
        """Count a request at a door that has limits of its own; raise RateLimited over one of them.

        Each worker lets in its share, from its own memory: nobody who reads waits for Redis.
        """
        limit = door_limits().get(door)
        if limit is not None:
            whose = ("door", limit.kind, address)
            hit_all(self._here, ((window, whose) for window in limit.windows(self._workers)))

    def is_at_ceiling(self, site: Site) -> bool:
        """Tell whether the site as a whole has no room for another question."""

        def look(strategy: RateLimiter, share_of: int) -> bool:
            return any(not strategy.test(window, *whose) for window, whose in ceiling_of(site, share_of))

        return self._ask(look)

    def _ask(self, work: Callable[[RateLimiter, int], Answer]) -> Answer:
        """Return what the counters of all workers say; while Redis is away, what our own say of our share.

        Without Redis nobody is waited for: a time limit would take a busy loop for an outage, and count anew elsewhere.
        """
        if not self._has_redis:
            return work(self._limiter.limiter, 1)
        if self._may_ask_redis():
            try:
                with gevent.Timeout(PATIENCE_S, RedisTakesTooLong("no answer in time")):
                    answer = work(self._limiter.limiter, 1)
                self._ask_again_at = 0.0
                return answer
            except RateLimited:
                self._ask_again_at = 0.0
                raise
            except (RedisError, RedisTakesTooLong, OSError) as problem:
                self._ask_again_at = time.monotonic() + AWAY_S
                log.warning("limits.redis_away", problem=str(problem))
        return work(self._here, self._workers)

    def _may_ask_redis(self) -> bool:
        """Tell whether Redis answers as far as we know; after a while away, one question tries it for all."""
        if not self._ask_again_at:
            return True
        if time.monotonic() < self._ask_again_at:
            return False
        self._ask_again_at = time.monotonic() + AWAY_S
        return True


def own_windows(site: Site, visitor: str | None, address: str, share_of: int = 1) -> Iterator[Wanted]:
    """Yield every window of a visitor and an address, the visitor's first; each is divided by `share_of`."""
    limits = site.settings.limits
    own = (limits.per_minute, limits.per_hour, limits.per_day)
    for kind, key in (("visitor", visitor), ("address", address)):
        if key:
            yield from ((window, (str(site.id), kind, key)) for window in windows_of(own, share_of))


def ceiling_of(site: Site, share_of: int = 1) -> Iterator[Wanted]:
    """Yield every window that all of the site's visitors share; none where its owner has set no ceiling."""
    limits = site.settings.limits
    ceiling = (limits.site_per_minute, limits.site_per_hour, limits.site_per_day)
    yield from ((window, (str(site.id), "site", "all")) for window in windows_of(ceiling, share_of))


def windows_of(most: Sequence[int], share_of: int) -> Iterator[RateLimitItem]:
    """Yield a window by the minute, hour and day; none where the number is 0."""
    for window, each in zip((RateLimitItemPerMinute, RateLimitItemPerHour, RateLimitItemPerDay), most, strict=True):
        if each:
            yield window(math.ceil(each / share_of))


def hit_all(strategy: RateLimiter, wanted: Iterator[Wanted]) -> None:
    """Count in every window; one that is full refuses, in one step with counting, and counts nothing itself."""
    for window, whose in wanted:
        if not strategy.hit(window, *whose):
            reset = strategy.get_window_stats(window, *whose).reset_time
            raise RateLimited(retry_after_s=max(1, math.ceil(reset - time.time())))


@dataclass(frozen=True, slots=True)
class DoorLimit:
    """How often one address may come to the doors of one kind."""

    kind: str
    per_minute: int
    per_hour: int

    def windows(self, share_of: int = 1) -> Iterator[RateLimitItem]:
        return windows_of((self.per_minute, self.per_hour, 0), share_of)


@cache
def door_limits() -> Mapping[str, DoorLimit]:
    """Return the limit of each door that has one (door_limits.toml)."""
    rows = read_toml(Path(__file__).with_name("door_limits.toml"))
    return {
        door: DoorLimit(kind, row["per_minute"], row["per_hour"]) for kind, row in rows.items() for door in row["doors"]
    }


def storage_of(redis_url: str | None) -> str:
    """Return the counters' address as `limits` spells it."""
    if redis_url is None:
        return "steady://"
    return redis_url.replace("unix://", "redis+unix://", 1)


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
