"""The breaker of many workers: their failures open one circuit for each model, and together they send one probe.

1. The rules are those of `breaker.py`; each step is one script, so that two workers never both get the probe.
2. The clock is the wall clock: workers on several hosts compare it.
3. Redis is an advantage and not a need: while it is away each worker counts for itself, and asks for it now and then.
"""

from __future__ import annotations

from collections.abc import Callable

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from backend.domain.turn import Permission
from backend.providers.breaker import CLOSED, MemoryBreaker
from backend.providers.call_rules import BreakerRules

ANSWER_S = 0.25  # a visitor waits for it
MOST_CONNECTIONS = 1_000  # a crowd that asks at once must not look like an outage
PAUSE_S = 2.0  # after an outage was met
KEPT_S = 3600

# KEYS: the circuit's hash. ARGV: now, probe_every, kept. Returns the state, and whether one may ask.
ASK = """
local found = redis.call('HMGET', KEYS[1], 'state', 'probe_at')
local state = found[1] or 'closed'
if state == 'closed' then return {state, 'yes'} end
if tonumber(ARGV[1]) < tonumber(found[2]) then return {state, 'no'} end
redis.call('HSET', KEYS[1], 'state', 'half_open', 'probe_at', ARGV[1] + ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return {'half_open', 'probe'}
"""

# KEYS: the circuit's hash, which has a slot for each second of the window. ARGV: now, is_probe, failed, at_once,
# window, least_failures, failing_share, probe_every, refused, kept. Returns the state.
SETTLE = """
local now, is_probe, failed, at_once = tonumber(ARGV[1]), ARGV[2] == '1', ARGV[3] == '1', ARGV[4] == '1'
local window, least, share = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local state = redis.call('HGET', KEYS[1], 'state') or 'closed'

local function count()
  local second = math.floor(now)
  local slot = second % window
  if tonumber(redis.call('HGET', KEYS[1], 'at' .. slot) or -1) ~= second then
    redis.call('HSET', KEYS[1], 'at' .. slot, second, 'calls' .. slot, 0, 'failures' .. slot, 0)
  end
  redis.call('HINCRBY', KEYS[1], 'calls' .. slot, 1)
  if failed then redis.call('HINCRBY', KEYS[1], 'failures' .. slot, 1) end
end

local function is_failing()
  local calls, failures = 0, 0
  for slot = 0, window - 1 do
    local found = redis.call('HMGET', KEYS[1], 'at' .. slot, 'calls' .. slot, 'failures' .. slot)
    if found[1] and tonumber(found[1]) > now - window then
      calls, failures = calls + found[2], failures + found[3]
    end
  end
  return failures >= least and failures >= share * calls
end

local opens = at_once or (is_probe and state ~= 'closed')
if state == 'closed' then
  count()
  opens = failed and (at_once or is_failing())
end
if failed and opens then
  redis.call('HSET', KEYS[1], 'state', 'open', 'probe_at', now + (at_once and ARGV[9] or ARGV[8]))
elseif is_probe and not failed and state ~= 'closed' then
  redis.call('DEL', KEYS[1])
end
redis.call('EXPIRE', KEYS[1], ARGV[10])
return redis.call('HGET', KEYS[1], 'state') or 'closed'
"""


class RedisBreaker:
    """One circuit for each model, shared by all workers of a Redis; implements the port `Breaker`.

    `scope` names whose models they are (the provider); `now` is the wall clock.
    """

    def __init__(
        self,
        url: str,
        scope: str,
        rules: BreakerRules,
        now: Callable[[], float],
        when_changed: Callable[[str, str], None] = lambda _model, _state: None,
    ) -> None:
        self._redis = Redis.from_url(
            url,
            max_connections=MOST_CONNECTIONS,
            socket_timeout=ANSWER_S,
            socket_connect_timeout=ANSWER_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._scope = scope
        self._rules = rules
        self._now = now
        self._when_changed = when_changed
        self._states: dict[str, str] = {}
        self._own = MemoryBreaker(rules, now, self._notice)
        self._away_until = 0.0

    def ask(self, model: str) -> Permission | None:
        answer = self._run(ASK, model, self._rules.probe_every_s, KEPT_S)
        if not isinstance(answer, list):
            return self._own.ask(model)
        state, leave = (word.decode() for word in answer)
        self._notice(model, state)
        return None if leave == "no" else Permission(model, is_probe=leave == "probe")

    def succeeded(self, permission: Permission) -> None:
        if not self._count(permission, failed=False, at_once=False):
            self._own.succeeded(permission)

    def failed(self, permission: Permission, *, opens_at_once: bool = False) -> None:
        if not self._count(permission, failed=True, at_once=opens_at_once):
            self._own.failed(permission, opens_at_once=opens_at_once)

    def state(self, model: str) -> str:
        """Return the state that this worker has last heard of."""
        return self._states.get(model, CLOSED)

    def close(self) -> None:
        self._redis.close()

    def _count(self, permission: Permission, *, failed: bool, at_once: bool) -> bool:
        """Tell all workers how a call ended; False where they cannot be told."""
        rules = self._rules
        told = (int(permission.is_probe), int(failed), int(at_once))
        window = (rules.window_s, rules.least_failures, rules.failing_share)
        state = self._run(SETTLE, permission.model, *told, *window, rules.probe_every_s, rules.refused_s, KEPT_S)
        if not isinstance(state, bytes):
            return False
        self._notice(permission.model, state.decode())
        return True

    def _run(self, script: str, model: str, *arguments: float) -> object:
        """Run a script on a model's circuit, with the time as its first argument; None while Redis is away."""
        now = self._now()
        if now < self._away_until:
            return None
        try:
            return self._redis.eval(script, 1, f"deskbell:breaker:{self._scope}:{model}", now, *arguments)
        except RedisError:
            self._away_until = now + PAUSE_S
            return None

    def _notice(self, model: str, state: str) -> None:
        if self._states.get(model, CLOSED) != state:
            self._states[model] = state
            self._when_changed(model, state)
