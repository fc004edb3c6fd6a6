"""What does not arrive is tried again for a day, each time later, and then no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backend.domain.outgoing import Tried
from backend.outgoing.rules import read_rules

BEGAN = datetime(2026, 5, 1, 12, tzinfo=UTC)
NOT_YET = Tried(False)


def test_it_is_tried_for_a_day_and_the_last_try_is_at_its_end() -> None:
    rules, now, tries = read_rules(), BEGAN, 1
    after: list[float] = [0]
    while next_at := rules.next_try(BEGAN, now, tries, NOT_YET):
        now, tries = next_at, tries + 1
        after.append((now - BEGAN).total_seconds())
    assert after == [0, 5, 305, 2_105, 9_305, 27_305, 63_305, 86_400]


def test_what_has_arrived_or_never_will_is_over() -> None:
    rules = read_rules()
    assert rules.next_try(BEGAN, BEGAN, 1, Tried(True)) is None
    assert rules.next_try(BEGAN, BEGAN, 1, Tried(False, may_pass=False)) is None


def test_a_receiver_may_ask_for_a_longer_pause_of_up_to_an_hour() -> None:
    rules = read_rules()
    for asked, pause in ((60.0, 60), (2.0, 5), (90_000.0, 3_600)):
        assert rules.next_try(BEGAN, BEGAN, 1, Tried(False, wait_s=asked)) == BEGAN + timedelta(seconds=pause)
