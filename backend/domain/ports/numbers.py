"""The book of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from backend.domain.numbers import Hour, Spent, SpentBy, Use, Voices


class NumberBook(Protocol):
    """What came of a site's questions, by the hour (implemented by store)."""

    def tally(self, most: int) -> int:
        """Count the turns that have ended since they were last counted, at most so many; return how many were."""

    def count_anew(self, site_id: int) -> None:
        """Count a site's turns from the beginning, since some are there no more."""

    def hours(self, site_id: int, start: datetime, end: datetime) -> Sequence[Hour]:
        """Return the hours of a span, oldest first; `end` is not in it."""

    def days(self, site_id: int, start: datetime, end: datetime) -> Sequence[Hour]:
        """Return the same by the day in UTC, of the days that begin in the span."""

    def spent(self, site_id: int, start: datetime, end: datetime, by: SpentBy, most: int) -> Sequence[Spent]:
        """Return what each conversation or visitor cost in a span, the dearest first."""

    def use(self, site_id: int, document: str, most: int) -> Use:
        """Return how often a document served the last questions."""

    def voices(self, site_id: int, start: datetime, end: datetime) -> Voices: ...
