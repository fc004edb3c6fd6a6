"""A note that names a colleague is seen by that colleague, once, and by nobody who may not review."""

from __future__ import annotations

import pytest

from backend.app import House
from backend.domain.accounts import Person, Role, Roles
from backend.domain.audit import By
from backend.domain.items import Decided
from backend.domain.site import Site
from backend.services.decide_item import decide_item, take_back
from backend.services.mention_people import names_in
from tests.contracts.items import doubt, item_of


def person(house: House, name: str, role: Role = "reviewer") -> Person:
    made = house.people.add(f"{name.split()[0].lower()}@shop.example", name, Roles(role))
    assert made is not None
    return made


def decide(house: House, site: Site, by: Person, note: str) -> int:
    item = item_of(house.store, site, doubt(house.store, site))
    decide_item(site, item, Decided("right", note=note), By(by.email, by.id), house)
    return item.id


@pytest.mark.parametrize("call", ["@mara", "@Mara", "@mara.k", "@marak", "@mara@shop.example", "(@mara), see"])
def test_who_is_named_sees_the_note_until_the_item_is_opened(house: House, site: Site, call: str) -> None:
    ada, mara = person(house, "Ada"), person(house, "Mara K")
    item = decide(house, site, ada, f"{call} is that so?")
    (told,) = house.items.mentions(site, mara.id)
    assert (told.item, told.who, told.note) == (item, ada.email, f"{call} is that so?")
    assert list(house.items.mentions(site, ada.id)) == []
    house.items.see_mentions(item, mara.id)
    assert list(house.items.mentions(site, mara.id)) == []


def test_nobody_is_meant_by_a_name_of_two_an_own_one_or_one_who_may_not_review(house: House, site: Site) -> None:
    ada = person(house, "Ada")
    others = [person(house, "Mara K"), person(house, "Viv", "viewer")]
    second = house.people.add("m2@shop.example", "Mara L", Roles("reviewer"))
    assert second is not None
    house.people.rename(others[0], "Mara L", uses_single_keys=True)
    decide(house, site, ada, "@maral @ada @viv @nobody help@shop.example")
    assert [list(house.items.mentions(site, each.id)) for each in (ada, *others, second)] == [[], [], [], []]


def test_a_decision_that_is_taken_back_asks_nobody_any_more(house: House, site: Site) -> None:
    ada, mara = person(house, "Ada"), person(house, "Mara")
    item = house.items.item(decide(house, site, ada, "@mara?"))
    assert item is not None
    take_back(site, item, By(ada.email, ada.id), house)
    assert list(house.items.mentions(site, mara.id)) == []


def test_names_are_read_out_of_a_note() -> None:
    assert names_in("Ask @Mara, or @bob@shop.example.") == ["mara", "bob@shop.example"]
    assert names_in("mail help@shop.example") == []
