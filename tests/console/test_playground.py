"""A change can be tried before it is live: beside what is live, and with what made each answer."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.knowledge.index import Change
from backend.services.keep_documents import keep_documents
from tests.api.client import Visitor
from tests.console.staff import Member, Staff

RETURNS = Document("returns.md", "Returns", "", "# Returns\n\nYou may return anything within 60 days.")
QUESTION = "Within how many days may I return something?"


@pytest.fixture
def drafted(staff: Staff, site: Site) -> Site:
    keep_documents(staff.house.drafts.draft(site).site, Change([RETURNS], "added"), staff.house.in_draft)
    return site


def test_what_is_tried_is_kept_apart_and_shown_with_what_made_it(staff: Staff, drafted: Site, owner: Member) -> None:
    draft = staff.house.drafts.draft(drafted)
    Visitor(staff.server.url, draft.key).ask("Within how many days may I return something?")
    page = owner.get(f"{drafted.key}/playground").text
    assert "Within how many days may I return something?" in page
    assert "embedded" in page
    assert "You may return anything within 60 days." in page
    assert staff.house.traces.latest(drafted.id, 5) == []
    (trace,) = staff.house.traces.latest(draft.shelf, 5)
    assert (trace.version, trace.status) == (draft.revision, "done")
    assert trace.passages[0].document == "returns.md"
    assert f"playground/prompt?turn={trace.turn}" in page
    assert f"/console/{drafted.key}/playground?question=Within" in page


def test_the_same_question_is_asked_of_both_and_nothing_of_it_is_kept(
    staff: Staff, drafted: Site, owner: Member
) -> None:
    page = owner.post(f"{drafted.key}/playground", {"question": QUESTION}).text
    table = page.partition('<table class="cmp wide">')[2].partition("</table>")[0]
    live, draft = re.findall(r'<td data-of="\w+" class="said" dir="auto">(.*?)</td>', table, re.DOTALL)
    assert "60 days" in draft
    assert "<ins>" in draft
    assert "60 days" not in live
    assert table.count("No model was asked") == 2
    assert 'href="/console/' in table
    draft_shelf = staff.house.drafts.draft(drafted).shelf
    assert staff.house.traces.latest(drafted.id, 5) == staff.house.traces.latest(draft_shelf, 5) == []


@pytest.mark.parametrize("question", ["", "   ", "x" * 4_001])
def test_what_cannot_be_asked_is_said_at_its_field(drafted: Site, owner: Member, question: str) -> None:
    answer = owner.post(f"{drafted.key}/playground", {"question": question})
    assert answer.status_code == 422
    assert 'id="question-error"' in answer.text
    assert "write 1 to 4,000 characters" in answer.text


def test_a_question_that_is_refused_is_told_as_a_visitor_would_be_refused(drafted: Site, owner: Member) -> None:
    page = owner.post(f"{drafted.key}/playground", {"question": "My card is 4111 1111 1111 1111, charge it"}).text
    assert page.count("pii_detected") == 2


def test_a_question_that_was_tried_goes_over_to_the_set(drafted: Site, owner: Member) -> None:
    answer = owner.post(f"{drafted.key}/playground", {"question": QUESTION, "keep": "1"})
    assert answer.status_code == 303
    to = urlsplit(answer.headers["location"])
    assert parse_qs(to.query) == {"question": [QUESTION]}
    assert f'value="{QUESTION}"' in owner.get(f"{drafted.key}/cases?{to.query}").text


def test_the_prompt_of_an_answer_that_nobody_gave_is_not_there(drafted: Site, owner: Member) -> None:
    assert owner.get(f"{drafted.key}/playground/prompt?turn=nonsense").status_code == 404


def test_an_answer_without_a_model_says_that_there_was_no_prompt(staff: Staff, drafted: Site, owner: Member) -> None:
    draft = staff.house.drafts.draft(drafted)
    Visitor(staff.server.url, draft.key).ask(QUESTION)
    (trace,) = staff.house.traces.latest(draft.shelf, 5)
    page = owner.get(f"{drafted.key}/playground/prompt?turn={trace.turn}").text
    assert "No model was asked" in page
