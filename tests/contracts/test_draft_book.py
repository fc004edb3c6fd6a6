"""The book of drafts, on every database."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from backend.domain.errors import ChangedMeanwhile
from backend.domain.site import Site
from backend.store import Store


def test_a_new_draft_is_what_is_live(store: Store, site: Site) -> None:
    draft = store.drafts.draft(site)
    assert (draft.live, draft.settings, draft.revision, draft.gone) == (site, site.settings, 1, frozenset())
    assert store.drafts.draft(site) == draft
    assert store.drafts.on_shelf(draft.shelf) == (site.id, frozenset())


def test_the_shelf_of_a_draft_is_no_site(store: Store, site: Site) -> None:
    draft = store.drafts.draft(site)
    assert store.sites.sites() == [site]
    assert store.sites.with_id(draft.shelf) is None
    assert store.drafts.on_shelf(site.id) is None


def test_a_change_counts_the_revision_and_says_who(store: Store, site: Site) -> None:
    changed = store.drafts.change(site, replace(site.settings, greeting="Welcome"), 1, "ada@tea.example")
    assert (changed.settings.greeting, changed.revision, changed.changed_by) == ("Welcome", 2, "ada@tea.example")
    assert store.sites.site(site.key).settings == site.settings


def test_of_two_changes_upon_one_revision_the_second_is_refused(store: Store, site: Site) -> None:
    store.drafts.change(site, replace(site.settings, greeting="Welcome"), 1, "ada@tea.example")
    with pytest.raises(ChangedMeanwhile, match=r"ada@tea\.example"):
        store.drafts.change(site, replace(site.settings, greeting="Hi"), 1, "bo@tea.example")
    assert store.drafts.draft(site).settings.greeting == "Welcome"


def test_of_many_changes_at_once_one_is_taken(store: Store, site: Site) -> None:
    store.drafts.draft(site)
    taken: list[str] = []

    def change(name: str) -> None:
        try:
            store.drafts.change(site, replace(site.settings, greeting=name), 1, name)
            taken.append(name)
        except ChangedMeanwhile:
            pass

    threads = [threading.Thread(target=change, args=(f"{number}@tea.example",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [store.drafts.draft(site).settings.greeting] == taken


def test_what_the_draft_does_not_change_follows_what_is_published(store: Store, site: Site) -> None:
    store.drafts.change(site, replace(site.settings, greeting="Welcome"), None, "ada@tea.example")
    live = store.sites.publish(site, replace(site.settings, persona="Friendly", greeting="Hello"))
    draft = store.drafts.draft(live)
    assert (draft.settings.persona, draft.settings.greeting) == ("Friendly", "Welcome")


def test_a_cleared_draft_takes_its_shelf_along(store: Store, site: Site) -> None:
    before = store.drafts.draft(site)
    store.drafts.clear(site)
    assert store.drafts.on_shelf(before.shelf) is None
    after = store.drafts.draft(site)
    assert (after.settings, after.gone) == (site.settings, frozenset())
    assert after.shelf != before.shelf


def test_a_crawl_that_began_in_the_draft_goes_over_to_the_site(store: Store, site: Site) -> None:
    store.crawls.open(store.drafts.draft(site).shelf, "https://tea.example/", 24)
    store.drafts.clear(site)
    assert [each.start for each in store.crawls.crawls(site.id)] == ["https://tea.example/"]


def test_a_site_is_removed_with_its_draft(store: Store, site: Site) -> None:
    store.drafts.change(site, replace(site.settings, greeting="Welcome"), None, "ada@tea.example")
    store.sites.remove(site)
    assert store.sites.sites() == []
