"""A decided item judged anew, without seeing the decision."""

from __future__ import annotations

import pytest

from backend.app import House
from backend.domain.accounts import Person, Roles
from backend.domain.audit import By
from backend.domain.errors import InvalidRequest, NotFound
from backend.domain.items import Decided, DecisionKind, Item
from backend.domain.site import Site, SiteSettings
from backend.services.decide_item import decide_item
from backend.services.second_look import as_waiting, draw_for_second_look, judge_again, repeat_behind, team_agreement
from tests.contracts.items import doubt, item_of, open_items
from tests.contracts.people import HeldClock

WEEK_S = 7 * 86_400


@pytest.fixture
def site(timed: House) -> Site:
    return timed.sites.create(SiteSettings("Shop", ("https://shop.example",)))


def person(house: House, name: str) -> Person:
    made = house.people.add(f"{name}@shop.example", name, Roles("reviewer"))
    assert made is not None
    return made


def decided(house: House, site: Site, by: Person, kind: DecisionKind = "right") -> Item:
    item = item_of(house.store, site, doubt(house.store, site))
    decide_item(site, item, Decided(kind), By(by.email, by.id), house)
    return item_of(house.store, site, item.turn)


def test_others_decisions_are_drawn_at_once_and_own_ones_a_week_later(
    timed: House, site: Site, clock: HeldClock
) -> None:
    ada, bob = person(timed, "ada"), person(timed, "bob")
    item = decided(timed, site, ada)

    assert draw_for_second_look(site, ada, timed) is None
    drawn = draw_for_second_look(site, bob, timed)
    assert drawn
    assert drawn.id == item.id
    clock.wait(WEEK_S)
    assert draw_for_second_look(site, ada, timed)


def test_behind_some_decisions_comes_a_decided_item_that_looks_as_if_it_waited(timed: House, site: Site) -> None:
    ada, bob = person(timed, "ada"), person(timed, "bob")
    item = decided(timed, site, ada)

    drawn = [repeat_behind(number, site, bob, timed) for number in range(1_000)]

    assert 20 <= sum(each is not None for each in drawn) <= 60
    assert {each.id for each in drawn if each} == {item.id}
    assert all(repeat_behind(number, site, ada, timed) is None for number in range(100))
    waiting = as_waiting(site, item, bob, timed)
    assert waiting
    assert (waiting.state, waiting.decision) == ("open", None)
    assert as_waiting(site, item, ada, timed) is None
    judge_again(site, item, "right", bob, timed)
    assert as_waiting(site, item, bob, timed) is None


def test_who_agrees_opens_nothing_and_judges_once(timed: House, site: Site) -> None:
    ada, bob = person(timed, "ada"), person(timed, "bob")
    item = decided(timed, site, ada)

    assert not judge_again(site, item, "right", bob, timed)
    assert open_items(timed.store, site) == []
    assert draw_for_second_look(site, bob, timed) is None
    with pytest.raises(InvalidRequest):
        judge_again(site, item, "abuse", bob, timed)


def test_where_two_differ_the_item_goes_back_before_staff(timed: House, site: Site) -> None:
    ada, bob = person(timed, "ada"), person(timed, "bob")
    item = decided(timed, site, ada)

    assert judge_again(site, item, "retracted", bob, timed)

    (waiting,) = open_items(timed.store, site)
    assert "disagreement" in waiting.item.reasons
    with pytest.raises(NotFound):
        judge_again(site, waiting.item, "right", person(timed, "cleo"), timed)


def test_agreement_counts_pairs_of_two_and_repeats_apart(timed: House, site: Site, clock: HeldClock) -> None:
    ada, bob = person(timed, "ada"), person(timed, "bob")
    for kind in ("right", "right", "abuse"):
        judge_again(site, decided(timed, site, ada, kind), "right", bob, timed)
    clock.wait(WEEK_S)
    again = draw_for_second_look(site, ada, timed)
    assert again
    judge_again(site, again, "right", ada, timed)

    told = team_agreement(site, timed)

    assert told.between
    assert (told.between.pairs, round(told.between.share, 2)) == (3, 0.67)
    assert told.repeated
    assert (told.repeated.pairs, told.repeated.share) == (1, 1.0)


def test_an_erased_conversation_takes_its_second_looks_along(timed: House, site: Site) -> None:
    ada, bob = person(timed, "ada"), person(timed, "bob")
    judge_again(site, decided(timed, site, ada), "right", bob, timed)

    timed.book.erase_conversation(site, f"conversation-{site.id}")

    assert team_agreement(site, timed).between is None
