"""The table of models: the tiers, a site's own rows, and each provider's names."""

from __future__ import annotations

from typing import get_args

import pytest
from anthropic.types import ModelParam

from backend.domain.errors import (
    SettingsError,
)
from backend.domain.reply import Usage
from backend.domain.site import Models
from backend.domain.turn import Block, Message, Model, Prompt
from backend.providers.claude import request_of
from backend.providers.models import cost_usd, find_model, read_table
from backend.turn.answering.parsing.check import schema

MODEL = read_table()["claude-haiku-4-5"]


def prompt(model: Model = MODEL) -> Prompt:
    return Prompt(
        model=model,
        system=(Block("persona"), Block("pages", is_last_stable=True)),
        messages=(Message("user", (Block("Hello?"),)),),
        max_tokens=1024,
        schema=schema() if model.has_structured_output else None,
    )


def test_the_guides_three_tiers_are_models_that_the_sdk_knows() -> None:
    names, _any_other = get_args(ModelParam)
    table = read_table()
    assert set(table) <= set(get_args(names))
    assert {model.tier for model in table.values()} == {"fast", "middle", "deep"}
    chosen = Models()
    assert [table[name].tier for name in (chosen.fast, chosen.middle, chosen.deep)] == ["fast", "middle", "deep"]
    assert all(model.input_usd < model.output_usd for model in table.values())


def test_a_site_may_describe_a_model_of_its_own() -> None:
    chosen = Models(known={"own": {"has_structured_output": True, "input_usd": 2.0}})
    own = find_model("own", read_table(), chosen)
    assert own.has_structured_output
    assert cost_usd(own, Usage(input_tokens=500_000)) == 1.0
    assert not find_model("unknown", read_table(), chosen).has_structured_output
    with pytest.raises(SettingsError, match=r"models\.known\.own"):
        find_model("own", {}, Models(known={"own": {"colour": 1}}))


@pytest.mark.parametrize("provider", ["bedrock", "vertex"])
def test_other_providers_names_are_sent_as_theirs(provider: str) -> None:
    for model in read_table().values():
        assert request_of(prompt(model), provider)["model"] == model.ids[provider]
