"""The frame store of many workers: Redis Streams. The only importer of redis in the wire.

1. A turn is a stream of sealed frames whose ids are `<number>-0`, and a hash of its owner, last number and end. All
   that must be one step is a script; scripts can be run again, since an answer may be lost on its way.
2. Leases are one sorted set of deadlines by Redis' own clock, so that hosts' clocks need not agree.
3. One greenlet of a worker waits for all turns that it follows, with one connection, and for the calls of others:
   a connection for each reader would run into the pool's end.
4. Timeouts are short and tries are few: redis-py by itself waits for most of a minute. After a failure nobody tries
   again for PAUSE_S, so that streams do not each pay for the same outage.
5. A crowd waits for a free connection: the pool by itself would raise, and its being full would look like an outage.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from gevent import socket
from gevent.lock import BoundedSemaphore
from redis import Connection, ConnectionPool, Redis, RedisError, UnixDomainSocketConnection
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError
from redis.retry import Retry

from backend.wire.frame_store import KEPT_S, LEASE_S, LONGEST_KEPT_S, Frames, News, Seal, StoreAway

ANSWER_S = 0.5
LONGEST_WAIT_S = 2.0
PAUSE_S = 0.5
WRITE_PAUSE_S = 0.03  # other workers' readers wait for what is written
MOST_CONNECTIONS = 50
MOST_CALLS = 1_000
ATTENDED_S = 60
LEASES, CALLS = "deskbell:leases", "deskbell:calls"

# KEYS: hash, stream, leases. Every script begins with ME and TURN as ARGV 1 and 2, and NOW from Redis' clock.
NOW = "local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)\n"

CLAIM = (
    NOW
    + """
local owner = redis.call('HMGET', KEYS[1], 'owner', 'nonce')
if owner[1] and owner[1] ~= '' then
  if owner[2] == ARGV[5] then return 1 end
  return 0
end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'nonce', ARGV[5])
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[3], now + ARGV[4], ARGV[2])
return 1
"""
)

CLAIM_AGAIN = (
    NOW
    + """
local found = redis.call('HMGET', KEYS[1], 'end', 'last', 'nonce', 'earlier')
if found[3] == ARGV[5] then return tonumber(found[4]) end
if found[1] ~= 'interrupted' then return -1 end
local earlier = math.max(tonumber(found[2]), tonumber(found[4] or '0'))
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'nonce', ARGV[5], 'earlier', earlier)
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[3], now + ARGV[4], ARGV[2])
return earlier
"""
)

RELEASE = """
local found = redis.call('HMGET', KEYS[1], 'owner', 'last')
if found[1] == ARGV[1] and not found[2] then
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('ZREM', KEYS[3], ARGV[2])
end
return 1
"""

# ARGV: me, turn, kept, lease, first number, end, frames. A turn that nobody knows was claimed while Redis was away,
# or Redis has lost it: its owner may (re)write it from its first frame.
WRITE = (
    NOW
    + """
local found = redis.call('HMGET', KEYS[1], 'owner', 'last', 'end')
if found[1] and found[1] ~= ARGV[1] then return -1 end
local last, first, count = tonumber(found[2] or '0'), tonumber(ARGV[5]), #ARGV - 6
if found[3] or first > last + 1 then return last end
if not found[1] then
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[1], 'owner', ARGV[1])
end
for at = last - first + 2, count do
  local id = (first + at - 1) .. '-0'
  if at == count and ARGV[6] ~= '' then
    redis.call('XADD', KEYS[2], id, 'f', ARGV[6 + at], 'e', ARGV[6])
  else
    redis.call('XADD', KEYS[2], id, 'f', ARGV[6 + at])
  end
end
last = math.max(last, first + count - 1)
redis.call('HSET', KEYS[1], 'last', last)
if ARGV[6] ~= '' then
  redis.call('HSET', KEYS[1], 'end', ARGV[6])
  redis.call('ZREM', KEYS[3], ARGV[2])
else
  redis.call('ZADD', KEYS[3], now + ARGV[4], ARGV[2])
end
local kept = ARGV[6] ~= '' and {kept} or ARGV[3]
redis.call('EXPIRE', KEYS[1], kept)
redis.call('EXPIRE', KEYS[2], kept)
return last
""".replace("{kept}", str(int(KEPT_S)))
)

RENEW = (
    NOW
    + """
local found = redis.call('HMGET', KEYS[1], 'owner', 'end')
if found[1] == ARGV[1] and not found[2] then redis.call('ZADD', KEYS[3], now + ARGV[4], ARGV[2]) end
return 1
"""
)

# KEYS: leases. ARGV: me, the hashes' prefix, lease.
TAKE_LAPSED = (
    NOW
    + """
