"""A browser that comes back is recognised, as long as its session lasts."""

from __future__ import annotations

import pytest

from backend.app import House
from backend.domain.accounts import Session
from backend.services.begin_session import SignedIn
from backend.services.recognise_session import recognise_session
from backend.services.remove_person import remove_person
from backend.services.sign_in import sign_in
from tests.contracts.people import HeldClock
from tests.services.people import BOSS, EMAIL, HERE, PASSWORD, come_in, now, switch_on

MINUTE, HOUR, DAY = 60, 3600, 86_400


def session_of(house: House, token: str) -> Session:
    recognised = recognise_session(token, house)
    assert recognised is not None
    return recognised.session


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "x" * 10_000])
def test_a_token_that_nobody_has_is_nobodys(timed: House, token: str) -> None:
    assert recognise_session(token, timed) is None


def test_a_session_ends_when_nobody_is_there_for_half_an_hour(timed: House, clock: HeldClock) -> None:
    mine = come_in(timed)
    for _ in range(3):
        clock.wait(30 * MINUTE)
        assert recognise_session(mine.token, timed)
    clock.wait(30 * MINUTE + 1)
    assert recognise_session(mine.token, timed) is None
    assert list(timed.sessions.sessions(mine.person)) == []


def test_a_session_ends_after_half_a_day(timed: House, clock: HeldClock) -> None:
    mine = come_in(timed)
    for _ in range(24):
        clock.wait(30 * MINUTE)
        assert recognise_session(mine.token, timed)
    clock.wait(1)
    assert recognise_session(mine.token, timed) is None


def test_a_long_session_lasts_thirty_days(timed: House, clock: HeldClock) -> None:
    come_in(timed)
    mine = sign_in(EMAIL, PASSWORD, HERE, timed, is_long=True)
    assert isinstance(mine, SignedIn)
    clock.wait(30 * DAY)
    assert recognise_session(mine.token, timed)
    clock.wait(1)
    assert recognise_session(mine.token, timed) is None


def test_a_half_session_ends_after_ten_minutes(timed: House, clock: HeldClock) -> None:
    switch_on(timed, come_in(timed).person)
    mine = sign_in(EMAIL, PASSWORD, HERE, timed)
    assert isinstance(mine, SignedIn)
    clock.wait(10 * MINUTE)
    recognised = recognise_session(mine.token, timed)
    assert recognised
    assert recognised.owes_code
    clock.wait(1)
    assert recognise_session(mine.token, timed) is None


def test_a_session_is_written_once_a_minute_and_not_with_every_request(timed: House, clock: HeldClock) -> None:
    mine = come_in(timed)
    began = clock.now
    clock.wait(59)
    recognise_session(mine.token, timed)
    assert session_of(timed, mine.token).seen == began
    clock.wait(1)
    recognise_session(mine.token, timed)
    assert session_of(timed, mine.token).seen == clock.now
    assert now(timed, mine.person).seen_at == clock.now


def test_what_was_proved_is_believed_for_ten_minutes(timed: House, clock: HeldClock) -> None:
    mine = come_in(timed)
    clock.wait(10 * MINUTE)
    recognised = recognise_session(mine.token, timed)
    assert recognised
    assert recognised.is_proven
    clock.wait(1)
    recognised = recognise_session(mine.token, timed)
    assert recognised
    assert not recognised.is_proven


def test_who_was_removed_is_out_at_once(timed: House) -> None:
    come_in(timed, "boss@shop.example")
    mine = come_in(timed)
    remove_person(mine.person, BOSS, timed)
    assert recognise_session(mine.token, timed) is None
