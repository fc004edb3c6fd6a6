"""A correction reaches the visitor who got the wrong answer, and dies with the decision that caused it."""

from __future__ import annotations

from backend.app import House
from backend.domain.accounts import Roles
from backend.domain.audit import By
from backend.domain.items import Decided
from backend.domain.site import Site
from backend.services.decide_item import decide_item, take_back
from tests.contracts.items import doubt, item_of

ASKED = "Within how many days may I return a bicycle?"


def told(house: House, site: Site, turn: str) -> list[tuple[str, str, str]]:
    stored = house.book.turn(site, turn)
    assert stored is not None
    return [(each.kind, each.name, each.text) for each in house.live.events(site, stored.conversation)]


def by_ada(house: House) -> By:
    person = house.people.add("ada@shop.example", "Ada L.", Roles("reviewer"))
    assert person is not None
    return By(person.email, person.id, "127.0.0.1")


def test_the_visitor_is_told_by_whom_and_an_undo_takes_it_back(house: House, site: Site) -> None:
    turn = doubt(house.store, site, ASKED)
    item, ada = item_of(house.store, site, turn), by_ada(house)
    decide_item(site, item, Decided("corrected", "Within 45 days."), ada, house)
    assert told(house, site, turn) == [("correction", "Ada L.", "Within 45 days.")]
    take_back(site, item_of(house.store, site, turn), ada, house)
    assert told(house, site, turn)[-1] == ("correction", "", "")


def test_nobody_is_told_that_a_reply_was_right(house: House, site: Site) -> None:
    turn = doubt(house.store, site, ASKED)
    decide_item(site, item_of(house.store, site, turn), Decided("right"), by_ada(house), house)
    assert told(house, site, turn) == []


def test_whoever_asked_alike_is_told_too(house: House, site: Site) -> None:
    one, other = doubt(house.store, site, ASKED), doubt(house.store, site, "How many days for a bicycle?")
    first, also = item_of(house.store, site, one), item_of(house.store, site, other)
    decide_item(site, first, Decided("corrected", "Within 45 days."), by_ada(house), house, also=[also.id])
    assert told(house, site, one) == [("correction", "Ada L.", "Within 45 days.")] * 2  # of one conversation
