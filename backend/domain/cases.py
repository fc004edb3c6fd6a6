"""Questions that an owner wants to see answered well: saved, asked again, and judged by what they expect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, TypeGuard, get_args

State = Literal["draft", "live"]
Missed = Literal["must_contain", "must_not_contain", "must_cite", "must_abstain", "no_answer"]


def is_state(name: object) -> TypeGuard[State]:
    return name in get_args(State)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a reply to a case must hold, must not hold, and rest on (ids of documents); or that there is no answer.

    `rubric` says in words what a good reply does: for people, and for a language model that judges.
    """

    question: str
    must_contain: tuple[str, ...] = ()
    must_not_contain: tuple[str, ...] = ()
    must_cite: tuple[str, ...] = ()
    must_abstain: bool = False
    rubric: str = ""
    is_must: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A saved question of a site. A must-case has to pass before a draft is published."""

    id: int
    expected: Expected
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Trial:
    """A question that was asked alone: nothing of it is kept. `error` is the code of a refusal or failure, else empty.

    `cites` are ids of documents; `took_ms` is from the question to the whole answer; money in dollars.
    """

    message: str
    confidence: float
    cites: tuple[str, ...]
    model: str
    took_ms: float
    cost_usd: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a language model thinks of a reply: whether it does what the rubric wants, and why not. Money in dollars."""

    holds: bool
    why: str
    model: str
    cost_usd: float


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case asked of a draft or of what is live; `missed` says what it expected and did not get, by kind.

    `judged` is None where it has no rubric, or nobody has judged it yet: it then passes by its words alone.
    """

    case: int
    question: str
    is_must: bool
    trial: Trial
    missed: Mapping[Missed, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    judged: Judged | None = None

    @property
    def has_passed(self) -> bool:
        return not self.missed and (self.judged is None or self.judged.holds)


@dataclass(frozen=True, slots=True)
class CaseRun:
    """All cases of a site asked once; `results` are there when it has ended."""

    id: str
    on: State
    results: tuple[CaseResult, ...]
    began_at: datetime
    ended_at: datetime | None
