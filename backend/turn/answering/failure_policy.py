"""A table (`failure_policy.toml`) says what to do when a model does not answer; the decision reads it.

1. Before the first visible character: the same model again, then the next model, then our own pages.
2. After it: one announced restart where little was shown and little time has gone by, else the part is kept and the
   turn ends in an honest error. What was shown is never continued by another attempt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from backend.domain.errors import Failure
from backend.domain.toml import read_toml

TABLE = Path(__file__).with_name("failure_policy.toml")


@dataclass(frozen=True, slots=True)
class FailureRule:
    """One row: what is done after a failure of this kind, what the breaker learns from it, and why."""

    then: Literal["retry", "next_model", "own_pages"]
    breaker: Literal["counts", "opens", "ignores"]
    because: str


@dataclass(frozen=True, slots=True)
class RetryRules:
    """How often, and how soon, a model is asked again."""

    most: int
    shortest_wait_s: float
    first_longest_wait_s: float
    longest_wait_s: float
    within_s: float
    longest_retry_after_s: float


@dataclass(frozen=True, slots=True)
class RestartRules:
    """Up to when a reply that has begun may begin again."""

    most_characters: int
    within_s: float


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole table; `rules` by the failure's kind."""

    retry: RetryRules
    restart: RestartRules
    rules: Mapping[str, FailureRule]

    def rule_for(self, failure: Failure) -> FailureRule:
        return self.rules[failure.kind]


@dataclass(frozen=True, slots=True)
class AttemptState:
    """How far a turn has come when an attempt fails. `characters_shown` counts those that the visitor sees."""

    elapsed_s: float = 0.0
    retries: int = 0
    characters_shown: int = 0
    has_restarted: bool = False


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Ask the same model after this wait."""

    wait_s: float


@dataclass(frozen=True, slots=True)
class MoveOn:
    """Let somebody else answer: the next model, or our own pages."""

    to_own_pages: bool = False


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Keep what was shown, and say that the rest cannot be had."""


Step = AskAgain | MoveOn | GiveUp


@lru_cache(maxsize=1)
def read_policy(path: Path = TABLE) -> Policy:
    """Return the table; a column that is missing or unknown is a TypeError at the start."""
    table = read_toml(path)
    rules = {kind: FailureRule(**row) for kind, row in table["failure"].items()}
    return Policy(RetryRules(**table["retry"]), RestartRules(**table["restart"]), rules)


def decide(failure: Failure, so_far: AttemptState, policy: Policy, luck: float) -> Step:
    """Return what to do after this failure; `luck`, from 0 to 1, says where in its range the wait lies."""
    then, retry = policy.rule_for(failure).then, policy.retry
    if so_far.has_restarted or (so_far.characters_shown and not may_restart(then, so_far, policy)):
        return GiveUp()
    if then != "retry":
        return MoveOn(to_own_pages=then == "own_pages")
    wait_s = wait_before_retry(failure, so_far.retries, retry, luck)
    if so_far.characters_shown:
        return AskAgain(wait_s)
    if so_far.retries >= retry.most or so_far.elapsed_s + wait_s > retry.within_s:
        return MoveOn()
    if (failure.retry_after_s or 0) > retry.longest_retry_after_s:
        return MoveOn()
    return AskAgain(wait_s)


def may_restart(then: str, so_far: AttemptState, policy: Policy) -> bool:
    """Tell whether a reply that was begun may be begun again."""
    return (
        then == "retry"
        and so_far.retries < policy.retry.most
        and so_far.characters_shown < policy.restart.most_characters
        and so_far.elapsed_s < policy.restart.within_s
    )


def wait_before_retry(failure: Failure, retries: int, rules: RetryRules, luck: float) -> float:
    """Return the seconds to wait: drawn at random, and no less than the provider asks for."""
    longest_s = min(rules.longest_wait_s, rules.first_longest_wait_s * 2.0**retries)
    drawn_s = rules.shortest_wait_s + luck * max(0.0, longest_s - rules.shortest_wait_s)
    return max(drawn_s, float(failure.retry_after_s or 0))
