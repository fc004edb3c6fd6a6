"""Answers being written at once, counted over all workers that share a Redis.

1. Every turn that is being answered is a member of its visitor's and its address's set, with a deadline by Redis' own
   clock. To look whether there is room and to take it is one script: two workers never both take the last place.
2. The worker renews its turns' deadlines; those of a worker that died lapse by themselves, and a turn of theirs that is
   sent again takes its own place again.
3. Redis is an advantage and not a need: while it does not answer each worker counts for itself, and tells it of the
   answers that still run when it is back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import gevent
import structlog
from gevent.event import Event as Bell
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from backend.domain.errors import TooManyStreams

log = structlog.get_logger("web")

ANSWER_S = 0.2  # a visitor waits for it
MOST_CONNECTIONS = 1_000  # a crowd that asks at once must not look like an outage
AWAY_S = 2.0  # for which nobody asks again after it has not answered
LEASE_S = 12.0
RENEW_S = 3.0
SOON_S = 3
IN_A_BATCH = 200
PREFIX = "deskbell:live"

NOW = "local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)\n"

# KEYS: the sets. ARGV: the turn, the lease in ms, how many each set may have. A turn that is in them already was begun
# by a worker that died, or by a call whose reply was lost.
TAKE = (
    NOW
    + """
for at = 1, #KEYS do
  redis.call('ZREMRANGEBYSCORE', KEYS[at], '-inf', now)
  if not redis.call('ZSCORE', KEYS[at], ARGV[1]) and redis.call('ZCARD', KEYS[at]) >= tonumber(ARGV[2 + at]) then
    return 0
  end
end
for at = 1, #KEYS do
  redis.call('ZADD', KEYS[at], now + ARGV[2], ARGV[1])
  redis.call('PEXPIRE', KEYS[at], ARGV[2] * 2)
end
return 1
"""
)

# KEYS: a set for each turn. ARGV: the lease in ms, the turns.
RENEW = (
    NOW
    + """
for at = 1, #KEYS do
  redis.call('ZADD', KEYS[at], now + ARGV[1], ARGV[1 + at])
  redis.call('PEXPIRE', KEYS[at], ARGV[1] * 2)
end
return 1
"""
)

Room = tuple[str, int]  # the name of a set, and how many it may have


class SharedLiveStreams:
    """The counts of all workers. `begin` takes room, `end` gives it back; nothing here waits for long."""

    def __init__(self, url: str, lease_s: float = LEASE_S) -> None:
        self._redis = Redis.from_url(
            url,
            max_connections=MOST_CONNECTIONS,
            socket_timeout=ANSWER_S,
            socket_connect_timeout=ANSWER_S,
            retry=Retry(NoBackoff(), 1),
        )
        self._lease_ms = int(lease_s * 1000)
        self._renew_s = min(RENEW_S, lease_s / 3)
        self._ours: dict[str, tuple[str, ...]] = {}
        self._ended: list[tuple[str, tuple[str, ...]]] = []
        self._has_ended = Bell()
        self._away_until = 0.0
        self._beside: gevent.Greenlet[..., None] | None = None

    def begin(self, turn: str, rooms: Sequence[Room]) -> None:
        """Take a place for the turn in every room; raise TooManyStreams where one is full.

        While Redis is away it is let in, and its places are taken when Redis is back.
        """
        names = tuple(f"{PREFIX}:{name}" for name, _ in rooms)
        taken = self._ask(TAKE, names, turn, self._lease_ms, *(most for _, most in rooms))
        if taken == 0:
            raise TooManyStreams(retry_after_s=SOON_S)
        self._ours[turn] = names
        if self._beside is None:
            self._beside = gevent.spawn(self._keep_renewing)

    def end(self, turn: str) -> None:
        """Give a turn's places back, soon; never waits, since it is called where nobody may."""
        self._ended.append((turn, self._ours.pop(turn, ())))
        self._has_ended.set()

    def close(self) -> None:
        if self._beside:
            self._beside.kill()
        self._redis.close()

    def _keep_renewing(self) -> None:
        next_renewal = time.monotonic() + self._renew_s
        while True:
            self._has_ended.wait(max(0.0, next_renewal - time.monotonic()))
            self._has_ended.clear()
            self._give_back()
            if time.monotonic() >= next_renewal:
                next_renewal = time.monotonic() + self._renew_s
                self._renew()

    def _give_back(self) -> None:
        ended, self._ended = self._ended, []
        for turn, names in ended:
            for name in names:
                self._try(partial(self._redis.zrem, name, turn))

    def _renew(self) -> None:
        places = [(name, turn) for turn, names in self._ours.items() for name in names]
        for at in range(0, len(places), IN_A_BATCH):
            batch = places[at : at + IN_A_BATCH]
            self._ask(RENEW, [name for name, _ in batch], self._lease_ms, *(turn for _, turn in batch))

    def _ask(self, script: str, names: Sequence[str], *arguments: object) -> Any:
        return self._try(lambda: self._redis.eval(script, len(names), *names, *map(str, arguments)))

    def _try(self, call: Callable[[], Any]) -> Any:
        """Return what Redis says; None while it is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            return call()
        except (RedisError, OSError) as problem:
            self._away_until = time.monotonic() + AWAY_S
            log.warning("live_streams.redis_away", problem=str(problem))
            return None
