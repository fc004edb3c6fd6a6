"""Visitors are told when people are there, and how long an answer takes, from what really happened."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from backend.domain.presence import Usual, is_open, maybe_opening, usual

WEEK = ("mon-fri 09:00-17:00", "sat 10:00-12:00")


@pytest.mark.parametrize(
    ("now", "zone", "is_there"),
    [
        ("2026-03-02T09:00", "UTC", True),  # a Monday
        ("2026-03-02T08:59", "UTC", False),
        ("2026-03-06T16:59", "UTC", True),
        ("2026-03-06T17:00", "UTC", False),
        ("2026-03-07T10:30", "UTC", True),
        ("2026-03-08T10:30", "UTC", False),
        ("2026-03-02T08:30", "Europe/Vienna", True),
        ("2026-07-06T07:30", "Europe/Vienna", True),  # summer time
        ("2026-03-02T07:30", "Europe/Vienna", False),
        ("2026-03-02T10:00", "Nowhere/AtAll", False),
    ],
)
def test_people_are_there_in_their_hours(now: str, zone: str, is_there: bool) -> None:
    assert is_open(WEEK, zone, datetime.fromisoformat(now).replace(tzinfo=UTC)) is is_there


def test_a_week_may_go_over_its_end() -> None:
    found = maybe_opening("fri-mon 08:00-20:00")
    assert found is not None
    assert found.days == {4, 5, 6, 0}


@pytest.mark.parametrize(
    "text", ["", "always", "mon-fry 09:00-17:00", "mon 9-17", "mon 17:00-09:00", "mon 25:00-26:00"]
)
def test_what_is_no_opening_is_none(text: str) -> None:
    assert maybe_opening(text) is None


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        ([], None),
        ([60, 60], None),
        ([20, 30, 4_000], Usual(1, "minutes")),
        ([200, 240, 90_000], Usual(4, "minutes")),
        ([7_000, 7_100, 7_300], Usual(2, "hours")),
        ([200_000] * 3, Usual(3, "days")),
    ],
)
def test_half_of_the_answers_came_within_what_is_told(seconds: list[float], told: Usual | None) -> None:
    assert usual(seconds) == told