local taken = {}
for _, turn in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 100)) do
  local found = redis.call('HMGET', ARGV[2] .. turn, 'owner', 'end')
  if not found[1] or found[1] == '' or found[2] then
    redis.call('ZREM', KEYS[1], turn)
  elseif found[1] ~= ARGV[1] then
    redis.call('HSET', ARGV[2] .. turn, 'owner', ARGV[1])
    redis.call('ZADD', KEYS[1], now + ARGV[3], turn)
    table.insert(taken, turn)
  end
end
return taken
"""
)

# The hash stays a while without an owner, so that whoever still writes the turn is told to leave off.
FORGET = """
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'owner', '', 'end', 'forgotten')
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('ZREM', KEYS[3], ARGV[2])
return 1
"""

DIGESTS = {
    script: hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()  # Redis' own name for it
    for script in (CLAIM, CLAIM_AGAIN, RELEASE, WRITE, RENEW, FORGET)
}


class RedisFrameStore:
    """Implements the port `FrameStore`."""

    has_calls = True
    pause_s = WRITE_PAUSE_S

    def __init__(self, url: str, seal: Seal, unseal: Seal, lease_s: float = LEASE_S) -> None:
        self._seal, self._unseal = seal, unseal
        self._lease_ms = int(lease_s * 1000)
        self._me = secrets.token_hex(8)
        self._client = connect(url, ANSWER_S)
        self._waiting = connect(url, LONGEST_WAIT_S + ANSWER_S)
        self._away_until = 0.0
        self._free_connections = BoundedSemaphore(MOST_CONNECTIONS)
        self._wake_key = f"deskbell:wake:{self._me}"
        self._wakes, self._calls = "0", ""

    def claim(self, turn: str) -> bool:
        return bool(self._run(CLAIM, turn, secrets.token_hex(8)) == 1)

    def claim_again(self, turn: str) -> int | None:
        earlier = int(self._run(CLAIM_AGAIN, turn, secrets.token_hex(8)))
        return None if earlier < 0 else earlier

    def release(self, turn: str) -> None:
        self._run(RELEASE, turn)

    def knows(self, turn: str) -> bool:
        with self._reaching():
            return bool(self._client.hget(hash_of(turn), "owner"))

    def write(self, batch: Sequence[Frames]) -> Mapping[str, int]:
        arguments = [(each.turn, each.first, each.end, *map(self._seal, each.frames)) for each in batch]
        kept = self._run_all(WRITE, arguments)
        return {each.turn: int(last) for each, last in zip(batch, kept, strict=True)}

    def fetch(self, turn: str) -> Frames | None:
        with self._reaching():
            pipe = self._client.pipeline(transaction=True)
            pipe.hmget(hash_of(turn), "owner", "end", "earlier")
            pipe.xrange(stream_of(turn))
            (owner, end, earlier), entries = pipe.execute()
        if not owner:
            return None
        return Frames(turn, 1, self._opened(entries), (end or b"").decode(), int(earlier or 0))

    def read(self, cursors: Mapping[str, int], wait_s: float) -> News:
        wanted: dict[str, str] = {stream_of(turn): f"{after}-0" for turn, after in cursors.items()}
        turns = {stream_of(turn).encode(): turn for turn in cursors}
        with self._reaching():
            if not self._calls:
                newest: Any = self._waiting.xrevrange(CALLS, count=1)
                self._calls = newest[0][0].decode() if newest else "0"
            streams: Any = {**wanted, CALLS: self._calls, self._wake_key: self._wakes}
            answer: Any = self._waiting.xread(streams, block=max(1, int(min(wait_s, LONGEST_WAIT_S) * 1000)))
        frames: list[Frames] = []
        stops: list[str] = []
        for name, entries in answer or ():
            if name in turns:
                first, end = int(entries[0][0].split(b"-")[0]), entries[-1][1].get(b"e", b"").decode()
                frames.append(Frames(turns[name], first, self._opened(entries), end))
            elif name == CALLS.encode():
                self._calls = entries[-1][0].decode()
                stops += [fields[b"stop"].decode() for _, fields in entries if b"stop" in fields]
            else:
                self._wakes = entries[-1][0].decode()
        return News(frames, stops)

    def wake(self) -> None:
        with self._reaching():
            pipe = self._client.pipeline(transaction=False)
            pipe.xadd(self._wake_key, {"wake": "1"}, maxlen=1, approximate=False)
            pipe.expire(self._wake_key, int(LONGEST_KEPT_S))
            pipe.execute()

    def renew(self, owned: Collection[str], attended: Collection[str]) -> Sequence[str]:
        if owned:
            self._run_all(RENEW, [(turn,) for turn in owned])
        with self._reaching():
            pipe = self._client.pipeline(transaction=False)
            pipe.ping()  # also with nothing to renew: whoever asks wants to know whether we are in touch
            for turn in attended:
                pipe.set(f"deskbell:attended:{turn}", "1", ex=ATTENDED_S)
            pipe.execute()
        return []

    def is_attended(self, turn: str) -> bool:
        with self._reaching():
            return bool(self._client.exists(f"deskbell:attended:{turn}"))

    def take_lapsed(self) -> Sequence[str]:
        with self._reaching():
            taken: Any = self._client.eval(TAKE_LAPSED, 1, LEASES, self._me, hash_of(""), str(self._lease_ms))
        return [turn.decode() for turn in taken]

    def ask_to_stop(self, turn: str) -> None:
        with self._reaching():
            self._client.xadd(CALLS, {"stop": turn}, maxlen=MOST_CALLS)

    def forget(self, turns: Sequence[str]) -> None:
        self._run_all(FORGET, [(turn,) for turn in turns])

    def sweep(self) -> None:
        """Redis forgets by itself."""

    def close(self) -> None:
        self._client.connection_pool.disconnect()
        self._waiting.connection_pool.disconnect()

    def _run(self, script: str, turn: str, *arguments: object) -> Any:
        return self._run_all(script, [(turn, *arguments)])[0]

    def _run_all(self, script: str, calls: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Run a script for each turn in one round trip; each call is the turn and what follows the common arguments."""
        if not calls:
            return []
        with self._reaching():
            digest = DIGESTS[script]
            try:
                return self._run_loaded(digest, calls)
            except NoScriptError:  # Redis is new, or was restarted
                self._client.script_load(script)
                return self._run_loaded(digest, calls)

    def _run_loaded(self, digest: str, calls: Sequence[tuple[Any, ...]]) -> list[Any]:
        pipe = self._client.pipeline(transaction=False)
        for turn, *arguments in calls:
            keys = (hash_of(turn), stream_of(turn), LEASES)
            pipe.evalsha(digest, 3, *keys, self._me, turn, int(LONGEST_KEPT_S), self._lease_ms, *arguments)
        return list(pipe.execute())

    def _opened(self, entries: Sequence[tuple[bytes, Mapping[bytes, bytes]]]) -> list[bytes]:
        return [self._unseal(fields[b"f"]) for _, fields in entries]

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        if not self._free_connections.acquire(timeout=LONGEST_WAIT_S):
            raise StoreAway("Redis answers too slowly for all who ask")
        try:
            if time.monotonic() < self._away_until:
                raise StoreAway("Redis did not answer a moment ago")
            yield
        except (RedisError, OSError) as problem:
            self._away_until = time.monotonic() + PAUSE_S
            raise StoreAway("Redis does not answer") from problem
        finally:
            self._free_connections.release()


