"""The book of versions, on every database: each says what it changed, and what was replaced is kept."""

from __future__ import annotations

from dataclasses import replace

from backend.domain.indexed import Cut, CutPassage, Origin
from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.domain.versions import DocumentChange, Publishing
from backend.store import Store


def put(store: Store, site: Site, key: str, text: str) -> None:
    document = Document(key, key.title(), f"https://tea.example/{key}", text, ("suspicious",), "en", ("staff",))
    cut = Cut(document, [CutPassage("", text, {"tea": 1})], Origin("added", "file"))
    store.passages.put(site.id, [(cut, f"digest of {text}")])


def test_versions_say_who_published_them_when_and_why(store: Store, site: Site) -> None:
    publishing = Publishing("ada@tea.example", "A new greeting", "The case is out of date")
    store.sites.publish(site, replace(site.settings, greeting="Welcome"), publishing)
    newest, first = store.versions.versions(site)
    assert (newest.number, newest.by, newest.note, newest.override) == (2, *_said(publishing))
    assert (newest.settings.greeting, first.number, first.by) == ("Welcome", 1, "")
    assert newest.at >= first.at
    assert store.versions.versions(site, before=2) == [first]
    assert store.versions.version(site, 3) is None


def _said(publishing: Publishing) -> tuple[str, str, str]:
    return publishing.by, publishing.note, publishing.override


def test_changed_pages_are_a_version_of_their_own(store: Store, site: Site) -> None:
    put(store, site, "returns", "30 days")
    live = store.sites.publish(site, site.settings, Publishing("ada@tea.example"))
    assert live.version == 2
    assert store.versions.document_changes(live, 2) == [DocumentChange("returns", "", "digest of 30 days")]
    assert store.sites.publish(live, live.settings) == live


def test_a_page_that_changed_twice_stands_once_and_one_that_came_back_not_at_all(store: Store, site: Site) -> None:
    put(store, site, "returns", "30 days")
    put(store, site, "shipping", "free")
    live = store.sites.publish(site, site.settings)
    for text in ("45 days", "60 days"):
        put(store, live, "returns", text)
    put(store, live, "shipping", "$4")
    put(store, live, "shipping", "free")
    live = store.sites.publish(live, live.settings)
    changes = store.versions.document_changes(live, 3)
    assert changes == [DocumentChange("returns", "digest of 30 days", "digest of 60 days")]
    assert store.versions.changes_since(live, 2) == changes


def test_what_was_replaced_is_kept_whole(store: Store, site: Site) -> None:
    put(store, site, "returns", "30 days")
    before = store.passages.document(site.id, "returns")
    put(store, site, "returns", "60 days")
    store.passages.put(site.id, [], ["returns"])
    kept = store.versions.kept(site, ["digest of 30 days", "digest of 60 days", "digest of nothing"])
    assert set(kept) == {"digest of 30 days", "digest of 60 days"}
    assert (kept["digest of 30 days"].document, kept["digest of 30 days"].origin) == (before, Origin("added", "file"))


def test_what_stands_on_a_draft_is_no_change_of_the_site(store: Store, site: Site) -> None:
    draft = store.drafts.draft(site)
    put(store, draft.site, "returns", "60 days")
    assert store.versions.changes_since(site, 0) == []
    assert store.sites.publish(site, site.settings) == site
