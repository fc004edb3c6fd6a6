"""Questions that a site's pages did not answer, alike ones together, and how long ago they were put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

DISLIKED_WEIGHS = 2  # a question whose answer was disliked, beside one that had none


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask for the same. `answers` are the documents that would hold an answer to one of them."""

    question: str
    page: str
    asked: int
    examples: tuple[str, ...]
    thumbs_down: int
    turns: tuple[str, ...]
    answers: tuple[str, ...]
    is_written: bool = False  # an answer stands in the draft or on the site

    @property
    def weight(self) -> int:
        return self.asked + (DISLIKED_WEIGHS - 1) * self.thumbs_down


@dataclass(frozen=True, slots=True)
class KeptGaps:
    """The gaps of a site as they were put together last. `last` is when, of all that they rest on, the last happened;
    `turns` is how many questions went badly."""

    at: datetime
    last: str
    turns: int
    gaps: Sequence[Gap]


@dataclass(frozen=True, slots=True)
class FoundGaps:
    """Gaps; `at` is when they were put together, None for just now."""

    gaps: Sequence[Gap]
    at: datetime | None = None
