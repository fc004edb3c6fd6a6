"""What made an answer: all that is kept of a turn, for staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from backend.domain.turn import FlagRaised, Opening, Outcome, Page, Route, TurnStatus


@dataclass(frozen=True, slots=True)
class TracedPassage:
    """A passage that was found for a question; its text is empty where the page has changed since."""

    document: str
    title: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class AskedTurn:
    """What was asked in a turn. `page` is the document that was found first, empty where none was."""

    turn: str
    question: str
    page: str
    at: datetime
    is_disliked: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """A turn with what made its answer. Times are milliseconds since the question came, by name; money in dollars."""

    turn: str
    conversation: str
    question: str
    message: str
    status: TurnStatus
    version: int
    model: str
    because: str
    confidence: float | None
    found_confidence: float
    passages: Sequence[TracedPassage]
    flags: Sequence[FlagRaised]
    timings: Mapping[str, float | None]
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None
    at: datetime
    error: str = ""
    page: Page = field(default_factory=Page)  # on which it was asked
    locale: str = ""


@dataclass(frozen=True, slots=True)
class AnsweredBy:
    """Which site answered a turn, in which version, and its model in the end."""

    site_id: int
    version: int
    model: str


@dataclass(frozen=True, slots=True)
class Made:
    """What made the answer that was just given: the turn as it was opened, and what it came to."""

    opening: Opening
    outcome: Outcome

    @property
    def route(self) -> Route:
        """Who answered, and why."""
        return self.outcome.route or self.opening.route
