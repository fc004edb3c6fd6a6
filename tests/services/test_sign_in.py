"""Signing in with a password; guessing takes longer and longer, and keeps nobody out for good."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from backend.accounts.guessing import of_password
from backend.accounts.passwords import ArgonPasswords
from backend.accounts.rules import rules
from backend.app import House
from backend.domain.accounts import Where
from backend.domain.errors import Busy
from backend.services.begin_session import SignedIn
from backend.services.remove_person import remove_person
from backend.services.sign_in import MustWait, Wrong, sign_in
from tests.contracts.people import HeldClock
from tests.services.people import BOSS, ELSEWHERE, EMAIL, HERE, PASSWORD, actions, come_in, now, switch_on


def test_a_right_password_signs_in_under_a_new_token(timed: House) -> None:
    first = come_in(timed)
    second = sign_in(f" {EMAIL.upper()} ", PASSWORD, HERE, timed, former=first.session)
    assert isinstance(second, SignedIn)
    assert second.token != first.token
    assert [each.id for each in timed.sessions.sessions(second.person)] == [second.session.id]
    assert actions(timed)[-1] == "sign_in.done"


@pytest.mark.parametrize("email", [EMAIL, "nobody@shop.example", "no address", "", "x" * 10_000])
@pytest.mark.parametrize("password", ["wrong", "", PASSWORD.upper(), "\x00", "\ud800", "x" * 100_000])
def test_whatever_does_not_fit_is_refused_alike(timed: House, email: str, password: str) -> None:
    come_in(timed)
    assert sign_in(email, password, ELSEWHERE, timed) == Wrong(4)


def test_who_was_invited_or_removed_has_no_password(timed: House) -> None:
    come_in(timed, "boss@shop.example")
    person = come_in(timed).person
    remove_person(person, BOSS, timed)
    assert sign_in(EMAIL, PASSWORD, HERE, timed) == Wrong(4)


def test_a_person_with_a_second_factor_is_half_signed_in(timed: House) -> None:
    person = come_in(timed).person
    switch_on(timed, person)
    half = sign_in(EMAIL, PASSWORD, HERE, timed)
    assert isinstance(half, SignedIn)
    assert half.session.is_half
    assert actions(timed)[-1] == "second_factor.on"


def test_a_thousand_wrong_passwords_are_hardly_looked_at_and_keep_the_owner_out_nowhere(
    timed: House, clock: HeldClock
) -> None:
    come_in(timed)  # here
    began = time.monotonic()
    answers = [sign_in(EMAIL, f"guess {number}", ELSEWHERE, timed) for number in range(1000)]
    took_s = time.monotonic() - began
    assert [type(answer) for answer in answers[:5]] == [Wrong] * 5
    assert [answer.left for answer in answers[:5] if isinstance(answer, Wrong)] == [4, 3, 2, 1, 0]
    assert answers[5:] == [MustWait(1)] * 995
    assert took_s < 60
    assert isinstance(sign_in(EMAIL, PASSWORD, HERE, timed), SignedIn)  # where the owner was before, at once
    assert isinstance(sign_in(EMAIL, PASSWORD, ELSEWHERE, timed), MustWait)
    clock.wait(1)
    assert isinstance(sign_in(EMAIL, PASSWORD, ELSEWHERE, timed), SignedIn)  # and elsewhere after the wait


def test_whoever_guesses_on_waits_a_quarter_of_an_hour_at_most(timed: House, clock: HeldClock) -> None:
    come_in(timed)
    waits = []
    for _ in range(17):
        answer = sign_in(EMAIL, "wrong", ELSEWHERE, timed)
        while isinstance(answer, MustWait):
            waits.append(answer.wait_s)
            clock.wait(answer.wait_s)
            answer = sign_in(EMAIL, "wrong", ELSEWHERE, timed)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert actions(timed).count("sign_in.failed") == 3


def test_an_address_that_guesses_at_many_accounts_waits_too(timed: House) -> None:
    come_in(timed)
    for number in range(5):
        assert isinstance(sign_in(f"p{number}@shop.example", "wrong", ELSEWHERE, timed), Wrong)
    assert isinstance(sign_in(EMAIL, PASSWORD, ELSEWHERE, timed), MustWait)
    assert isinstance(sign_in(EMAIL, PASSWORD, Where("192.0.2.9"), timed), SignedIn)


def test_a_right_password_leaves_the_tries_of_its_address_to_the_others(timed: House) -> None:
    come_in(timed)
    come_in(timed, "thief@shop.example")
    address = Where("192.0.2.9")
    for _ in range(3):
        sign_in(EMAIL, "wrong", address, timed)
        assert isinstance(sign_in("thief@shop.example", PASSWORD, address, timed), SignedIn)
    assert sign_in(EMAIL, "wrong", address, timed) == Wrong(1)


def test_forty_wrong_passwords_at_once_are_five(timed: House) -> None:
    come_in(timed)
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: sign_in(EMAIL, "wrong", ELSEWHERE, timed), range(40)))
    assert sum(isinstance(answer, Wrong) for answer in answers) == 5


def test_an_unknown_address_takes_as_long_as_a_known_one(house: House) -> None:
    come_in(house)

    def seconds(email: str, number: int) -> float:
        began = time.perf_counter()
        sign_in(email, "wrong", Where(f"192.0.2.{number}"), house)
        return time.perf_counter() - began

    known, unknown = [], []
    for number in range(25):
        house.tries.forget([*account_key(EMAIL), *account_key("nobody@shop.example")])
        known.append(seconds(EMAIL, 2 * number))
        unknown.append(seconds("nobody@shop.example", 2 * number + 1))
    ratio = statistics.median(unknown) / statistics.median(known)
    assert 0.75 < ratio < 1.33, (statistics.median(known), statistics.median(unknown))


def account_key(email: str) -> tuple[str, ...]:
    return of_password(email, "", is_known=False).own


class FullPool:
    """Passwords whose queue is full."""

    nobodys = "nobody"

    def keep(self, password: str) -> str:
        raise Busy(password)

    def fits(self, kept: str, password: str) -> bool:
        raise Busy(kept + password)

    def is_outdated(self, kept: str) -> bool:
        return not kept


def test_a_try_that_could_not_be_looked_at_is_not_counted(timed: House) -> None:
    come_in(timed)
    real, timed.passwords = timed.passwords, FullPool()
    for _ in range(9):
        with pytest.raises(Busy):
            sign_in(EMAIL, PASSWORD, ELSEWHERE, timed)
    timed.passwords = real
    assert sign_in(EMAIL, "wrong", ELSEWHERE, timed) == Wrong(4)


def test_a_password_is_kept_in_todays_form_when_it_is_used(timed: House) -> None:
    person = come_in(timed).person
    timed.people.keep_password(person, ArgonPasswords(replace(rules().password, passes=1)).keep(PASSWORD))
    assert isinstance(sign_in(EMAIL, PASSWORD, HERE, timed), SignedIn)
    assert not timed.passwords.is_outdated(timed.people.password_of(person.id))
    assert now(timed, person).has_password
