"""New items find their groups, once, and nobody waits for it."""

from __future__ import annotations

from backend.app import House
from backend.domain.items import Wanted
from backend.domain.site import Site
from backend.services.group_items import group_items
from tests.contracts.items import doubt


def test_each_item_gets_a_group_once(house: House, site: Site) -> None:
    for question in ("Do you repair bicycles?", "do you repair my bicycle", "Where is the shop?"):
        doubt(house.store, site, question)

    assert group_items(site, house) == 3
    assert group_items(site, house) == 0
    groups = {each.question: each.item.group for each in house.items.queue(site, Wanted(), None, 10)[0]}
    assert len(set(groups.values())) == 2


def test_a_question_of_stop_words_alone_is_like_itself(house: House, site: Site) -> None:
    for _ in range(2):
        doubt(house.store, site, "and then?")

    group_items(site, house)

    assert len({each.item.group for each in house.items.queue(site, Wanted(), None, 10)[0]}) == 1
