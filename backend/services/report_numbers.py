"""How a site does is told by the hour or the day, and what it costs by day, model or route."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backend.domain.errors import InvalidRequest
from backend.domain.numbers import Hour, Span, Spent, SpentBy, Voices, put_together
from backend.domain.site import Site
from backend.services.parts import SiteParts

MOST_DAYS = 400
USUAL_DAYS = 30
STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
MOST_HOURS = 24 * 31
COSTS_BY = ("day", "model", "route")
SPENT_BY: tuple[SpentBy, ...] = ("conversation", "visitor")
MOST_SPENT = 500


@dataclass(frozen=True, slots=True)
class Numbers:
    """A span in steps, the whole of it, and what visitors said in it."""

    start: datetime
    end: datetime
    steps: Sequence[Span]
    whole: Span
    voices: Voices
    hours: Sequence[Hour]


def report_numbers(site: Site, start: datetime, end: datetime, by: str, parts: SiteParts) -> Numbers:
    """Return what came of a site's questions from `start` until `end`, in steps of an hour or a day."""
    if by not in STEPS:
        raise InvalidRequest("by: must be hour or day")
    if by == "hour" and end - start > timedelta(hours=MOST_HOURS):
        raise InvalidRequest(f"from, to: at most {MOST_HOURS} hours by the hour; ask by=day for more")
    counted = parts.numbers.hours(site.id, start, end) if by == "hour" else counted_in(site, start, end, parts)
    by_step: dict[datetime, list[Hour]] = defaultdict(list)
    for hour in counted:
        by_step[_begin_of(hour.at, by)].append(hour)
    steps, at = [], _begin_of(start, by)
    while at < end:
        steps.append(put_together(at, by_step.get(at, ())))
        at += STEPS[by]
    return Numbers(start, end, steps, put_together(start, counted), parts.numbers.voices(site.id, start, end), counted)


def report_costs(site: Site, start: datetime, end: datetime, by: str, parts: SiteParts) -> Sequence[Spent]:
    """Return what a span cost by day, model, route, conversation or visitor: days in their order, else the dearest
    first, and of conversations and visitors the dearest alone."""
    for each in SPENT_BY:
        if by == each:
            return parts.numbers.spent(site.id, start, end, each, MOST_SPENT)
    if by not in COSTS_BY:
        raise InvalidRequest(f"by: must be one of {', '.join((*COSTS_BY, *SPENT_BY))}")
    return costs_of(counted_in(site, start, end, parts), by)


def report_before(site: Site, start: datetime, end: datetime, parts: SiteParts) -> Span:
    """Return the span of the same length before this one, put together."""
    before = start - (end - start)
    return put_together(before, counted_in(site, before, start, parts))


def counted_in(site: Site, start: datetime, end: datetime, parts: SiteParts) -> Sequence[Hour]:
    """Return what was counted in a span: whole days as such, and the hours before the first and after the last."""
    first, last = _begin_of(start, "day"), _begin_of(end, "day")
    if first < start:
        first += STEPS["day"]
    if first >= last:
        return parts.numbers.hours(site.id, start, end)
    before = parts.numbers.hours(site.id, start, first) if start < first else ()
    after = parts.numbers.hours(site.id, last, end) if last < end else ()
    return [*before, *parts.numbers.days(site.id, first, last), *after]


def costs_of(hours: Iterable[Hour], by: str) -> list[Spent]:
    """Return what these hours cost by day, model or route."""
    found: dict[str, list[Hour]] = defaultdict(list)
    for hour in hours:
        found[_name_of(hour, by)].append(hour)
    costs = [_cost(name, hours) for name, hours in found.items()]
    costs.sort(key=lambda each: each.of)
    return costs if by == "day" else sorted(costs, key=lambda each: -each.cost_usd)


def span_of(start: str | None, end: str | None, now: datetime) -> tuple[datetime, datetime]:
    """Return a span from two dates or times (RFC 3339); by default the last 30 days with today."""
    last = _moment(end, "to", is_end=True) if end else _begin_of(now, "day") + timedelta(days=1)
    first = _moment(start, "from") if start else last - timedelta(days=USUAL_DAYS)
    if not timedelta(0) < last - first <= timedelta(days=MOST_DAYS):
        raise InvalidRequest(f"from, to: `from` must lie before `to`, by {MOST_DAYS} days at most")
    return first, last


def _name_of(hour: Hour, by: str) -> str:
    return f"{hour.at:%Y-%m-%d}" if by == "day" else hour.model if by == "model" else hour.route


def _moment(given: str, name: str, *, is_end: bool = False) -> datetime:
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise InvalidRequest(f"{name}: must be a date or a time, such as 2026-11-28 or 2026-11-28T09:00:00Z") from None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at + timedelta(days=1) if is_end and len(given) == len("2026-11-28") else at


def _begin_of(at: datetime, by: str) -> datetime:
    whole_hour = at.replace(minute=0, second=0, microsecond=0)
    return whole_hour.replace(hour=0) if by == "day" else whole_hour


def _cost(name: str, hours: Sequence[Hour]) -> Spent:
    span = put_together(hours[0].at, hours)
    return Spent(name, span.questions, span.input_tokens, span.output_tokens, span.cost_usd)
