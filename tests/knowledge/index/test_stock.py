"""Documents come, change and go without a moment in which they cannot be found, and nothing is said twice."""

from __future__ import annotations

import threading
from pathlib import Path

from backend.domain.site import Site
from backend.knowledge.index.stock import ADDED, Change, put_change, read_before, reindex, restock
from backend.knowledge.intake.folder import read_knowledge
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.store import Store
from tests.knowledge.conftest import SHOP, Opens, read_pages

LONG = (
    "# Warranty\n\nEvery bicycle that we sell has a warranty of three years, from the day on which you fetched it. "
    "Keep the receipt; we ask for it when you bring the bicycle to our workshop. The frame has ten years."
)


def keys_found(store: Store, site: Site, question: str) -> list[str]:
    found = KnowledgeLibrary(store.passages).search(site, question)
    return [hit.passage.document for hit in found.hits]


def test_a_page_is_found_at_every_moment_while_it_is_replaced(store: Store, open_shop: Opens) -> None:
    site = open_shop()
    stop, missed, searches = threading.Event(), [], []

    def search() -> None:
        library = KnowledgeLibrary(store.passages)
        while not stop.is_set():
            hits = library.search(site, "How long is a gift voucher valid?").hits
            searches.append(1)
            if "vouchers.md" not in [hit.passage.document for hit in hits]:
                missed.append(hits)

    searching = threading.Thread(target=search)
    searching.start()
    for number in range(25):
        pages = {**SHOP, "vouchers.md": f"{SHOP['vouchers.md']}\n\nNumber {number} was sold today."}
        restock(store.passages, site.id, read_pages(pages), "en")
    stop.set()
    searching.join()
    assert searches
    assert missed == []


def test_pages_that_say_the_same_are_kept_and_found_once(store: Store, open_shop: Opens) -> None:
    again = LONG.replace("; we ask", ", we ask").replace("**", "")
    site = open_shop({**SHOP, "warranty.md": LONG, "copy/warranty.md": again})
    assert keys_found(store, site, "How long is the warranty?")[:1] == ["copy/warranty.md"]
    assert "warranty.md" not in keys_found(store, site, "How long is the warranty?")
    assert store.passages.document(site.id, "warranty.md") is not None
    assert store.passages.stocked(site.id)["warranty.md"].twin == "copy/warranty.md"


def test_a_page_is_found_again_when_its_twin_is_gone_or_has_changed(store: Store, open_shop: Opens) -> None:
    site = open_shop({"a.md": LONG, "b.md": LONG})
    assert keys_found(store, site, "How long is the warranty?") == ["a.md"]
    restock(store.passages, site.id, read_pages({"b.md": LONG}), "en")
    assert keys_found(store, site, "How long is the warranty?") == ["b.md"]
    changed = LONG.replace("three", "four")
    restock(store.passages, site.id, read_pages({"a.md": LONG, "b.md": changed}), "en")
    assert sorted(keys_found(store, site, "How long is the warranty?")) == ["a.md", "b.md"]


def test_pages_that_differ_in_a_number_alone_are_two(store: Store, open_shop: Opens) -> None:
    site = open_shop({"a.md": LONG, "b.md": LONG.replace("ten", "12")})
    assert sorted(keys_found(store, site, "How long is the warranty?")) == ["a.md", "b.md"]


def test_a_folder_leaves_alone_what_was_added_by_hand(store: Store, open_shop: Opens) -> None:
    site = open_shop()
    added = Change(read_pages({"warranty.md": LONG}), ADDED)
    assert put_change(store.passages, site.id, added, "en") == 1
    assert put_change(store.passages, site.id, added, "en") == 0
    assert restock(store.passages, site.id, read_pages(SHOP), "en") == (0, 0)
    assert keys_found(store, site, "How long is the warranty?")[0] == "warranty.md"
    put_change(store.passages, site.id, Change(gone=["warranty.md"]), "en")
    assert "warranty.md" not in keys_found(store, site, "How long is the warranty?")


def test_an_index_made_anew_finds_what_the_old_one_found(store: Store, open_shop: Opens) -> None:
    site = open_shop({**SHOP, "a.md": LONG, "b.md": LONG})
    before = keys_found(store, site, "How long is the warranty?")
    stocked = store.passages.stocked(site.id)
    assert reindex(store.passages, site.id, "en") == len(SHOP) + 2
    assert keys_found(store, site, "How long is the warranty?") == before
    assert store.passages.stocked(site.id) == stocked


def test_a_file_that_has_not_changed_is_not_read_again(store: Store, open_shop: Opens, tmp_path: Path) -> None:
    site = open_shop({})
    for name, text in SHOP.items():
        (tmp_path / name).write_text(text)
    first = read_knowledge(tmp_path)
    restock(store.passages, site.id, first.documents, "en", file_digests=first.file_digests)
    known = read_before(store.passages, site.id)
    assert set(known) == set(first.file_digests.values())
    assert read_knowledge(tmp_path, known) == first
