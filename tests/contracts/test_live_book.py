"""The book of people in conversations."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from backend.domain.errors import NotFound, NotJoined
from backend.domain.live import IDLE, Joined, Presence
from backend.domain.site import Site, SiteSettings
from backend.store import Store
from tests.contracts.conftest import DATA_KEY
from tests.contracts.people import HeldClock
from tests.contracts.test_turn_book import opening, outcome

TALK = "conversation-1"
MK, RS = 1, 2


@pytest.fixture
def shop(timed: Store) -> Site:
    """A site with one conversation, in which one question was answered."""
    site = timed.sites.create(SiteSettings(name="Tea Shop", origins=("https://tea.example",)))
    timed.book.begin(opening(site, "turn-1"))
    timed.book.end("turn-1", outcome())
    return site


def asks(store: Store, site: Site, turn: str) -> bool:
    """Ask another question in the conversation; tell whether a person is to answer it."""
    return store.book.begin(opening(site, turn, is_new_conversation=False))


def test_a_person_joins_writes_and_leaves_and_each_is_numbered(timed: Store, shop: Site) -> None:
    assert timed.live.join(shop, TALK, MK, "MK") == Joined(1, ())
    timed.live.say(shop, TALK, MK, "m1", "Hello! <b>")
    assert timed.live.say(shop, TALK, MK, "m1", "Hello! <b>").number == 2  # sent twice, there once
    assert timed.live.leave(shop, TALK, MK)
    assert not timed.live.leave(shop, TALK, MK)
    events = timed.live.events(shop, TALK)
    assert [(each.number, each.kind, each.name, each.text) for each in events] == [
        (1, "joined", "MK", ""),
        (2, "message", "MK", "Hello! <b>"),
        (3, "left", "MK", ""),
    ]
    assert {each.after for each in events} == {"turn-1"}
    assert [each.number for each in timed.live.events(shop, TALK, 2)] == [3]


def test_only_who_is_in_it_writes_and_another_takes_over_on_purpose_alone(timed: Store, shop: Site) -> None:
    with pytest.raises(NotJoined):
        timed.live.say(shop, TALK, MK, "m1", "Hello")
    timed.live.join(shop, TALK, MK, "MK")
    found = timed.live.join(shop, TALK, RS, "RS")
    assert isinstance(found, Presence)
    assert (found.person, found.name) == (MK, "MK")
    assert timed.live.join(shop, TALK, MK, "MK") == Joined(1, ())  # again, without another event
    assert timed.live.join(shop, TALK, RS, "RS", takes_over=True) == Joined(2, ())
    with pytest.raises(NotJoined):
        timed.live.say(shop, TALK, MK, "m2", "I am still here")
    assert not timed.live.leave(shop, TALK, MK)
    assert [(each.kind, each.name) for each in timed.live.events(shop, TALK)] == [
        ("joined", "MK"),
        ("left", "MK"),
        ("joined", "RS"),
    ]


def test_a_question_meanwhile_is_the_persons_and_no_models(timed: Store, shop: Site) -> None:
    timed.live.join(shop, TALK, MK, "MK")
    assert asks(timed, shop, "turn-2")
    timed.live.say(shop, TALK, MK, "m1", "It is at the parcel shop.")
    timed.live.leave(shop, TALK, MK)
    assert not asks(timed, shop, "turn-3")
    turns = timed.book.conversation(shop, TALK)
    assert [turn.status for turn in turns] == ["done", "for_person", "streaming"]
    past = timed.book.history(shop, TALK, 9)
    assert past[1].reply.message == "(A person of our team answered here:) It is at the parcel shop."


def test_what_is_being_answered_when_a_person_joins_is_named(timed: Store, shop: Site) -> None:
    asks(timed, shop, "turn-2")
    assert timed.live.join(shop, TALK, MK, "MK") == Joined(1, ("turn-2",))


def test_a_question_and_a_join_at_once_never_miss_each_other(timed: Store, shop: Site, store_url: str) -> None:
    """Either the question sees the person, or the join sees the question: never does the assistant talk over."""
    other = Store.open(store_url, DATA_KEY)
    for number in range(12):
        turn, kept = f"race-{number}", {}
        start = threading.Barrier(2)

        def question(turn: str = turn, kept: dict[str, object] = kept, start: threading.Barrier = start) -> None:
            start.wait()
            kept["for_person"] = asks(other, shop, turn)

        asking = threading.Thread(target=question)
        asking.start()
        start.wait()
        joined = timed.live.join(shop, TALK, MK, "MK")
        asking.join()
        assert isinstance(joined, Joined)
        assert kept["for_person"] != (turn in joined.running)
        timed.live.leave(shop, TALK)
        timed.book.end_interrupted([turn])
    other.close()


def test_somebody_who_does_nothing_is_found(timed: Store, shop: Site, clock: HeldClock) -> None:
    timed.live.join(shop, TALK, MK, "MK")
    clock.wait(500)
    timed.live.type(shop, TALK, MK)
    clock.wait(500)
    assert timed.live.idle(clock() - IDLE) == []
    clock.wait(200)
    assert timed.live.idle(clock() - IDLE) == [(shop.id, TALK)]
    timed.live.leave(shop, TALK)
    assert timed.live.idle(clock() - IDLE) == []


def test_typing_passes_and_is_told_only_while_a_person_is_in_it(timed: Store, shop: Site, clock: HeldClock) -> None:
    timed.live.type(shop, TALK)
    assert not now(timed, shop).visitor_types
    timed.live.join(shop, TALK, MK, "MK")
    timed.live.type(shop, TALK)
    timed.live.type(shop, TALK, MK)
    assert (now(timed, shop).visitor_types, now(timed, shop).person_types) == (True, True)
    timed.live.type(shop, TALK, RS)  # who is not in it
    timed.live.say(shop, TALK, MK, "m1", "Done")
    assert (now(timed, shop).visitor_types, now(timed, shop).person_types) == (True, False)
    clock.wait(60)
    assert not now(timed, shop).visitor_types


def now(store: Store, site: Site) -> Presence:
    found = store.live.presence(site, TALK)
    assert found is not None
    return found


def test_staff_see_who_is_there(timed: Store, shop: Site, clock: HeldClock) -> None:
    minute = timedelta(minutes=1)
    assert timed.live.talks(shop, clock() - minute, 9) == []
    timed.live.see_visitor(shop, TALK)
    (talk,) = timed.live.talks(shop, clock() - minute, 9)
    assert (talk.conversation, talk.person, talk.visitor_seen_at) == (TALK, None, clock())
    clock.wait(10)
    timed.live.see_visitor(shop, TALK)  # too soon to be written again
    clock.wait(55)
    assert timed.live.talks(shop, clock() - minute, 9) == []
    timed.live.join(shop, TALK, MK, "MK")
    assert [(each.person, each.name) for each in timed.live.talks(shop, clock() - minute, 9)] == [(MK, "MK")]


def test_a_correction_is_about_its_turn_and_an_answer_by_mail_stands_in_the_conversation(
    timed: Store, shop: Site
) -> None:
    asks(timed, shop, "turn-2")
    timed.live.correct(shop, TALK, "turn-1", "RS", "60 days.")
    timed.live.write_later(shop, TALK, "RS", "handoff h1", "By mail, too.")
    timed.live.write_later(shop, TALK, "RS", "handoff h1", "By mail, too.")
    assert [(each.kind, each.after, each.text) for each in timed.live.events(shop, TALK)] == [
        ("correction", "turn-1", "60 days."),
        ("message", "turn-2", "By mail, too."),
    ]


def test_another_site_knows_none_of_it_and_what_is_erased_is_gone(timed: Store, shop: Site) -> None:
    other = timed.sites.create(SiteSettings(name="Coffee Shop", origins=("https://coffee.example",)))
    timed.live.join(shop, TALK, MK, "MK")
    for act in (
        lambda: timed.live.join(other, TALK, MK, "MK"),
        lambda: timed.live.say(other, TALK, MK, "m1", "x"),
        lambda: timed.live.leave(other, TALK),
        lambda: timed.live.correct(other, TALK, "turn-1", "x", "x"),
        lambda: timed.live.write_later(other, TALK, "x", "x", "x"),
    ):
        with pytest.raises(NotFound):
            act()
    assert timed.live.presence(other, TALK) is None
    assert timed.live.events(other, TALK) == []
    timed.book.erase_conversation(shop, TALK)
    assert timed.live.events(shop, TALK) == []
    assert timed.live.presence(shop, TALK) is None
