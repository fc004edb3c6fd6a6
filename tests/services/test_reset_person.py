"""A person who cannot sign in begins with a new link."""

from __future__ import annotations

from backend.app import House
from backend.services.begin_session import SignedIn
from backend.services.recognise_session import recognise_session
from backend.services.reset_person import reset_person
from backend.services.sign_in import Wrong, sign_in
from backend.services.sign_in_by_link import sign_in_by_link
from tests.services.people import BOSS, EMAIL, HERE, PASSWORD, actions, come_in, now, switch_on


def test_password_second_factor_and_sessions_end_and_the_link_gives_new_ones(timed: House) -> None:
    mine = come_in(timed)
    switch_on(timed, mine.person)
    link = reset_person(now(timed, mine.person), BOSS, timed)
    assert recognise_session(mine.token, timed) is None
    assert isinstance(sign_in(EMAIL, PASSWORD, HERE, timed), Wrong)
    back = sign_in_by_link(link.token, "another pot of tea", HERE, timed)
    assert isinstance(back, SignedIn)
    assert (back.session.is_half, back.person.factor, back.person.roles) == (False, "none", mine.person.roles)
    assert "person.reset" in actions(timed)


def test_a_link_opens_also_while_the_password_has_to_wait(timed: House) -> None:
    mine = come_in(timed)
    for _ in range(20):
        sign_in(EMAIL, "wrong", HERE, timed)
    link = reset_person(mine.person, BOSS, timed)
    assert isinstance(sign_in_by_link(link.token, "another pot of tea", HERE, timed), SignedIn)
