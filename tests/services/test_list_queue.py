"""The queue as it is read: grouped, filtered, searched."""

from __future__ import annotations

from backend.app import House
from backend.domain.items import Decided, Wanted
from backend.domain.site import Site
from backend.services.list_queue import count_queue, list_queue
from tests.contracts.items import doubt, item_of

OPEN = Wanted()


def questions(house: House, site: Site, wanted: Wanted = OPEN, words: str = "") -> set[str]:
    return {each.question for each in list_queue(site, wanted, house, words=words)[0]}


def test_alike_questions_stand_as_one(house: House, site: Site) -> None:
    for question in (
        "Can I use the stove inside the tent?",
        "use the stove in the tent?",
        "How heavy is the grey jacket?",
    ):
        doubt(house.store, site, question)

    items, _ = list_queue(site, Wanted(leads=True), house)

    assert sorted(each.alike for each in items) == [1, 2]
    assert len(questions(house, site)) == 3
    assert count_queue(site, None, house).groups == 2


def test_a_search_finds_every_word_however_it_is_written(house: House, site: Site) -> None:
    doubt(house.store, site, "Where is my PARCEL?")
    doubt(house.store, site, "Where is my jacket?")

    assert questions(house, site, words="where parcel") == {"Where is my PARCEL?"}
    assert questions(house, site, words="shoes") == set()


def test_a_search_goes_on_where_it_stopped(house: House, site: Site) -> None:
    for number in range(5):
        doubt(house.store, site, f"parcel {number}")
        doubt(house.store, site, f"jacket {number}")
    seen: list[str] = []
    cursor: str | None = None
    while True:
        items, cursor = list_queue(site, Wanted(), house, after=cursor, most=2, words="parcel")
        seen += [each.question for each in items]
        if cursor is None:
            break

    assert sorted(seen) == [f"parcel {number}" for number in range(5)]


def test_done_items_are_searched_too(house: House, site: Site) -> None:
    for question in ("parcel", "jacket"):
        item = item_of(house.store, site, doubt(house.store, site, question))
        house.items.decide(item, Decided("right"), 1, "ada", [])

    assert questions(house, site, Wanted("done"), "jacket") == {"jacket"}
