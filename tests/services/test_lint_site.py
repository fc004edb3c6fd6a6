"""Pages that contradict each other are found."""

from __future__ import annotations

from pathlib import Path

from backend.app import House
from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.knowledge.index import Change
from backend.services.apply_folder import apply_folder
from backend.services.do_job import do_job
from backend.services.keep_documents import keep_documents
from backend.services.lint_site import ask_to_look_over, faults_found, has_looked, lint_site, look_over
from tests.services.conftest import write_folder


def test_a_page_that_nobody_could_find_is_named_among_the_findings(house: House, tmp_path: Path) -> None:
    pages = {"a.md": "# Returns\n\nYou may return a tent within 30 days of delivery.", "empty.md": "# Empty\n"}
    site = apply_folder(write_folder(tmp_path / "doubtful", pages), house).site
    findings, looked_at = lint_site(site, house)
    assert looked_at == 2
    assert "empty.md" in {finding.place.document for finding in findings}


ONE = Document("a.md", "Returns", "", "# Returns\n\nYou may return a tent within 30 days of delivery.")
OTHER = Document("b.md", "Tents", "", "# Tents\n\nYou may return a tent within 60 days of delivery.")


def at_odds(house: House, tmp_path: Path) -> Site:
    pages = {page.key: page.text for page in (ONE, OTHER)}
    return apply_folder(write_folder(tmp_path / "at-odds", pages), house).site


def kinds(site: Site, house: House) -> list[str]:
    found = faults_found(site, house.drafts.draft(site).site, house.in_draft)
    return [each.kind for each in found.faults] if found else []


def test_what_was_found_stands_until_one_of_its_pages_changes(house: House, tmp_path: Path) -> None:
    site = at_odds(house, tmp_path)
    draft = house.drafts.draft(site).site
    look_over(site, draft, house.in_draft)
    assert kinds(site, house) == ["contradiction"]
    more = Document("c.md", "Shops", "", "# Shops\n\nWe have one in Oslo.")
    keep_documents(draft, Change([more], "added"), house.in_draft)
    assert kinds(site, house) == ["contradiction"]
    assert not has_looked(site, draft, house.in_draft)
    mended = Document("b.md", "Tents", "", OTHER.text.replace("60", "30"))
    keep_documents(draft, Change([mended], "added"), house.in_draft)
    assert kinds(site, house) == []
    assert faults_found(site, site, house) is None  # of the live pages nobody has asked


def test_two_who_ask_at_once_have_the_pages_compared_once(house: House, tmp_path: Path) -> None:
    site = at_odds(house, tmp_path)
    draft = house.drafts.draft(site).site
    first = ask_to_look_over(site, draft, "ada", house)
    assert ask_to_look_over(site, draft, "bo", house) == first
    do_job(first.id, house)
    done = house.jobs.job(first.id)
    assert done is not None
    assert (done.state, done.note) == ("done", "1 to look at")
    assert has_looked(site, draft, house.in_draft)
    assert ask_to_look_over(site, draft, "bo", house).id != first.id
