"""A person of the staff is in a conversation, under a name that tells no address, and is not forgotten in it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from backend.app import House
from backend.domain.accounts import Person, Roles
from backend.domain.errors import InvalidRequest, Locked
from backend.domain.site import Site, SiteSettings
from backend.services.join_conversation import join_conversation, leave_conversation, leave_idle, name_for_visitors, say
from tests.contracts.people import HeldClock
from tests.contracts.test_turn_book import opening

TALK = "conversation-1"


@pytest.fixture
def shop(timed: House) -> Site:
    """A site with a conversation in which an answer is being written."""
    site = timed.sites.create(SiteSettings("Tea Shop", ("https://tea.example",)))
    timed.book.begin(opening(site, "turn-1"))
    return site


def person(house: House, email: str, name: str = "") -> Person:
    made = house.people.add(email, name, Roles("reviewer"))
    assert made is not None
    return made


def test_who_joins_stops_what_is_being_written_and_nobody_else_joins(timed: House, shop: Site) -> None:
    stopped: list[str] = []
    timed.stop_turn = stopped.append
    ada, bob = person(timed, "ada@shop.example", "Ada"), person(timed, "bob.m@shop.example")
    assert join_conversation(shop, TALK, ada, timed) == 1
    assert stopped == ["turn-1"]
    with pytest.raises(Locked) as refused:
        join_conversation(shop, TALK, bob, timed)
    assert refused.value.extra["by"] == "Ada"
    assert join_conversation(shop, TALK, bob, timed, takes_over=True) == 2
    assert not leave_conversation(shop, TALK, ada, timed)
    assert leave_conversation(shop, TALK, bob, timed)
    assert [each.name for each in timed.live.events(shop, TALK)] == ["Ada", "Ada", "BM", "BM"]


def test_writing_answers_the_wish_for_a_person(timed: House, shop: Site) -> None:
    timed.book.hand_over(shop, TALK, "sam@mail.example", "")
    ada = person(timed, "ada@shop.example", "Ada")
    join_conversation(shop, TALK, ada, timed)
    assert len(timed.book.handoffs(shop, "open")) == 1
    first = say(shop, TALK, ada, " Hello ", timed, "m1")
    assert say(shop, TALK, ada, " Hello ", timed, "m1").number == first.number
    assert first.text == "Hello"
    assert timed.book.handoffs(shop, "open") == []
    for text, message in (("", "m2"), (" \n", "m2"), ("x" * 5_000, "m2"), ("x", "m" * 99)):
        with pytest.raises(InvalidRequest):
            say(shop, TALK, ada, text, timed, message)


def test_a_person_who_went_home_leaves_by_themselves(timed: House, shop: Site, clock: HeldClock) -> None:
    ada = person(timed, "ada@shop.example", "Ada")
    join_conversation(shop, TALK, ada, timed)
    clock.wait(590)
    assert leave_idle(timed) == 0
    say(shop, TALK, ada, "One moment", timed)
    clock.wait(590)
    assert leave_idle(timed) == 0
    clock.wait(20)
    assert leave_idle(timed) == 1
    assert timed.live.events(shop, TALK)[-1].kind == "left"


@pytest.mark.parametrize(
    ("email", "name", "shown"),
    [("ada.l@shop.example", "", "AL"), ("ada@shop.example", "", "A"), ("ada@shop.example", "Ada\u202e L.", "Ada L.")],
)
def test_visitors_see_a_name_and_never_an_address(timed: House, email: str, name: str, shown: str) -> None:
    assert name_for_visitors(person(timed, email, name)) == shown


def test_without_a_worker_turns_are_stopped_where_they_are_kept(timed: House) -> None:
    turns: Sequence[str] = ("00000000-0000-4000-8000-000000000001",)
    timed.stop_turns(turns)
    from backend.app.frames import open_frame_store

    frames = open_frame_store(timed.settings)
    assert not frames.knows(turns[0])
    frames.close()
