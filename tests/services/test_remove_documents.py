"""Documents are taken out in one step, or none of them where one is unknown."""

from __future__ import annotations

import pytest

from backend.app import House
from backend.domain.errors import SettingsError
from backend.domain.site import Site
from backend.services.remove_documents import remove_documents


def test_a_page_of_the_folder_is_said_to_come_back(house: House, site: Site) -> None:
    (removed,) = remove_documents(site, ["repairs.md", "repairs.md"], house)
    assert (removed.id, removed.comes_back) == ("repairs.md", True)
    assert [each.key for each in house.passages.documents(site.id)] == ["returns.md"]


def test_an_unknown_page_keeps_all_the_others(house: House, site: Site) -> None:
    with pytest.raises(SettingsError, match=r"'nothing\.md' is no document of Bicycle shop"):
        remove_documents(site, ["repairs.md", "nothing.md"], house)
    assert len(house.passages.documents(site.id)) == 2
