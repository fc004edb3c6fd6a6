"""What visitors did after an answer is looked at a while later."""

from __future__ import annotations

import uuid

import pytest

from backend.app import House
from backend.app.work import now_and_then
from backend.domain.items import Decided, Lock, Reason
from backend.domain.reply import Reply
from backend.domain.site import Review, Site, SiteSettings
from backend.services.look_back import look_back
from tests.contracts.items import item_of, open_items
from tests.contracts.people import HeldClock
from tests.contracts.test_turn_book import opening, outcome


@pytest.fixture
def site(timed: House) -> Site:
    return timed.sites.create(SiteSettings("Shop", ("https://shop.example",), review=Review(0.0)))


def ask(house: House, site: Site, question: str, conversation: str = "c1", confidence: float = 0.9) -> str:
    turn = str(uuid.uuid4())
    house.store.book.begin(opening(site, turn, question, conversation=conversation))
    house.store.book.end(turn, outcome(reply=Reply("So.", confidence), notices=()))
    return turn


def reasons(house: House, site: Site) -> dict[str, tuple[Reason, ...]]:
    return {each.item.turn: each.item.reasons for each in open_items(house.store, site)}


def test_who_asks_again_in_other_words_was_not_helped(timed: House, site: Site, clock: HeldClock) -> None:
    first = ask(timed, site, "How long is the warranty of the Skarn jacket?")
    ask(timed, site, "warranty Skarn jacket how many years")
    ask(timed, site, "Do you ship to Norway?")
    assert look_back(timed) == 0

    clock.wait(3_600)
    assert look_back(timed) == 3
    assert reasons(timed, site) == {first: ("asked_again",)}
    assert look_back(timed) == 0


def test_the_same_question_sent_again_is_no_other_wording(timed: House, site: Site, clock: HeldClock) -> None:
    ask(timed, site, "Do you ship to Norway?")
    ask(timed, site, "do you ship to norway")
    clock.wait(3_600)
    look_back(timed)

    assert reasons(timed, site) == {}


def test_who_leaves_after_a_doubt_was_not_helped(timed: House, site: Site, clock: HeldClock) -> None:
    doubtful = ask(timed, site, "Do you ship to Mars?", "c1", confidence=0.2)
    ask(timed, site, "Do you ship to Norway?", "c2", confidence=0.9)
    ask(timed, site, "Thanks!", "c3", confidence=0.2)
    stays = ask(timed, site, "Do you ship to Venus?", "c4", confidence=0.2)
    clock.wait(1_700)
    ask(timed, site, "Which colours are there?", "c4")
    clock.wait(200)
    look_back(timed)

    assert reasons(timed, site) == {doubtful: ("left_in_doubt",)}
    assert stays not in reasons(timed, site)


def test_what_was_decided_meanwhile_stays_decided(timed: House, site: Site, clock: HeldClock) -> None:
    turn = ask(timed, site, "Do you ship to Mars?", confidence=0.2)
    timed.store.book.rate(site, turn, "down", "")
    made = timed.items.decide(item_of(timed.store, site, turn), Decided("right"), 1, "ada", [])
    assert not isinstance(made, Lock)
    clock.wait(3_600)
    look_back(timed)

    assert reasons(timed, site) == {}


def test_what_is_done_now_and_then_is_not_done_each_time() -> None:
    times, done = iter([0.0, 0.0, 59.0, 60.0, 60.0]), list[int]()
    maybe = now_and_then(lambda: done.append(1), 60.0, lambda: next(times))

    maybe()
    maybe()
    maybe()

    assert len(done) == 2
