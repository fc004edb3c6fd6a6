"""The table of time limits, of the breaker's rules and of the retry budget (`call_rules.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from backend.domain.toml import read_toml

TABLE = Path(__file__).with_name("call_rules.toml")


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """How long one call may take, in seconds: what counts as progress is text."""

    connect_s: float
    first_text_s: float
    idle_s: float
    total_s: float


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """When a model is left alone, and how often it is tried meanwhile."""

    window_s: int
    least_failures: int
    failing_share: float
    probe_every_s: float
    refused_s: float


@dataclass(frozen=True, slots=True)
class BudgetRules:
    """How many retries are there to begin with, at most, and what earns one."""

    at_start: float
    most: float
    per_success: float
    per_minute: float


@dataclass(frozen=True, slots=True)
class CallRules:
    """The whole table."""

    time: TimeLimits
    breaker: BreakerRules
    retry_budget: BudgetRules


@lru_cache(maxsize=1)
def read_call_rules(path: Path = TABLE) -> CallRules:
    """Return the table; a row that is missing or unknown is a TypeError at the start."""
    table = read_toml(path)
    return CallRules(
        TimeLimits(**table["time"]), BreakerRules(**table["breaker"]), BudgetRules(**table["retry_budget"])
    )
