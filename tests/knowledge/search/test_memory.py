"""What a search keeps in memory is brought up to date with each change."""

from __future__ import annotations

import random

from backend.knowledge.index.stock import restock
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.store import Store
from tests.knowledge.conftest import SHOP, Opens, read_pages


def test_a_library_that_has_seen_many_changes_finds_what_a_new_one_finds(store: Store, open_shop: Opens) -> None:
    site, library, dice = open_shop(), KnowledgeLibrary(store.passages), random.Random(4)
    words = [
        "tent",
        "stove",
        "lamp",
        "delivery",
        "return",
        "voucher",
        "repair",
        "bicycle",
        "hours",
        "saturday",
        "customs",
        "label",
    ]
    pages = dict(SHOP)
    for step in range(12):
        for _ in range(dice.randrange(1, 4)):
            pages[f"{dice.randrange(8)}.md"] = (
                f"# {' '.join(dice.sample(words, 2))}\n\n{' '.join(dice.sample(words, 5))}"
            )
        pages.pop(dice.choice(list(pages)))
        restock(store.passages, site.id, read_pages(pages), "en")
        fresh = KnowledgeLibrary(store.passages)
        for question in (*dice.sample(words, 3), "delivry of a tennt", f"{dice.choice(words)} step {step}"):
            assert library.search(site, question) == fresh.search(site, question)
        assert library.hosts(site) == fresh.hosts(site)