def hash_of(turn: str) -> str:
    return f"deskbell:turn:{turn}"


def stream_of(turn: str) -> str:
    return f"deskbell:frames:{turn}"


def connect(url: str, answer_s: float) -> Redis:
    """Return a client that gives way to other greenlets while it waits, and gives up soon."""
    kinds: dict[str, type[Connection | UnixDomainSocketConnection]] = {
        "redis": GreenConnection,
        "unix": GreenUnixConnection,
    }
    kind = kinds.get(url.partition(":")[0])
    pool = ConnectionPool.from_url(
        url,
        **({"connection_class": kind} if kind else {}),
        max_connections=MOST_CONNECTIONS,
        socket_timeout=answer_s,
        socket_connect_timeout=ANSWER_S,
        retry=Retry(NoBackoff(), 1),  # a connection that Redis closed while it lay idle is found out by using it
        protocol=2,
    )
    return Redis(connection_pool=pool)


class GreenConnection(Connection):
    """A connection on gevent's socket, whether or not the process is patched."""

    def _connect(self) -> Any:
        made = socket.create_connection((self.host, self.port), self.socket_connect_timeout)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.settimeout(self.socket_timeout)
        return made


class GreenUnixConnection(UnixDomainSocketConnection):
    """The same over a file."""

    def _connect(self) -> Any:
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.settimeout(self.socket_connect_timeout)
        made.connect(self.path)
        made.settimeout(self.socket_timeout)
        return made
