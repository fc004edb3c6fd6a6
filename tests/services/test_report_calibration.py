"""An owner sees how far the assistant's confidence can be believed, from what staff decided."""

from __future__ import annotations

from backend.app import House
from backend.domain.audit import By
from backend.domain.items import Decided, DecisionKind
from backend.domain.site import Site
from backend.services.decide_item import decide_item, take_back
from backend.services.report_calibration import report_calibration
from tests.contracts.items import doubt, item_of

ADA = By("ada@shop.example", None, "203.0.113.7")


def decide(house: House, site: Site, kind: DecisionKind, confidence: float, question: str = "Where is it?") -> int:
    item = item_of(house.store, site, doubt(house.store, site, question, confidence=confidence))
    decide_item(site, item, Decided(kind, "In a day." if kind == "corrected" else ""), ADA, house)
    return item.id


def test_nothing_is_said_before_anything_was_decided(house: House, site: Site) -> None:
    told = report_calibration(site, house)
    assert (told.decisions, told.error, list(told.curve), list(told.thresholds), told.suggested) == (0, 0, [], [], None)
    assert told.right_order is None


def test_decisions_are_held_against_what_the_replies_said(house: House, site: Site) -> None:
    for _ in range(3):
        decide(house, site, "right", 0.9)
    for kind in ("corrected", "retracted", "missing"):
        decide(house, site, kind, 0.3)
    told = report_calibration(site, house)
    assert (told.decisions, told.drawn, told.right_order) == (6, 0, 1.0)
    lowest, *_, highest = told.thresholds
    assert lowest.caught <= highest.caught
    assert all(round(each.caught + each.missed) == 50 for each in told.thresholds)


def test_what_was_taken_back_taken_along_or_no_question_does_not_count(house: House, site: Site) -> None:
    decide(house, site, "not_a_question", 0.2)
    decide(house, site, "abuse", 0.2)
    undone = house.items.item(decide(house, site, "right", 0.9))
    assert undone is not None
    take_back(site, undone, ADA, house)
    other = item_of(house.store, site, doubt(house.store, site))
    again = house.items.item(undone.id)
    assert again is not None
    decide_item(site, again, Decided("right"), ADA, house, [other.id])
    assert report_calibration(site, house).decisions == 1
