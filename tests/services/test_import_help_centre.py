"""A help centre that stands elsewhere is found by its visitors' questions once its export is in."""

from __future__ import annotations

import json

from backend.app import House
from backend.domain.site import Site
from backend.services.import_help_centre import import_help_centre
from tests.knowledge.intake.test_help_centres import ZENDESK


def test_an_exports_articles_are_documents_with_their_addresses_and_come_again_unchanged(
    house: House, site: Site
) -> None:
    content = json.dumps(ZENDESK).encode()
    imported = import_help_centre(site, "export.json", content, house)
    assert [(row.id, row.status, row.title) for row in imported.rows] == [("zendesk/7.html", "added", "Returns")]
    assert (imported.unpublished, imported.source) == (1, "Zendesk")
    document = house.passages.document(site.id, "zendesk/7.html")
    assert document is not None
    assert document.url == "https://help.example/7"
    assert "60 days" in document.text
    again = import_help_centre(site, "export.json", content, house)
    assert [row.status for row in again.rows] == ["unchanged"]
    assert house.passages.document(site.id, "returns.md") is not None  # what was there stays
