"""An index that is made anew finds what the old one found."""

from __future__ import annotations

from backend.app import House
from backend.domain.site import Site
from backend.services.reindex_site import reindex_site


def test_the_same_pages_are_found_as_before(house: House, site: Site) -> None:
    before = house.knowledge.search(site, "When do you repair bicycles?")
    assert reindex_site(site, house) == 2
    after = house.knowledge.search(site, "When do you repair bicycles?")
    assert [(hit.passage.document, hit.score) for hit in after.hits] == [
        (hit.passage.document, hit.score) for hit in before.hits
    ]
