"""A reply is corrected once, and the next visitor gets it right: in other words, while its page stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from backend.app import House
from backend.domain.audit import By
from backend.domain.indexed import Nearness
from backend.domain.items import Decided
from backend.domain.knowledge import Passage
from backend.domain.reply import Reply
from backend.domain.site import Site
from backend.domain.turn import Asked, FlagRaised, PastTurn, Question
from backend.services.apply_folder import apply_folder
from backend.services.correct_reply import facts_of
from backend.services.decide_item import decide_item, take_back
from backend.services.find_approved import FindApproved
from backend.services.run_cases import run_cases
from tests.contracts.items import doubt, item_of
from tests.services.conftest import PAGES, write_folder

ADA = By("ada@shop.example", None, "203.0.113.7")
ASKED = "Within how many days may I return a bicycle?"
OTHER_WORDS = "How many days may I take to return a bicycle?"
SUSPECT = FlagRaised("prompt_injection", "score 0.55: style")
RIGHT = "Within 45 days, since **October 2026**."


@pytest.fixture
def corrected(house: House, site: Site) -> Site:
    turn = doubt(house.store, site, ASKED, found=house.knowledge.search(site, ASKED))
    decide_item(site, item_of(house.store, site, turn), Decided("corrected", RIGHT), ADA, house)
    return site


def said(house: House, site: Site, question: str) -> str:
    return house.asker.ask(site, question).message


def test_the_next_visitor_gets_the_corrected_answer_in_other_words_too(house: House, corrected: Site) -> None:
    for question in (ASKED, ASKED.upper(), OTHER_WORDS):
        trial = house.asker.ask(corrected, question)
        assert (trial.message, trial.model, trial.error) == (RIGHT, "approved", "")
        assert trial.cites[0].startswith("approved-")
        assert "returns.md" in trial.cites


@pytest.mark.parametrize(
    "question",
    [
        "Within how many weeks may I return a bicycle?",
        "May I not return a bicycle within 30 days?",
        "When do you repair bicycles?",
        "How many days?",
    ],
)
def test_a_question_for_something_else_is_answered_as_before(house: House, corrected: Site, question: str) -> None:
    assert "45" not in said(house, corrected, question)


def test_the_correction_becomes_a_case_that_holds_and_fails_without_it(house: House, corrected: Site) -> None:
    (case,) = house.cases.cases(corrected)
    assert (case.expected.question, case.expected.must_contain, case.expected.is_must) == (ASKED, ("45", "2026"), True)
    assert run_cases([case], corrected, house)[0].has_passed
    (answer,) = house.approved.answers(corrected.id)
    house.approved.remove(corrected.id, answer.id)
    assert run_cases([case], corrected, house)[0].missed["must_contain"] == ("45", "2026")


def test_a_decision_that_is_taken_back_takes_answer_and_case_along(house: House, corrected: Site) -> None:
    (answer,) = house.approved.answers(corrected.id)
    item = house.items.item(answer.item or 0)
    assert item is not None
    take_back(corrected, item, ADA, house)
    assert (list(house.approved.answers(corrected.id)), list(house.cases.cases(corrected))) == ([], [])
    assert "45" not in said(house, corrected, ASKED)


def test_it_is_served_no_more_when_its_page_reads_otherwise(house: House, corrected: Site, tmp_path: Path) -> None:
    changed = {**PAGES, "returns.md": "# Returns\n\nYou may return any bicycle within 90 days."}
    apply_folder(write_folder(tmp_path / "shop", changed), house)
    assert "90 days" in said(house, corrected, ASKED)
    assert house.approved.answers(corrected.id)[0].state == "page_changed"


def test_a_draft_answers_so_too(house: House, corrected: Site) -> None:
    assert said(house, house.drafts.draft(corrected).site, ASKED) == RIGHT


@pytest.mark.parametrize(
    "question",
    [
        Question(ASKED, history=(PastTurn("Do you sell bicycles?", Reply("Yes.", 1.0)),), flags=(SUSPECT,)),
        Question(ASKED, is_redacted=True),
        Question("And within how many days may I return it?", history=(PastTurn(ASKED, Reply(RIGHT, 1.0)),)),
    ],
)
def test_what_leans_is_suspect_or_was_redacted_is_not_answered_so(
    house: House, corrected: Site, question: Question
) -> None:
    asked = Asked("t", corrected, "v", "c", question.text, "")
    assert house.find_approved(asked, question, house.knowledge.search(corrected, question.text)) is None
    alone = Question(ASKED, history=(PastTurn("Do you sell bicycles?", Reply("Yes.", 1.0)),))
    assert house.find_approved(asked, alone, house.knowledge.search(corrected, ASKED)) is not None


def test_only_what_visitors_got_is_counted(house: House, corrected: Site) -> None:
    said(house, corrected, ASKED)
    assert house.approved.answers(corrected.id)[0].served == 0
    found = house.knowledge.search(corrected, ASKED)
    house.find_approved(Asked("t", corrected, "v", "c", ASKED, "203.0.113.7"), Question(ASKED), found)
    assert house.approved.answers(corrected.id)[0].served == 1


def test_facts_are_figures_codes_and_links() -> None:
    assert facts_of("Use HP-1040/B (see https://a.example/x.) within 1,000 days.") == (
        "HP-1040/B",
        "https://a.example/x",
        "1,000",
    )
    assert facts_of("Ask our team.") == ()


class SameMeaning:
    """An embedder for which two questions mean nearly the same where both speak of giving back, else nothing alike."""

    def embed(self, passage: Passage) -> bytes:
        return passage.text.encode()

    def compare(self, question: str, kept: Sequence[bytes]) -> list[Nearness]:
        return [Nearness(self._nearness(question, each.decode()), 0.0) for each in kept]

    def _nearness(self, one: str, other: str) -> float:
        return 0.9 if all({"return", "bring"} & set(each.lower().rstrip("?").split()) for each in (one, other)) else 0.1


def test_where_meanings_are_compared_other_words_are_known_and_other_figures_are_not(
    house: House, corrected: Site
) -> None:
    find = FindApproved(house.approved, house.knowledge, house.passages, lambda site: site.id, SameMeaning())
    first = house.knowledge.search(corrected, ASKED)

    def is_found(question: str) -> bool:
        asked = Asked("t", corrected, "v", "c", question, "")
        return find(asked, Question(question), first) is not None

    assert is_found("How many days until bicycles must come home if I bring them in?")
    assert not is_found("How many days until a bicycle is mended?")
    assert not is_found("How many days until 2 bicycles must come home if I bring them in?")
