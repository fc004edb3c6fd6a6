"""A draft is searched before it is live; publishing makes it so, and what was live can come back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from backend.app import House
from backend.domain.errors import InvalidSettings, NotFound
from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.domain.versions import Publishing
from backend.knowledge.index import Change
from backend.services.change_draft import change_draft, changes_of, discard_draft
from backend.services.keep_documents import keep_documents
from backend.services.publish_draft import publish_draft
from backend.services.remove_documents import remove_documents
from backend.services.restore_version import restore_version
from backend.sites.as_document import settings_as_document

ADA = "ada@shop.example"
PUBLISHING = Publishing(ADA, "Longer returns")
RETURNS = Document("returns.md", "Returns", "", "# Returns\n\nYou may return anything within 60 days.")
RENTALS = Document("rentals.md", "Rentals", "", "# Rentals\n\nYou can rent a bicycle for the weekend.")


@pytest.fixture
def drafted(house: House, site: Site) -> Site:
    """The site with a changed page, a new one, and one that is left out, in its draft."""
    shelf = house.drafts.draft(site).site
    keep_documents(shelf, Change([RETURNS, RENTALS], "added"), house.in_draft)
    remove_documents(shelf, ["repairs.md"], house.in_draft)
    return site


def found(house: House, site: Site, question: str, *, is_draft: bool = False) -> list[str]:
    asked = house.drafts.draft(site).site if is_draft else site
    library = house.in_draft.knowledge if is_draft else house.knowledge
    return [hit.passage.text for hit in library.search(asked, question).hits]


def test_a_draft_is_searched_by_itself(house: House, drafted: Site) -> None:
    assert "60 days" in found(house, drafted, "return", is_draft=True)[0]
    assert "30 days" in found(house, drafted, "return")[0]
    assert found(house, drafted, "rent for the weekend", is_draft=True)
    assert not found(house, drafted, "rent for the weekend")
    assert not found(house, drafted, "repair on Tuesdays", is_draft=True)
    assert found(house, drafted, "repair on Tuesdays")


def test_what_a_draft_would_change_is_told(house: House, drafted: Site) -> None:
    document = {**settings_as_document(drafted.settings), "greeting": "Welcome"}
    change_draft(drafted, document, None, ADA, house)
    changes = changes_of(house.drafts.draft(drafted), house)
    assert [(each.where, each.was, each.became) for each in changes.settings] == [("greeting", "", "Welcome")]
    assert [(each.key, bool(each.was), bool(each.became)) for each in changes.documents] == [
        ("rentals.md", False, True),
        ("repairs.md", True, False),
        ("returns.md", True, True),
    ]
    assert changes.count == 4


def test_publishing_makes_the_draft_live_as_one_version(house: House, drafted: Site) -> None:
    change_draft(drafted, {**settings_as_document(drafted.settings), "greeting": "Welcome"}, None, ADA, house)
    live = publish_draft(drafted, PUBLISHING, house)
    assert (live.version, live.settings.greeting) == (drafted.version + 1, "Welcome")
    assert "60 days" in found(house, live, "return")[0]
    assert not found(house, live, "repair on Tuesdays")
    assert [each.key for each in house.passages.documents(live.id)] == ["rentals.md", "returns.md"]
    assert changes_of(house.drafts.draft(live), house).count == 0
    newest = house.versions.versions(live)[0]
    assert (newest.by, newest.note) == (ADA, "Longer returns")
    assert {each.key for each in house.versions.document_changes(live, live.version)} == {
        "rentals.md",
        "repairs.md",
        "returns.md",
    }


def test_a_draft_that_changes_nothing_is_no_version(house: House, site: Site) -> None:
    assert publish_draft(site, PUBLISHING, house) == site


def test_a_version_comes_back_whole_and_leaves_the_draft_alone(house: House, drafted: Site) -> None:
    live = publish_draft(drafted, PUBLISHING, house)
    change_draft(live, {**settings_as_document(live.settings), "greeting": "Later"}, None, ADA, house)
    restored = restore_version(live, drafted.version, Publishing(ADA, "As it was"), house)
    assert restored.version == live.version + 1
    assert restored.settings == drafted.settings
    assert [each.key for each in house.passages.documents(restored.id)] == ["repairs.md", "returns.md"]
    assert "30 days" in found(house, restored, "return")[0]
    assert house.drafts.draft(restored).settings.greeting == "Later"
    again = restore_version(restored, live.version, Publishing(ADA), house)
    assert "60 days" in found(house, again, "return")[0]


def test_a_version_that_never_was_cannot_come_back(house: House, site: Site) -> None:
    with pytest.raises(NotFound, match="version 7"):
        restore_version(site, 7, PUBLISHING, house)


def test_a_discarded_draft_is_what_is_live(house: House, drafted: Site) -> None:
    discard_draft(drafted, house)
    assert changes_of(house.drafts.draft(drafted), house).count == 0
    assert found(house, drafted, "repair on Tuesdays", is_draft=True)
    assert not found(house, drafted, "rent for the weekend", is_draft=True)


def test_settings_that_cannot_be_used_are_refused_in_one_sentence(house: House, site: Site) -> None:
    document = settings_as_document(site.settings)
    with pytest.raises(InvalidSettings, match=r"site\.toml: origins must name at least one"):
        change_draft(site, {**document, "origins": []}, None, ADA, house)
    assert change_draft(site, document, None, ADA, house).settings == site.settings


def test_the_command_line_makes_versions_too(house: House, site: Site, folder: Path) -> None:
    keep_documents(site, Change([RENTALS], "added"), house)
    newest = house.versions.versions(site)[0]
    assert (newest.number, newest.by) == (site.version + 1, "command line")
    live = house.sites.site(site.key)
    house.sites.publish(live, replace(live.settings, greeting="Welcome"))
    assert [each.number for each in house.versions.versions(site)] == [3, 2, 1]
