"""Versions: what changed between two, publishing with a reason, and one that comes back by a press."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.domain.versions import Publishing
from backend.knowledge.index import Change
from backend.services.keep_documents import keep_documents
from backend.store import Store
from tests.console.staff import Member, Staff
from tests.contracts.people import HeldClock
from tests.contracts.test_number_book import ask


def write(staff: Staff, site: Site, text: str) -> None:
    keep_documents(site, Change([Document("returns.md", "Returns", "", text)], "added"), staff.house)


@pytest.fixture
def changed(staff: Staff, site: Site) -> Site:
    """A site whose second version has a page, and whose third has another greeting and another text of the page."""
    write(staff, site, "# Returns\n\nWithin 30 days.\n\nClean and dry.")
    write(staff, site, "# Returns\n\nWithin 60 days.\n\nClean and dry.")
    live = staff.live(site)
    return staff.house.sites.publish(live, replace(live.settings, greeting="Welcome"), Publishing("ada", "Warmer"))


def test_each_version_says_who_why_and_can_come_back(changed: Site, owner: Member) -> None:
    page = owner.get(f"{changed.key}/versions").text
    assert "Warmer" in page
    assert "ada, just now" in page
    for number in (1, 2, 3):
        assert f"Restore version {number}" in page
    assert "Restore version 4" not in page


def test_differences_are_told_in_words(changed: Site, owner: Member) -> None:
    page = owner.get(f"{changed.key}/versions?from=2&to=4").text
    assert "What changed from 2 to 4" in page
    assert "2 changes" in page
    assert "<del>30</del>" in page
    assert "<ins>60</ins>" in page
    assert '<ins dir="auto">Welcome</ins>' in page
    assert "Clean and dry" not in page


def test_pages_that_came_are_named(changed: Site, owner: Member) -> None:
    page = owner.get(f"{changed.key}/versions?from=1&to=2").text
    assert '<ins dir="auto">Returns</ins>' in page


@pytest.mark.parametrize(("query", "status"), [("from=x&to=2", 400), ("from=1&to=99", 404), ("from=99&to=1", 404)])
def test_versions_that_never_were_are_refused(changed: Site, owner: Member, query: str, status: int) -> None:
    assert owner.get(f"{changed.key}/versions?{query}").status_code == status


def test_restoring_is_one_press_and_undone_by_another(staff: Staff, changed: Site, owner: Member) -> None:
    restored = owner.post(f"{changed.key}/versions/2/restore", follow_redirects=True)
    assert "Version 5 is live, as the old one was." in restored.text
    live = staff.live(changed)
    assert (live.version, live.settings.greeting) == (5, "")
    assert f'action="/console/{changed.key}/versions/4/restore"' in restored.text
    owner.post(f"{changed.key}/versions/4/restore")
    assert staff.live(changed).settings.greeting == "Welcome"
    assert owner.post(f"{changed.key}/versions/99/restore").status_code == 404


def test_publishing_keeps_the_reason_and_is_recorded(staff: Staff, changed: Site, owner: Member) -> None:
    staff.house.drafts.change(changed, replace(changed.settings, greeting="Hello"), None, owner.email)
    asked = owner.get(f"{changed.key}/publish").text
    assert "1 change goes live at once." in asked
    owner.post(f"{changed.key}/publish", {"note": "Shorter"})
    newest = staff.house.versions.versions(changed)[0]
    assert (newest.number, newest.by, newest.note) == (5, owner.email, "Shorter")
    assert staff.house.audit.entries(changed.id, None, 1)[0].action == "version.published"


def test_a_draft_that_is_as_what_is_live_is_not_published(staff: Staff, changed: Site, owner: Member) -> None:
    owner.post(f"{changed.key}/publish")
    assert staff.live(changed).version == changed.version


def test_older_versions_stand_on_pages_of_their_own(staff: Staff, site: Site, owner: Member) -> None:
    live = site
    for number in range(25):
        live = staff.house.sites.publish(live, replace(live.settings, greeting=f"Hello {number}"))
    page = owner.get(f"{site.key}/versions").text
    assert "?before=7" in page
    older = owner.get(f"{site.key}/versions?before=7").text
    assert "Restore version 6" in older
    assert "Restore version 7" not in older


def test_what_came_of_a_version_stands_beside_the_time_before(staff: Staff, site: Site, owner: Member) -> None:
    clock = HeldClock(datetime.now(UTC) - timedelta(hours=6))
    settings = staff.house.settings
    store = Store.open(settings.database_url, settings.data_key, clock)
    for number in range(4):
        ask(store, site, number, unsure=number > 1)
    clock.wait(2 * 3600)
    live = store.sites.publish(site, replace(site.settings, greeting="Welcome"), Publishing("ada"))
    clock.wait(2 * 3600)
    for number in range(4, 8):
        ask(store, site, number)
    store.numbers.tally(100)
    store.close()
    page = owner.get(f"{site.key}/versions?from={site.version}&to={live.version}").text
    assert "What came of it" in page
    assert "100 %" in page
    assert "was 50 %" in page
    assert "Too few questions yet" in page
    assert "What came of it" not in owner.get(f"{site.key}/versions?from={site.version}&to=draft").text
