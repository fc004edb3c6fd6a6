"""Two people never work on one item unknowingly."""

from __future__ import annotations

import pytest

from backend.app import House
from backend.domain.accounts import Person, Roles
from backend.domain.errors import Locked
from backend.domain.items import Item
from backend.domain.site import SiteSettings
from backend.services.lock_item import holder_of, lock_item, name_of, unlock_item
from tests.contracts.items import doubt, item_of
from tests.contracts.people import HeldClock


def test_an_item_is_taken_for_a_while_and_lapses(timed: House, clock: HeldClock) -> None:
    ada, bob = person(timed, "Ada"), person(timed, "Bob")
    item = an_item(timed)
    lock_item(item, ada, timed)

    with pytest.raises(Locked) as refused:
        lock_item(item, bob, timed)
    assert refused.value.extra["by"] == "Ada"
    assert str(refused.value.extra["until"]).endswith("Z")

    clock.wait(180)
    assert holder_of(now(timed, item), timed) is None
    assert lock_item(item, bob, timed).person == bob.id


def test_an_item_that_is_let_go_is_free_at_once(timed: House) -> None:
    ada, bob = person(timed, "Ada"), person(timed, "Bob")
    item = an_item(timed)
    lock_item(item, ada, timed)

    unlock_item(item, bob, timed)
    holder = holder_of(now(timed, item), timed)
    assert holder
    assert name_of(holder.person, timed) == "Ada"

    unlock_item(item, ada, timed)
    assert lock_item(item, bob, timed).person == bob.id


def person(house: House, name: str) -> Person:
    made = house.people.add(f"{name.lower()}@shop.example", name, Roles("reviewer"))
    assert made is not None
    return made


def an_item(house: House) -> Item:
    site = house.sites.create(SiteSettings("Shop", ("https://shop.example",)))
    return item_of(house.store, site, doubt(house.store, site))


def now(house: House, item: Item) -> Item:
    found = house.items.item(item.id)
    assert found is not None
    return found
