"""The price of a second look follows the site's pages and its fast model."""

from __future__ import annotations

import pytest

from backend.domain.site import Models
from backend.domain.turn import Model
from backend.services.weigh_prompt import PromptWeights
from backend.services.weigh_second_look import usd_of_second_looks


def priced(model_id: str, _models: Models) -> Model:
    return Model(model_id, input_usd=1.0, output_usd=5.0) if model_id == "small" else Model(model_id, input_usd=99.0)


def test_it_is_reckoned_by_the_fast_model_and_the_pages() -> None:
    weights = PromptWeights(persona=5_000, examples=9, knowledge=1_100, most=16_000)
    assert usd_of_second_looks(weights, Models(fast="small"), priced) == pytest.approx(1.5 + 0.2)
    more = PromptWeights(persona=5_000, examples=9, knowledge=2_100, most=16_000)
    assert usd_of_second_looks(more, Models(fast="small"), priced) == pytest.approx(2.5 + 0.2)
