"""How a site does: what was asked and what came of it, by the hour."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

# Times are kept by steps of a fifth, so that a median is off by a tenth at most, however many turns there are.
FIRST_STEP_MS = 10.0
STEP = 1.2
LAST_STEP = 60


@dataclass(frozen=True, slots=True)
class Hour:
    """What came of the questions of one hour that one model answered for one reason. Money in dollars.

    `first_text` and `whole` count turns by the step that their time falls into (`step_of`). `unanswered` are answers
    that were not sure or not carried by a page; `failed` had none. `conversations` began with one of the questions,
    `continued` had its second.
    """

    at: datetime
    model: str
    route: str
    questions: int
    done: int
    stopped: int
    failed: int
    unanswered: int
    conversations: int
    continued: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cost_usd: float
    first_text: Mapping[int, int]
    whole: Mapping[int, int]


SpentBy = Literal["conversation", "visitor"]


@dataclass(frozen=True, slots=True)
class Spent:
    """What the questions of one conversation or visitor cost, in tokens and dollars."""

    of: str
    questions: int
    input_tokens: int
    output_tokens: int
    cost_usd: float


@dataclass(frozen=True, slots=True)
class Use:
    """How often a document was among what was found for a question, how often a reply named it as a source, and what
    visitors said of those replies; of the last `looked_at` questions."""

    found: int
    cited: int
    thumbs_up: int
    thumbs_down: int
    looked_at: int


@dataclass(frozen=True, slots=True)
class Voices:
    """What visitors said of their answers in a span: thumbs, wishes for a person, and how many conversations got so
    many stars."""

    up: int
    down: int
    handoffs: int
    stars: Mapping[int, int] = field(default_factory=dict)

    @property
    def rated(self) -> int:
        return sum(self.stars.values())

    @property
    def mean_stars(self) -> float | None:
        """Return the mean of the stars; None where nobody gave any."""
        given = sum(stars * count for stars, count in self.stars.items())
        return round(given / self.rated, 2) if self.rated else None


@dataclass(frozen=True, slots=True)
class Span:
    """The hours of a span put together. Times are None where nothing was timed; rates where nothing was asked."""

    at: datetime
    questions: int
    answered: int
    unanswered: int
    failed: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
    first_text_ms: float | None
    slow_first_text_ms: float | None
    whole_ms: float | None
    conversations: int = 0
    continued: int = 0

    @property
    def questions_a_conversation(self) -> float | None:
        """How many questions it took, from the first one to the last."""
        return self.questions / self.conversations if self.conversations else None

    @property
    def continued_share(self) -> float | None:
        """The share of the conversations that had more than one question."""
        return self.continued / self.conversations if self.conversations else None

    @property
    def cost_a_conversation(self) -> float | None:
        return self.cost_usd / self.conversations if self.conversations else None

    @property
    def answered_share(self) -> float | None:
        return self.answered / self.questions if self.questions else None


def step_of(took_ms: float) -> int:
    """Return the step that a time falls into."""
    if took_ms <= FIRST_STEP_MS:
        return 0
    return min(LAST_STEP, math.ceil(math.log(took_ms / FIRST_STEP_MS, STEP)))


def time_at(steps: Mapping[int, int], share: float) -> float | None:
    """Return the time that this share of turns took at most; None without a turn."""
    wanted = share * sum(steps.values())
    for step in sorted(steps):
        wanted -= steps[step]
        if wanted <= 0:
            return round(FIRST_STEP_MS * float(STEP ** (step - 0.5)), 1)
    return None


def put_together(at: datetime, hours: Iterable[Hour]) -> Span:
    """Return the sum of these hours."""
    found = list(hours)
    first_text, whole = Counter[int](), Counter[int]()
    for hour in found:
        first_text.update(hour.first_text)
        whole.update(hour.whole)
    unanswered = sum(hour.unanswered for hour in found)
    return Span(
        at=at,
        questions=sum(hour.questions for hour in found),
        answered=sum(hour.done + hour.stopped for hour in found) - unanswered,
        unanswered=unanswered,
        failed=sum(hour.failed for hour in found),
        input_tokens=sum(hour.input_tokens for hour in found),
        output_tokens=sum(hour.output_tokens for hour in found),
        cost_usd=round(sum(hour.cost_usd for hour in found), 6),
        first_text_ms=time_at(first_text, 0.5),
        slow_first_text_ms=time_at(first_text, 0.95),
        whole_ms=time_at(whole, 0.5),
        conversations=sum(hour.conversations for hour in found),
        continued=sum(hour.continued for hour in found),
    )
