"""A site's settings as JSON, and back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.site import Example, Models, SiteSettings
from backend.domain.site_json import settings_from_json, settings_to_json

LEAST = {"name": "Tea Shop", "origins": ["https://tea.example"]}


CONFIDENCES = st.floats(0, 1)
ROWS = st.dictionaries(st.text(), st.text() | st.integers() | st.booleans() | CONFIDENCES)
EXAMPLES = st.builds(Example, confidence=CONFIDENCES)
MODELS = st.builds(Models, known=st.dictionaries(st.text(), ROWS))


@given(st.builds(SiteSettings, examples=st.lists(EXAMPLES).map(tuple), theme=..., limits=..., models=MODELS))
def test_settings_survive_being_written_down(settings: SiteSettings) -> None:
    assert settings_from_json(json.loads(json.dumps(settings_to_json(settings)))) == settings


def test_a_name_and_origins_are_enough() -> None:
    assert settings_from_json(LEAST) == SiteSettings(name="Tea Shop", origins=("https://tea.example",))


def test_what_a_newer_version_wrote_is_read_as_far_as_we_know_it() -> None:
    document = {**LEAST, "budget": {"usd": 5}, "theme": {"accent": "#123456", "sound": "gong"}}

    assert settings_from_json(document).theme.accent == "#123456"


@pytest.mark.parametrize(
    "wrong",
    [{"name": 7}, {"theme": "dark"}, {"limits": {"per_minute": "many"}}, {"examples": ["a question"]}],
)
def test_a_value_of_another_shape_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        settings_from_json({**LEAST, **wrong})
