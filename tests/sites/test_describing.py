"""The page about site.toml says what the declarations say."""

from __future__ import annotations

from backend.sites.describing import describe_settings
from tests.servers import ROOT


def test_the_page_about_site_toml_is_the_newest() -> None:
    written = (ROOT / "docs" / "reference" / "site.md").read_text()
    assert written == describe_settings(), "python -m backend.sites.describing > docs/reference/site.md"


def test_the_page_names_defaults_and_what_is_needed() -> None:
    page = describe_settings()
    assert "| `name` | needed |" in page
    assert "| `per_minute` | `10` |" in page
    assert "## `[[examples]]`" in page
