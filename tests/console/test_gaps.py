"""What visitors asked in vain stands together, worst first, and is mended by an answer or a case."""

from __future__ import annotations

from backend.domain.site import Site
from tests.api.client import Visitor
from tests.console.staff import Member, Staff


def test_unanswered_questions_become_gaps_until_they_are_written(staff: Staff, site: Site, owner: Member) -> None:
    for question in ("Do you ship to Norway?", "Can you ship packages to Norway?", "Is there a student discount?"):
        Visitor(staff.server.url, site.key).ask(question)
    page = owner.get(f"{site.key}/gaps").text
    assert "2 questions that your pages did not answer" in page
    assert "asked 2 times" in page
    assert page.index("Norway") < page.index("student discount")
    owner.post(f"{site.key}/knowledge/answer", {"question": "Do you ship to Norway?", "answer": "Yes."})
    after = owner.get(f"{site.key}/gaps").text
    assert "Answer written" in after
    assert "1 question that your pages did not answer" in after


def test_a_disliked_answer_is_a_gap_and_becomes_a_case(staff: Staff, site: Site, owner: Member) -> None:
    owner.post(f"{site.key}/knowledge/answer", {"question": "How long may I return it?", "answer": "For 60 days."})
    owner.post(f"{site.key}/publish")
    visitor = Visitor(staff.server.url, site.key)
    asked = visitor.ask("How long may I return it?")
    assert visitor.post(f"/v1/turns/{asked[0].data['turn']}/feedback", {"rating": "down"}).status_code == 204
    page = owner.get(f"{site.key}/gaps").text
    assert "1 thumb down" in page
    (document,) = staff.house.passages.titles(site.id)
    sent = {"question": "How long may I return it?", "document": document.key}
    assert owner.post(f"{site.key}/gaps/page", {**sent, "document": "nothing.md"}).status_code == 400
    assert owner.post(f"{site.key}/gaps/page", sent).status_code == 303
    assert staff.house.cases.cases(site)[0].expected.must_cite == (document.key,)


def test_without_questions_the_page_says_so(site: Site, owner: Member) -> None:
    assert "Nothing is open" in owner.get(f"{site.key}/gaps").text
