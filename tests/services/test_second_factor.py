"""The second factor, from the first code to the last one on paper."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.app import House
from backend.services.begin_session import SignedIn
from backend.services.recognise_session import recognise_session
from backend.services.second_factor import (
    SwitchedOn,
    begin_factor,
    confirm_factor,
    end_factor,
    give_code,
    give_recovery_code,
    renew_codes,
)
from backend.services.sign_in import MustWait, Wrong, sign_in
from tests.contracts.people import HeldClock
from tests.services.people import BOSS, EMAIL, HERE, PASSWORD, actions, code_of, come_in, now, switch_on


def half(house: House, *, is_long: bool = False) -> SignedIn:
    signed_in = sign_in(EMAIL, PASSWORD, HERE, house, is_long=is_long)
    assert isinstance(signed_in, SignedIn)
    assert signed_in.session.is_half
    return signed_in


def test_it_is_switched_on_by_a_code_and_ends_other_browsers(timed: House) -> None:
    mine, other = come_in(timed), sign_in(EMAIL, PASSWORD, HERE, timed)
    assert isinstance(other, SignedIn)
    begun = begin_factor(mine.person, timed)
    assert begin_factor(now(timed, mine.person), timed) == begun  # a page that is loaded again shows the same
    assert begun.secret in begun.address
    assert confirm_factor(mine.person, "000000", BOSS, timed) == Wrong(4)
    switched = confirm_factor(mine.person, code_of(timed, mine.person), BOSS, timed, mine=mine.session)
    assert isinstance(switched, SwitchedOn)
    assert len(switched.codes) == 10
    assert now(timed, mine.person).has_factor
    assert recognise_session(mine.token, timed)
    assert recognise_session(other.token, timed) is None


def test_a_code_makes_a_half_session_whole_under_a_new_token(timed: House, clock: HeldClock) -> None:
    person = come_in(timed).person
    switch_on(timed, person)
    clock.wait(30)
    before = half(timed)
    recognised = recognise_session(before.token, timed)
    assert recognised
    assert recognised.owes_code
    whole = give_code(now(timed, person), code_of(timed, person), before.session, HERE, timed)
    assert isinstance(whole, SignedIn)
    assert not whole.session.is_half
    assert recognise_session(before.token, timed) is None
    recognised = recognise_session(whole.token, timed)
    assert recognised
    assert not recognised.owes_code
    assert actions(timed)[-1] == "sign_in.done"


def test_a_code_counts_once_of_twenty_tries_at_once(timed: House, clock: HeldClock) -> None:
    person = come_in(timed).person
    switch_on(timed, person)
    before = half(timed)
    used = code_of(timed, person)
    assert give_code(person, used, before.session, HERE, timed) == Wrong(4)  # it has switched the factor on
    clock.wait(30)
    halves = [before, *(half(timed) for _ in range(4))]
    code = code_of(timed, person)
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda each: give_code(person, code, each.session, HERE, timed), halves * 4))
    assert sum(isinstance(answer, SignedIn) for answer in answers) == 1


def test_codes_that_are_guessed_wait_and_leave_those_on_paper_open(timed: House) -> None:
    person = come_in(timed).person
    codes = switch_on(timed, person)
    before = half(timed)
    answers = [give_code(person, f"{number:06}", before.session, HERE, timed) for number in range(7)]
    assert [type(answer) for answer in answers] == [Wrong] * 5 + [MustWait] * 2
    whole = give_recovery_code(person, codes[3].upper(), before.session, HERE, timed)
    assert isinstance(whole, SignedIn)
    again = give_recovery_code(person, codes[3], half(timed).session, HERE, timed)
    assert again == Wrong(4)
    assert timed.factors.codes_left(person) == 9


def test_new_codes_take_the_place_of_those_before(timed: House) -> None:
    person = come_in(timed).person
    old = switch_on(timed, person)
    new = renew_codes(person, BOSS, timed).codes
    assert set(old).isdisjoint(new)
    before = half(timed)
    assert isinstance(give_recovery_code(person, old[0], before.session, HERE, timed), Wrong)
    assert isinstance(give_recovery_code(person, new[0], before.session, HERE, timed), SignedIn)


def test_switched_off_a_password_is_enough(timed: House) -> None:
    mine = come_in(timed)
    switch_on(timed, mine.person)
    end_factor(mine.person, BOSS, timed)
    signed_in = sign_in(EMAIL, PASSWORD, HERE, timed)
    assert isinstance(signed_in, SignedIn)
    assert not signed_in.session.is_half
    assert recognise_session(mine.token, timed) is None


@pytest.mark.parametrize(("hours", "owes"), [(11, False), (13, True)])
def test_a_long_session_owes_a_new_code_after_half_a_day(
    timed: House, clock: HeldClock, hours: int, owes: bool
) -> None:
    person = come_in(timed).person
    switch_on(timed, person)
    clock.wait(30)
    whole = give_code(now(timed, person), code_of(timed, person), half(timed, is_long=True).session, HERE, timed)
    assert isinstance(whole, SignedIn)
    clock.wait(hours * 3600)
    recognised = recognise_session(whole.token, timed)
    assert recognised
    assert recognised.owes_code == owes
    goes_on = give_code(person, code_of(timed, person), whole.session, HERE, timed)
    assert isinstance(goes_on, SignedIn)
    assert goes_on.session.is_long
    assert goes_on.session.began == whole.session.began  # thirty days stay thirty days
