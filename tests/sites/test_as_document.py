"""Settings go out as a document with every setting, and come back through the checks of site.toml."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend.domain.errors import InvalidSettings
from backend.domain.site import SiteSettings
from backend.sites.as_document import read_document, settings_as_document
from backend.sites.reading import read_site
from tests.servers import ROOT

PLAIN = SiteSettings("Tea Shop", ("https://tea.example",))


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*/site.toml")), ids=lambda each: each.parent.name)
def test_what_goes_out_comes_back_equal(example: Path) -> None:
    settings = read_site(example.parent).settings
    assert read_document(json.loads(json.dumps(settings_as_document(settings)))) == settings


def test_every_setting_goes_out_and_an_empty_one_comes_back_as_not_said() -> None:
    document = settings_as_document(PLAIN)
    assert document["nudge"] == ""
    assert document["theme"]["avatar"] == ""
    assert read_document(document) == PLAIN


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "site.toml: name must not be empty."),
        ({"naem": "x"}, "site.toml: naem is not a field that we know; did you mean name?"),
        ({"theme": 4}, "site.toml: theme must be a table, not a whole number."),
        ({"examples": [4]}, "site.toml: examples, entry 1 must be a table, not a whole number."),
        (
            {"limits": {"per_minute": "many"}},
            "site.toml: limits.per_minute must be a whole number, not text in quotes.",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_in_the_words_of_site_apply(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        read_document({**settings_as_document(PLAIN), **changes})
    assert refused.value.detail == sentence
