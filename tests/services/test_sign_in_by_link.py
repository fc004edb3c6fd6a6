"""One-time links sign in and ask for a password."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from backend.app import House
from backend.domain.accounts import Roles
from backend.services.begin_session import SignedIn
from backend.services.invite_person import invite_first_owner, invite_person
from backend.services.remove_person import remove_person
from backend.services.sign_in import sign_in
from backend.services.sign_in_by_link import LinkGone, OpenLink, Refused, look_at_link, sign_in_by_link
from tests.contracts.people import HeldClock
from tests.services.people import BOSS, EMAIL, HERE, PASSWORD, actions, come_in


def link(house: House, email: str = EMAIL) -> str:
    invited = invite_person(email, Roles("owner"), BOSS, house)
    assert invited.link is not None
    return invited.link.token


def test_the_first_owner_says_who_they_are(timed: House) -> None:
    first = invite_first_owner(timed)
    assert first is not None
    opened = look_at_link(first.token, timed)
    assert isinstance(opened, OpenLink)
    assert opened.email == ""
    refused = sign_in_by_link(first.token, PASSWORD, HERE, timed, given_email="mk")
    assert isinstance(refused, Refused)
    assert refused.field == "email"
    signed_in = sign_in_by_link(first.token, PASSWORD, HERE, timed, given_email=EMAIL)
    assert isinstance(signed_in, SignedIn)
    assert (signed_in.person.email, signed_in.person.roles) == (EMAIL, Roles("owner"))
    assert isinstance(sign_in(EMAIL, PASSWORD, HERE, timed), SignedIn)
    assert actions(timed)[:2] == ["person.first_owner", "sign_in.done"]


def test_looking_leaves_a_link_and_a_refused_password_does_too(timed: House) -> None:
    token = link(timed)
    for _ in range(3):
        opened = look_at_link(token, timed)
        assert isinstance(opened, OpenLink)
        assert opened.email == EMAIL
    refused = sign_in_by_link(token, "short", HERE, timed)
    assert refused == Refused("password", "Choose a password of at least 10 characters; several words do well.")
    assert isinstance(sign_in_by_link(token, PASSWORD, HERE, timed), SignedIn)
    assert look_at_link(token, timed) == LinkGone()
    assert sign_in_by_link(token, PASSWORD, HERE, timed) == LinkGone()


def test_a_link_is_used_once_of_ten_tries_at_once(timed: House) -> None:
    token = link(timed)
    with ThreadPoolExecutor(10) as threads:
        used = list(threads.map(lambda _: sign_in_by_link(token, PASSWORD, HERE, timed), range(10)))
    assert sum(isinstance(each, SignedIn) for each in used) == 1
    assert used.count(LinkGone()) == 9


def test_a_link_ends_after_a_day_and_with_its_person(timed: House, clock: HeldClock) -> None:
    come_in(timed, "boss@shop.example")
    token = link(timed)
    remove_person(invite_person(EMAIL, Roles("owner"), BOSS, timed).person, BOSS, timed)
    assert sign_in_by_link(token, PASSWORD, HERE, timed) == LinkGone()
    token = link(timed)
    clock.wait(24 * 3600)
    assert sign_in_by_link(token, PASSWORD, HERE, timed) == LinkGone()


def test_what_was_never_made_is_gone(timed: House) -> None:
    for token in ("", "x", "\x00", "\ud800", "x" * 100_000):
        assert look_at_link(token, timed) == LinkGone()
