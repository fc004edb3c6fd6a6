"""What staff decide about an item, what that causes, and how it is taken back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from backend.app import House
from backend.domain.accounts import Person, Roles
from backend.domain.audit import By
from backend.domain.errors import InvalidRequest, Locked, NotFound
from backend.domain.items import Decided, Effect, Item
from backend.domain.site import Site
from backend.services.decide_item import decide_item, take_back
from backend.services.effect_rules import Cause, Caused, EffectRule
from backend.services.lock_item import lock_item
from backend.services.review_parts import ReviewParts
from tests.contracts.items import doubt, item_of, open_items

ADA = By("ada@shop.example", 99, "203.0.113.7")


class Told:
    """Effects that only tell what was done, in order."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.rules = tuple(self.rule(kind) for kind in ("approved", "case"))

    def rule(self, kind: str) -> EffectRule:
        def do(cause: Cause, _parts: ReviewParts) -> Sequence[Caused]:
            self.done.append(f"{kind} for {len(cause.items)}")
            return [Caused(f"{kind}-1", {"was": cause.decision.decided.reply})]

        def undo(_cause: Cause, effect: Effect, _parts: ReviewParts) -> None:
            self.done.append(f"no {effect.ref}, was {effect.before['was']}")

        return EffectRule(kind, frozenset({"corrected"}), do, undo)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def item(house: House, site: Site) -> Item:
    return item_of(house.store, site, doubt(house.store, site))


def now(house: House, item: Item) -> Item:
    found = house.items.item(item.id)
    assert found is not None
    return found


def person(house: House, name: str) -> Person:
    made = house.people.add(f"{name}@shop.example", name, Roles("reviewer"))
    assert made is not None
    return made


def test_a_correction_causes_its_effects_in_order_and_they_go_in_reverse(
    house: House, site: Site, item: Item, told: Told
) -> None:
    other = item_of(house.store, site, doubt(house.store, site))

    decide_item(site, item, Decided("corrected", "In a day."), ADA, house, [other.id], told.rules)
    assert told.done == ["approved for 2", "case for 2"]
    assert open_items(house.store, site) == []

    take_back(site, now(house, item), ADA, house, told.rules)
    assert told.done[2:] == ["no case-1, was In a day.", "no approved-1, was In a day."]
    assert len(open_items(house.store, site)) == 2


def test_one_that_was_taken_along_is_opened_again_alone(house: House, site: Site) -> None:
    asked = ("How long may I return it?", "Until when may I return it?")
    turns = [doubt(house.store, site, each) for each in asked]
    first, along = (item_of(house.store, site, turn) for turn in turns)
    decision = decide_item(site, first, Decided("corrected", "For 45 days."), ADA, house, [along.id])

    take_back(site, now(house, along), ADA, house)
    assert [each.item.id for each in open_items(house.store, site)] == [along.id]
    (answer,) = house.approved.answers(site.id)
    assert [each.question for each in answer.phrasings] == [asked[0]]
    assert [each.ref for each in house.items.effects(decision) if each.kind == "told"] == [turns[0]]

    take_back(site, now(house, first), ADA, house)
    assert list(house.approved.answers(site.id)) == []
    assert len(open_items(house.store, site)) == 2


def test_another_decision_takes_the_first_back(house: House, site: Site, item: Item, told: Told) -> None:
    decide_item(site, item, Decided("corrected", "In a day."), ADA, house, (), told.rules)
    decide_item(site, now(house, item), Decided("abuse"), ADA, house, (), told.rules)

    assert told.done == ["approved for 1", "case for 1", "no case-1, was In a day.", "no approved-1, was In a day."]
    kinds = [(line.decision.decided.kind, bool(line.decision.undone_at)) for line in house.items.history(item)]
    assert kinds == [("abuse", False), ("corrected", True)]


def test_what_was_decided_stands_in_the_record_without_its_text(house: House, site: Site, item: Item) -> None:
    decide_item(site, item, Decided("corrected", "Sealed words", "a sealed note"), ADA, house)
    take_back(site, now(house, item), ADA, house)

    entries = house.audit.entries(site.id, None, 2)
    assert [entry.action for entry in entries] == ["item.decision_undone", "item.decided"]
    assert (entries[1].who, entries[1].after) == (ADA.who, {"decision": "corrected", "also": []})
    assert "ealed" not in str(entries)


def test_what_somebody_works_on_is_not_decided_by_another(house: House, site: Site, item: Item) -> None:
    bob = person(house, "bob")
    lock_item(item, bob, house)

    with pytest.raises(Locked) as refused:
        decide_item(site, now(house, item), Decided("right"), ADA, house)

    assert refused.value.extra["by"] == "bob"
    assert decide_item(site, now(house, item), Decided("right"), By("bob", bob.id), house)


def test_a_decision_that_was_not_made_cannot_be_taken_back(house: House, site: Site, item: Item) -> None:
    with pytest.raises(NotFound):
        take_back(site, item, ADA, house)


@pytest.mark.parametrize(
    ("decided", "also", "field"),
    [
        (Decided("corrected", "  "), (), "reply"),
        (Decided("corrected", "x" * 8_001), (), "reply"),
        (Decided("right", note="x" * 2_001), (), "note"),
        (Decided("right"), range(201), "also"),
    ],
)
def test_a_decision_that_lacks_or_has_too_much_is_refused(
    house: House, site: Site, item: Item, decided: Decided, also: Sequence[int], field: str
) -> None:
    with pytest.raises(InvalidRequest, match=f"{field}: "):
        decide_item(site, item, decided, ADA, house, also)


def test_a_decision_is_told_to_webhooks_without_its_words(house: House, site: Site, item: Item) -> None:
    house.webhooks.add(site, "https://hooks.example/", "generic", ("item.decided",), "whsec_eA==", "ada")
    decide_item(site, item, Decided("corrected", "Sealed words", "a sealed note"), ADA, house)

    (parcel,) = house.webhooks.take_due(10, house.time())
    assert parcel.told["details"] == {"item": item.id, "turn": item.turn, "decision": "corrected", "also": []}
    assert parcel.told["page"] == f"queue/{item.id}"


def test_a_decision_stands_until_another_takes_its_place(house: House, site: Site, item: Item, told: Told) -> None:
    decide_item(site, item, Decided("corrected", "In a day."), ADA, house, (), told.rules)
    house.book.rate(site, item.turn, "down", "still wrong")
    assert (now(house, item).state, told.done) == ("open", ["approved for 1", "case for 1"])

    decide_item(site, now(house, item), Decided("right"), ADA, house, (), told.rules)

    assert told.done[2:] == ["no case-1, was In a day.", "no approved-1, was In a day."]
    assert now(house, item).state == "done"
