"""Words are put right by those that the site's pages hold."""

from __future__ import annotations

from backend.knowledge.index.stock import restock
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.knowledge.search.spelling import Speller, is_worth_correcting
from backend.store import Store
from tests.knowledge.conftest import SHOP, Opens, read_pages


def test_codes_and_short_words_are_never_put_right() -> None:
    speller = Speller(["e1234", "cat", "voucher"])
    assert not is_worth_correcting("e1235")
    assert not is_worth_correcting("bat")
    assert speller.near("vouchre") == [(1, "voucher")]


def test_words_of_a_page_that_is_gone_put_nothing_right(store: Store, open_shop: Opens) -> None:
    site, library = open_shop(), KnowledgeLibrary(store.passages)
    assert library.search(site, "vuocher").hits
    restock(store.passages, site.id, read_pages({name: SHOP[name] for name in SHOP if name != "vouchers.md"}), "en")
    assert library.search(site, "vuocher").hits == ()
