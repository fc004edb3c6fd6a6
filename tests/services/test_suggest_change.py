"""A correction changes the draft besides, where whoever corrects wants that; taken back, the draft is as it was."""

from __future__ import annotations

import pytest

from backend.app import House
from backend.domain.audit import By
from backend.domain.items import Decided, Item, Suggestion
from backend.domain.site import Site
from backend.services.change_draft import changes_of
from backend.services.decide_item import decide_item, take_back
from backend.services.suggest_change import put_text
from tests.contracts.items import doubt, item_of

ADA = By("ada@shop.example", None, "203.0.113.7")
ASKED = "Within how many days may I return a bicycle?"
RIGHT = "Within 45 days."


def correct(house: House, site: Site, suggest: Suggestion | None, question: str = ASKED) -> Item:
    turn = doubt(house.store, site, question, found=house.knowledge.search(site, question))
    item = item_of(house.store, site, turn)
    decide_item(site, item, Decided("corrected", RIGHT, suggest=suggest), ADA, house)
    return item_of(house.store, site, turn)


def text_in_draft(house: House, site: Site, key: str) -> str:
    document = house.in_draft.passages.document(house.drafts.draft(site).site.id, key)
    return document.text if document else ""


def changes(house: House, site: Site) -> int:
    return changes_of(house.drafts.draft(site), house).count


@pytest.mark.parametrize("suggest", ["answer", "page", "persona", None])
def test_a_correction_changes_the_draft_as_was_asked_and_no_more(
    house: House, site: Site, suggest: Suggestion | None
) -> None:
    item = correct(house, site, suggest)
    assert changes(house, site) == (1 if suggest else 0)
    effects = [each.kind for each in house.items.history(item)[0].effects]
    assert ("suggested" in effects) == bool(suggest)
    live = house.passages.document(site.id, "returns.md")
    assert live is not None
    assert "45" not in live.text
    take_back(site, item, ADA, house)
    assert changes(house, site) == 0


def test_the_page_that_was_found_gets_a_section(house: House, site: Site) -> None:
    correct(house, site, "page")
    text = text_in_draft(house, site, "returns.md")
    assert "You may return anything within 30 days." in text
    assert text.endswith(f"## {ASKED}\n\n{RIGHT}")


def test_two_sections_go_one_by_one(house: House, site: Site) -> None:
    first = correct(house, site, "page")
    second = correct(house, site, "page", "How long may I take to return a bicycle?")
    take_back(site, second, ADA, house)
    assert text_in_draft(house, site, "returns.md").count(RIGHT) == 1
    take_back(site, first, ADA, house)
    assert changes(house, site) == 0


def test_what_somebody_wrote_since_stays(house: House, site: Site) -> None:
    item = correct(house, site, "page")
    draft = house.drafts.draft(site).site
    put_text(draft, "returns.md", "# Returns\n\nAll of it is new.", house)
    take_back(site, item, ADA, house)
    assert text_in_draft(house, site, "returns.md") == "# Returns\n\nAll of it is new."


def test_a_rule_stands_in_the_draft_in_words_that_a_model_understands(house: House, site: Site) -> None:
    correct(house, site, "persona")
    (rule,) = house.drafts.draft(site).settings.constraints
    assert rule == f"Whoever asks “{ASKED}” is told: {RIGHT}"


def test_a_question_without_a_page_gets_an_answer_of_its_own(house: House, site: Site) -> None:
    turn = doubt(house.store, site, "Do you lend pumps?")
    decide_item(site, item_of(house.store, site, turn), Decided("corrected", "Yes.", suggest="page"), ADA, house)
    shelf = house.drafts.draft(site).site.id
    (answer,) = [each for each in house.in_draft.passages.documents(shelf) if each.key.startswith("answers/")]
    assert answer.text == "# Do you lend pumps?\n\nYes."
