"""A site that is written to a folder and applied again is the same site."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.app import House
from backend.domain.errors import SettingsError
from backend.domain.site import Site
from backend.services.apply_folder import apply_folder
from backend.services.export_site import export_site


def test_what_is_written_is_what_was_applied(house: House, site: Site, tmp_path: Path) -> None:
    assert export_site(site, tmp_path / "copy", house) == 2
    assert not apply_folder(tmp_path / "copy", house).has_changed


def test_a_folder_that_holds_files_is_left_alone(house: House, site: Site, folder: Path) -> None:
    with pytest.raises(SettingsError, match="not empty"):
        export_site(site, folder, house)
