"""A change is one step: what is written is found at once, by its words."""

from __future__ import annotations

from backend.app import House
from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.knowledge.index import ADDED, Change
from backend.services.keep_documents import keep_documents


def test_a_page_that_was_kept_is_found_at_once(house: House, site: Site) -> None:
    page = Document("helmets", "Helmets", "", "# Helmets\n\nChildren under ten ride with a helmet.")
    assert keep_documents(site, Change([page], ADDED), house) == 1
    assert keep_documents(site, Change([page], ADDED), house) == 0
    assert house.knowledge.search(site, "Does a child need a helmet?", most=1).passages[0].document == "helmets"
