"""Another password is chosen by whoever knows the one of before."""

from __future__ import annotations

from backend.app import House
from backend.services.begin_session import SignedIn
from backend.services.change_password import change_password
from backend.services.recognise_session import recognise_session
from backend.services.sign_in import Wrong, sign_in
from backend.services.sign_in_by_link import Refused
from tests.services.people import ELSEWHERE, EMAIL, HERE, PASSWORD, actions, come_in, switch_on

NEW = "another pot of tea"


def test_a_new_password_signs_out_every_other_browser_and_goes_on_under_a_new_token(timed: House) -> None:
    mine = come_in(timed)
    other = sign_in(EMAIL, PASSWORD, HERE, timed)
    assert isinstance(other, SignedIn)
    changed = change_password(mine.person, PASSWORD, NEW, mine.session, HERE, timed)
    assert isinstance(changed, SignedIn)
    assert [recognise_session(each.token, timed) for each in (mine, other)] == [None, None]
    assert recognise_session(changed.token, timed)
    assert isinstance(sign_in(EMAIL, PASSWORD, ELSEWHERE, timed), Wrong)
    assert isinstance(sign_in(EMAIL, NEW, HERE, timed), SignedIn)
    assert "person.password" in actions(timed)


def test_without_the_old_one_or_with_a_poor_one_nothing_changes(timed: House) -> None:
    mine = come_in(timed)
    assert change_password(mine.person, "wrong", NEW, mine.session, HERE, timed) == Wrong(4)
    refused = change_password(mine.person, PASSWORD, "short", mine.session, HERE, timed)
    assert isinstance(refused, Refused)
    assert refused.field == "new"
    assert recognise_session(mine.token, timed)
    assert isinstance(sign_in(EMAIL, PASSWORD, HERE, timed), SignedIn)


def test_a_person_with_a_second_factor_stays_in(timed: House) -> None:
    mine = come_in(timed)
    switch_on(timed, mine.person)
    person = timed.people.with_email(EMAIL)
    assert person
    changed = change_password(person, PASSWORD, NEW, mine.session, HERE, timed)
    assert isinstance(changed, SignedIn)
    assert not changed.session.is_half
