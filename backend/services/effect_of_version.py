"""What came of a version: as many hours before it went live and since, side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.domain.numbers import Span, put_together
from backend.domain.ports import NumberBook, VersionBook
from backend.domain.site import Site

MOST = timedelta(days=7)
HOUR = timedelta(hours=1)
SURE = 2.0  # standard errors between two shares


@dataclass(frozen=True, slots=True)
class Effect:
    """The span before a version and the one since, of the same length in hours."""

    before: Span
    since: Span
    hours: int

    @property
    def is_sure(self) -> bool:
        """Whether the shares that were answered differ by more than chance would make of so few questions."""
        was, now = self.before.answered_share, self.since.answered_share
        if was is None or now is None:
            return False
        pairs = self.before.questions, self.since.questions
        share = (self.before.answered + self.since.answered) / sum(pairs)
        return abs(now - was) > SURE * math.sqrt(share * (1 - share) * sum(1 / count for count in pairs))


def effect_of_version(
    site: Site, number: int, now: datetime, versions: VersionBook, numbers: NumberBook
) -> Effect | None:
    """Return what came of a version until the next one or for a week; None where nobody asked before and since.

    The hour in which it went live belongs to both, and is left out.
    """
    at = {each.number: each.at for each in versions.versions(site, number + 2, 2)}
    if number not in at:
        return None
    until = at.get(number + 1, now)
    end = at[number].replace(minute=0, second=0, microsecond=0)
    begin = end + HOUR
    length = min(MOST, until - begin) // HOUR * HOUR
    if length <= timedelta(0):
        return None
    hours = numbers.hours(site.id, end - length, begin + length)
    before = put_together(end - length, [hour for hour in hours if hour.at < end])
    since = put_together(begin, [hour for hour in hours if hour.at >= begin])
    return Effect(before, since, length // HOUR) if before.questions and since.questions else None
