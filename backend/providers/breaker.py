"""Leaves a model alone that fails, so that its visitors are answered at once by somebody else.

1. Closed: everybody may ask. It opens when enough calls of the last seconds failed, in number and in share.
2. Open: nobody may ask but one probe in each interval. Half-open: that probe is on its way.
3. Only a probe's success closes it: a stream that began in better times proves nothing. Only a probe's failure, or a
   refusal, makes the wait begin anew.
4. A probe that never reports (its visitor stopped it, its worker died) blocks nothing: the next interval has another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from backend.domain.turn import Permission
from backend.providers.call_rules import BreakerRules

CLOSED, HALF_OPEN, OPEN = "closed", "half_open", "open"


@dataclass(slots=True)
class _Second:
    """The calls that ended within one second."""

    at: int
    calls: int = 0
    failures: int = 0


@dataclass(slots=True)
class _Circuit:
    state: str = CLOSED
    probe_at: float = 0.0
    seconds: deque[_Second] = field(default_factory=deque)

    def count(self, now: float, *, failed: bool) -> None:
        if not self.seconds or self.seconds[-1].at != int(now):
            self.seconds.append(_Second(int(now)))
        self.seconds[-1].calls += 1
        self.seconds[-1].failures += failed

    def is_failing(self, now: float, rules: BreakerRules) -> bool:
        while self.seconds and self.seconds[0].at <= now - rules.window_s:
            self.seconds.popleft()
        calls = sum(second.calls for second in self.seconds)
        failures = sum(second.failures for second in self.seconds)
        return failures >= rules.least_failures and failures >= rules.failing_share * calls


class MemoryBreaker:
    """One circuit for each model, in one worker's memory; implements the port `Breaker`.

    `when_changed` is told a model and its new state.
    """

    def __init__(
        self,
        rules: BreakerRules,
        now: Callable[[], float],
        when_changed: Callable[[str, str], None] = lambda _model, _state: None,
    ) -> None:
        self._rules = rules
        self._now = now
        self._when_changed = when_changed
        self._circuits: dict[str, _Circuit] = {}

    def ask(self, model: str) -> Permission | None:
        circuit, now = self._circuit(model), self._now()
        if circuit.state == CLOSED:
            return Permission(model)
        if now < circuit.probe_at:
            return None
        circuit.probe_at = now + self._rules.probe_every_s
        self._turn(model, circuit, HALF_OPEN)
        return Permission(model, is_probe=True)

    def succeeded(self, permission: Permission) -> None:
        circuit = self._circuit(permission.model)
        if circuit.state == CLOSED:
            circuit.count(self._now(), failed=False)
        elif permission.is_probe:
            circuit.seconds.clear()
            self._turn(permission.model, circuit, CLOSED)

    def failed(self, permission: Permission, *, opens_at_once: bool = False) -> None:
        circuit, now = self._circuit(permission.model), self._now()
        if circuit.state == CLOSED:
            circuit.count(now, failed=True)
            if not opens_at_once and not circuit.is_failing(now, self._rules):
                return
        elif not permission.is_probe and not opens_at_once:
            return
        circuit.probe_at = now + (self._rules.refused_s if opens_at_once else self._rules.probe_every_s)
        self._turn(permission.model, circuit, OPEN)

    def state(self, model: str) -> str:
        return self._circuit(model).state

    def _circuit(self, model: str) -> _Circuit:
        return self._circuits.setdefault(model, _Circuit())

    def _turn(self, model: str, circuit: _Circuit, state: str) -> None:
        if circuit.state != state:
            circuit.state = state
            self._when_changed(model, state)
