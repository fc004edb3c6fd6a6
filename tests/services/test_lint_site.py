"""Pages that contradict each other are found."""

from __future__ import annotations

from pathlib import Path

from backend.app import House
from backend.services.apply_folder import apply_folder
from backend.services.lint_site import lint_site
from tests.services.conftest import write_folder


def test_a_page_that_nobody_could_find_is_named_among_the_findings(house: House, tmp_path: Path) -> None:
    pages = {"a.md": "# Returns\n\nYou may return a tent within 30 days of delivery.", "empty.md": "# Empty\n"}
    site = apply_folder(write_folder(tmp_path / "doubtful", pages), house).site
    findings, looked_at = lint_site(site, house)
    assert looked_at == 2
    assert "empty.md" in {finding.place.document for finding in findings}
