"""Documents are added by hand beside those of the site's folder, and each file's fate is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.app import House
from backend.domain.errors import SettingsError
from backend.domain.site import Site
from backend.knowledge.intake import Fetcher, read_rules
from backend.services.add_documents import add_documents, named_files
from backend.services.apply_folder import apply_folder


def add(house: House, site: Site, *paths: Path) -> dict[str, str]:
    return {
        row.id: row.status for row in add_documents(site, list(named_files(paths)), [], house, Fetcher(read_rules()))
    }


def test_a_file_is_added_replaced_and_left_as_it_is(house: House, site: Site, tmp_path: Path) -> None:
    page = tmp_path / "vouchers.md"
    page.write_text("# Vouchers\n\nA voucher is valid for three years.")
    assert add(house, site, page) == {"vouchers.md": "added"}
    assert add(house, site, page) == {"vouchers.md": "unchanged"}
    page.write_text("# Vouchers\n\nA voucher is valid for five years.")
    assert add(house, site, page) == {"vouchers.md": "replaced"}


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(house: House, site: Site, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.md").write_text("# A\n\nText.")
    (tmp_path / "more" / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing")
    assert add(house, site, tmp_path / "more") == {"a.md": "added", "broken.pdf": "left_out"}


def test_what_was_added_outlives_the_next_apply(house: House, site: Site, folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "vouchers.md"
    page.write_text("# Vouchers\n\nA voucher is valid for three years.")
    add(house, site, page)
    apply_folder(folder, house)
    assert house.passages.document(site.id, "vouchers.md") is not None


def test_a_path_without_a_file_is_named(house: House, site: Site, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        add(house, site, tmp_path / "nowhere.md")
