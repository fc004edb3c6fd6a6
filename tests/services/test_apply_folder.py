"""A folder is published whole, twice without a change, and not at all where it has a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.app import House
from backend.domain.errors import SettingsError
from backend.services.apply_folder import apply_folder
from tests.services.conftest import KEY, write_folder


def test_a_folder_is_published_with_its_pages(house: House, folder: Path) -> None:
    applied = apply_folder(folder, house)
    assert (applied.site.key, applied.is_new, applied.written, applied.documents) == (KEY, True, 2, 2)
    found = house.knowledge.search(applied.site, "When do you repair bicycles?", most=1)
    assert found.passages[0].document == "repairs.md"


def test_the_same_folder_again_changes_nothing(house: House, folder: Path) -> None:
    first = apply_folder(folder, house)
    again = apply_folder(folder, house)
    assert not again.has_changed
    assert again.site == first.site


def test_a_page_that_is_gone_from_the_folder_is_gone_from_the_site(house: House, folder: Path) -> None:
    apply_folder(folder, house)
    (folder / "kb" / "repairs.md").unlink()
    applied = apply_folder(folder, house)
    assert (applied.removed, applied.documents, applied.has_new_settings) == (1, 1, False)


def test_a_folder_with_a_mistake_publishes_nothing(house: House, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "broken", {"a.md": "# A"})
    (folder / "site.toml").write_text('name = "A shop"\n')
    with pytest.raises(SettingsError, match="origins"):
        apply_folder(folder, house)
    assert house.sites.sites() == []
