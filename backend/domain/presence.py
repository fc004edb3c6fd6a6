"""When people of the staff are there for visitors, and how long an answer of theirs usually takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from statistics import median
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OPENING = re.compile(r"(\w{3})(?:-(\w{3}))? (\d{2}):(\d{2})-(\d{2}):(\d{2})")
LEAST_TIMES = 3  # one quick answer says nothing of the next
MOST_MINUTES = 90
MOST_HOURS = 36


@dataclass(frozen=True, slots=True)
class Opening:
    """Days of the week, Monday being 0, and from when until when."""

    days: frozenset[int]
    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class Usual:
    """How long an answer usually takes, in one unit."""

    count: int
    unit: str  # minutes, hours or days


def maybe_opening(text: str) -> Opening | None:
    """Return what `mon-fri 09:00-17:00` means; None for what is not of this form. It ends before midnight."""
    found = OPENING.fullmatch(text.strip().lower())
    if found is None or found[1] not in DAYS or (found[2] or found[1]) not in DAYS:
        return None
    first, last = DAYS.index(found[1]), DAYS.index(found[2] or found[1])
    days = frozenset((first + each) % 7 for each in range((last - first) % 7 + 1))
    try:
        begins, ends = time(int(found[3]), int(found[4])), time(int(found[5]), int(found[6]))
    except ValueError:
        return None
    return Opening(days, begins, ends) if begins < ends else None


def zone_of(name: str) -> tzinfo:
    """Return a time zone by its name; raise ValueError or OSError for one that this machine does not know."""
    return UTC if name == "UTC" else ZoneInfo(name)


def is_open(hours: Sequence[str], timezone: str, now: datetime) -> bool:
    """Tell whether somebody should be there at this moment."""
    try:
        here = now.astimezone(zone_of(timezone))
    except (ValueError, OSError, KeyError):  # the hours were written on a machine that knows the zone
        return False
    openings = filter(None, map(maybe_opening, hours))
    return any(here.weekday() in each.days and each.begins <= here.time() < each.ends for each in openings)


def usual(seconds: Sequence[float]) -> Usual | None:
    """Return what half of these answers took at most, rounded up; None where they are too few to say."""
    if len(seconds) < LEAST_TIMES:
        return None
    minutes = max(1, -(-int(median(seconds)) // 60))
    if minutes <= MOST_MINUTES:
        return Usual(minutes, "minutes")
    hours = -(-minutes // 60)
    return Usual(hours, "hours") if hours <= MOST_HOURS else Usual(-(-hours // 24), "days")
