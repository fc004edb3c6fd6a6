"""The book of one-time links, on every database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from backend.domain.accounts import Link, Roles, Where
from backend.store import Store
from tests.contracts.people import NOON, HeldClock, add_person, again

TOMORROW = NOON + timedelta(hours=24)


def test_a_link_is_looked_at_without_being_used_and_used_once_of_ten_tries(timed: Store) -> None:
    mk = add_person(timed, "mk@shop.example")
    timed.links.add("hash", mk, "invite", TOMORROW)
    assert timed.links.link("hash") == timed.links.link("hash") == Link("invite", mk.id, TOMORROW)
    with ThreadPoolExecutor(10) as threads:
        spent = list(threads.map(lambda number: timed.links.spend("hash", f"kept {number}"), range(10)))
    [person] = [each for each in spent if each]
    assert (person.id, person.has_password) == (mk.id, True)
    winner = spent.index(person)
    assert timed.people.password_of(mk.id) == f"kept {winner}"
    assert timed.links.link("hash") is None


def test_a_link_ends_with_its_time(timed: Store, clock: HeldClock) -> None:
    mk = add_person(timed, "mk@shop.example")
    timed.links.add("hash", mk, "invite", TOMORROW)
    clock.wait(24 * 3600)
    assert timed.links.link("hash") is None
    assert timed.links.spend("hash", "kept") is None
    assert not again(timed, mk).has_password


def test_the_newest_link_of_a_person_counts_alone(timed: Store) -> None:
    mk, jt = (add_person(timed, f"{name}@shop.example") for name in ("mk", "jt"))
    timed.links.add("theirs", jt, "invite", TOMORROW)
    timed.links.add("old", mk, "invite", TOMORROW)
    timed.links.add("new", mk, "reset", TOMORROW)
    assert timed.links.spend("old", "kept") is None
    assert timed.links.spend("new", "kept") is not None
    assert timed.links.link("theirs") is not None


def test_whoever_uses_a_link_ends_the_sessions_of_before(timed: Store) -> None:
    mk = add_person(timed, "mk@shop.example")
    timed.sessions.begin("session", mk, Where(""))
    timed.links.add("hash", mk, "reset", TOMORROW)
    timed.links.spend("hash", "kept")
    assert timed.sessions.session("session") is None


def test_the_first_owner_is_made_once_however_many_links_there_are(timed: Store) -> None:
    for number in range(6):
        timed.links.add(f"first {number}", None, "first", TOMORROW)
    with ThreadPoolExecutor(6) as threads:
        made = list(
            threads.map(
                lambda number: timed.links.spend_first(f"first {number}", f"p{number}@shop.example", "kept"), range(6)
            )
        )
    [owner] = [each for each in made if each]
    assert (owner.roles, owner.has_password) == (Roles("owner"), True)
    assert [person.id for person in timed.people.people()] == [owner.id]


def test_a_first_owners_link_is_worth_nothing_once_there_is_somebody(timed: Store, clock: HeldClock) -> None:
    timed.links.add("first", None, "first", TOMORROW)
    assert timed.links.spend("first", "kept") is None  # it is nobody's
    assert timed.links.spend_first("forged", "thief@shop.example", "kept") is None
    assert timed.links.link("first") is not None
    mk = add_person(timed, "mk@shop.example")
    timed.links.add("theirs", mk, "invite", TOMORROW)
    assert timed.links.link("first") is None
    assert timed.links.spend_first("first", "late@shop.example", "kept") is None
    assert timed.links.spend_first("theirs", "late@shop.example", "kept") is None
    assert [person.email for person in timed.people.people()] == ["mk@shop.example"]


def test_a_first_owners_link_ends_with_its_time(timed: Store, clock: HeldClock) -> None:
    timed.links.add("first", None, "first", TOMORROW)
    clock.wait(24 * 3600)
    assert timed.links.spend_first("first", "late@shop.example", "kept") is None
    assert timed.people.is_empty()
