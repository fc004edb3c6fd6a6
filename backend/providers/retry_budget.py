"""Retries that successes have earned: when all goes wrong, asking again makes it worse."""

from __future__ import annotations

from collections.abc import Callable

from backend.providers.call_rules import BudgetRules


class MemoryRetryBudget:
    """A bucket of retries in one worker's memory; implements the port `RetryBudget`."""

    def __init__(self, rules: BudgetRules, now: Callable[[], float]) -> None:
        self._rules = rules
        self._now = now
        self._left = rules.at_start
        self._counted_at = now()

    def take(self) -> bool:
        now = self._now()
        self._add((now - self._counted_at) / 60 * self._rules.per_minute)
        self._counted_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def earn(self) -> None:
        self._add(self._rules.per_success)

    def _add(self, retries: float) -> None:
        self._left = min(self._rules.most, self._left + retries)
