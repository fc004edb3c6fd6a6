"""An item as staff judge it: each sentence beside the passage that carries it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.app import House
from backend.domain.audit import By
from backend.domain.errors import NotFound
from backend.domain.items import Decided
from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.domain.trace import AnsweredBy, Trace, TracedPassage
from backend.domain.turn import FlagRaised
from backend.services.decide_item import decide_item
from backend.services.lay_out_again import keep_prompt
from backend.services.show_item import (
    find_item,
    judged_sentences,
    prompt_of_item,
    reasons_said,
    says_instead,
    show_item,
)
from tests.console.queued import put_pages, waits
from tests.contracts.items import doubt, item_of

WARRANTY = (
    "Seams and zips of our shells are covered for five years from the day of purchase. "
    "The waterproof coating is covered for 2 years, because it wears with use and washing."
)
SHIPPING = "Norway and Switzerland: free for orders over $120. Delivery takes 4 to 6 working days."


def trace_of(house: House, site: Site, message: str) -> Trace:
    found = house.traces.trace(site.id, doubt(house.store, site, message=message))
    assert found is not None
    passages = [TracedPassage("warranty", "Warranty", WARRANTY, 0.8), TracedPassage("ship", "Shipping", SHIPPING, 0.7)]
    return Trace(**{**{name: getattr(found, name) for name in Trace.__dataclass_fields__}, "passages": passages})


def test_each_sentence_stands_beside_what_carries_it(house: House, site: Site) -> None:
    message = "Seams and zips are covered for five years. Delivery takes 4 to 6 working days."
    one, two = judged_sentences(trace_of(house, site, message), site)

    assert (one.passage, two.passage) == ("warranty", "ship")
    assert one.is_carried
    assert two.is_carried
    assert [message[each.start : each.end] for each in (one, two)] == [one.text, two.text]


def test_a_figure_that_no_passage_gives_is_named_with_what_the_page_says(house: House, site: Site) -> None:
    message = "Delivery takes 4 to 6 working days. Norway and Switzerland are free for orders over $80."
    _, wrong = judged_sentences(trace_of(house, site, message), site)

    (problem,) = [each for each in wrong.problems if each.kind == "unsupported_number"]
    assert (problem.words, problem.page_says) == ("80", "Norway and Switzerland: free for orders over $120.")
    assert message[problem.start : problem.end] == "80"
    assert not wrong.is_carried


def test_a_reply_whose_passages_are_gone_is_not_blamed_for_it(house: House, site: Site) -> None:
    item = item_of(house.store, site, doubt(house.store, site, message="It costs $80."))
    shown = show_item(site, item, house)

    assert shown.hidden == 1
    assert [each.problems for each in shown.sentences] == [()]
    assert reasons_said(shown) == {"low_confidence": "0.40"}
    assert [turn.question for turn in shown.conversation] == ["Where is my parcel?"]
    assert FlagRaised("low_confidence", "0.40") in shown.trace.flags


def test_a_page_that_speaks_of_something_else_says_nothing_instead() -> None:
    assert says_instead("The tent weighs 3 kg.", SHIPPING) == ""
    assert says_instead("Delivery takes 9 working days.", SHIPPING).startswith("Delivery takes 4")


def test_an_item_that_is_not_there_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        find_item(77, house)


def test_the_prompt_of_a_turn_is_laid_out_again_from_its_version(house: House, site: Site) -> None:
    item = item_of(house.store, site, doubt(house.store, site))
    shown = show_item(site, item, house)

    prompt = prompt_of_item(shown, house)

    assert prompt is not None
    assert prompt.model.id == "claude-haiku-4-5"
    assert prompt.messages[-1].blocks[-1].text == "Where is my parcel?"
    embedded = replace(shown, trace=replace(shown.trace, model="embedded"))
    assert prompt_of_item(embedded, house) is None
    assert prompt_of_item(replace(shown, trace=replace(shown.trace, version=99)), house) is None


def test_the_prompt_shows_the_pages_as_they_were_and_goes_with_its_turn(house: House, site: Site) -> None:
    put_pages(house.store, site)
    turn = waits(house.store, site, "May I return it?")
    keep_prompt(turn, house)
    put_pages(house.store, site, [Document("shipping.md", "Shipping: Europe", "", "Norway: $99.")])
    prompt = prompt_of_item(show_item(site, item_of(house.store, site, turn), house), house)
    later = waits(house.store, site, "May I return that?")
    keep_prompt(later, house)

    assert prompt is not None
    assert "Norway and Switzerland: $14" in prompt.system[-1].text
    assert prompt.messages[-1].blocks[-1].text == "May I return it?"
    assert "Norway: $99." in "".join(house.evidence.system(site.id, later))
    assert len(house.evidence.system(site.id, turn)) == len(prompt.system)


def test_of_a_turn_that_is_not_before_staff_no_prompt_is_kept(house: House, site: Site) -> None:
    turn = waits(house.store, site, "May I return it?")
    decide_item(site, item_of(house.store, site, turn), Decided("right"), By("ada", None), house)
    keep_prompt("nobody", house)
    keep_prompt(turn, house)
    assert house.evidence.system(site.id, turn) == []


def test_who_answered_a_turn_is_known_without_its_trace(house: House, site: Site) -> None:
    turn = waits(house.store, site, "May I return it?")
    trace = house.traces.trace(site.id, turn)
    assert trace is not None
    assert house.traces.answered_by(turn) == AnsweredBy(site.id, trace.version, trace.model)
    assert house.traces.answered_by("nobody") is None
