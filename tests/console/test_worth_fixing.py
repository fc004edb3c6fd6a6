"""What lint found stands at the documents, with the presses that mend it."""

from __future__ import annotations

import time

from backend.console.worth_fixing import LOOKS, faults_of, shown_faults
from backend.domain.faults import Fault, TextPlace
from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.knowledge.index import Change
from backend.knowledge.lint.findings import TABLE
from backend.services.keep_documents import keep_documents
from tests.console.people import words_of
from tests.console.staff import Member, Staff
from tests.console.test_knowledge import upload, wait_for_jobs

AT_ODDS = Fault("contradiction", TextPlace("a.md", "30 days"), TextPlace("b.md", "60 days"))
PAGES = (("tents.md", 30), ("returns.md", 60))
STALE = Fault("stale", TextPlace("sale.md", "Until May."))


def test_every_kind_of_fault_has_a_drawing_and_a_way_to_mend_it() -> None:
    assert set(LOOKS) == set(TABLE["advice"])
    assert all(ways for _, ways in LOOKS.values())


def test_a_fault_of_two_pages_stands_at_both() -> None:
    assert [each.text for each in faults_of("a.md", [STALE, AT_ODDS])] == ["30 days"]
    (other,) = faults_of("b.md", [STALE, AT_ODDS])
    assert (other.text, other.other, other.other_text) == ("60 days", "a.md", "30 days")
    assert [each.kind for each in shown_faults([STALE, AT_ODDS])] == ["contradiction", "stale"]


def test_an_owner_sees_what_is_worth_fixing_and_mends_it(staff: Staff, site: Site, owner: Member) -> None:
    files = [(name, f"# {name}\n\nYou may return a tent within {days} days.".encode()) for name, days in PAGES]
    assert upload(owner, site, *files) == 303
    wait_for_jobs(staff, site)
    deadline = time.monotonic() + 30
    while "Two pages disagree" not in (page := words_of(owner.get(f"{site.key}/knowledge"))):
        assert time.monotonic() < deadline, page
        time.sleep(0.1)
    assert "To look at 2" in page
    listed = owner.get(f"{site.key}/knowledge?only=faults").text
    assert "id=tents.md#worth" in listed
    assert "id=shops.md" not in listed
    beside = words_of(owner.get(f"{site.key}/knowledge/document?id=tents.md"))
    assert "You may return a tent within 30 days." in beside
    assert "returns.md : “You may return a tent within 60 days.”" in beside
    assert owner.post(f"{site.key}/knowledge/remove", {"id": "tents.md"}).status_code == 303
    assert "Two pages disagree" not in words_of(owner.get(f"{site.key}/knowledge"))


def test_a_viewer_reads_what_was_found_and_presses_nothing(staff: Staff, site: Site) -> None:
    old = Document("sale.md", "Sale", "", "# Sale\n\nThe sale is valid until 1 May 2020.")
    draft = staff.house.drafts.draft(site).site
    keep_documents(draft, Change([old], "added"), staff.house.in_draft)
    editor, viewer = staff.member("editor"), staff.member("viewer")
    assert "Nobody has compared the pages" in words_of(editor.get(f"{site.key}/knowledge"))
    assert editor.post(f"{site.key}/knowledge/lint").status_code == 303
    wait_for_jobs(staff, site)
    page = viewer.get(f"{site.key}/knowledge/document?id=sale.md")
    assert "A date has passed" in words_of(page)
    assert "knowledge/remove" not in page.text
