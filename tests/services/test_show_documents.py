"""What a site knows is listed, and shown page by page."""

from __future__ import annotations

import pytest

from backend.app import House
from backend.domain.errors import SettingsError
from backend.domain.site import Site
from backend.services.show_documents import list_documents, show_document


def test_every_page_is_listed_with_where_it_came_from(house: House, site: Site) -> None:
    assert [(each.document.key, each.source) for each in list_documents(site, house)] == [
        ("repairs.md", ""),
        ("returns.md", ""),
    ]


def test_a_page_is_shown_with_its_passages(house: House, site: Site) -> None:
    shown = show_document(site, "returns.md", house)
    assert shown.document.title == "Returns"
    assert "within 30 days" in shown.passages[0].text


def test_an_unknown_page_is_named(house: House, site: Site) -> None:
    with pytest.raises(SettingsError, match="nothing"):
        show_document(site, "nothing.md", house)
