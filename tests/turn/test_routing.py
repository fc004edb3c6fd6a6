"""Who answers is decided by the first rule that fits."""

from __future__ import annotations

import pytest

from backend.domain.reply import Reply
from backend.domain.site import Models
from backend.domain.turn import Model, PastTurn, Question
from backend.turn.routing import EMBEDDED, choose_route, choose_tier


@pytest.mark.parametrize(
    ("text", "turns_before", "tier", "because"),
    [
        ("What are your opening hours?", 0, "fast", "short_and_simple"),
        ("What are your opening hours?", 3, "middle", "no_rule_fits"),
        ("Why is my tent wet inside?", 0, "deep", "asks_for_reasoning"),
        ("Please EXPLAIN the difference", 0, "deep", "asks_for_reasoning"),
        ("I wear a whyhat", 0, "fast", "short_and_simple"),
        ("x" * 101, 0, "middle", "no_rule_fits"),
    ],
)
def test_the_first_rule_that_fits_decides(text: str, turns_before: int, tier: str, because: str) -> None:
    past = (PastTurn("q", Reply("a", 1.0)),) * turns_before
    assert choose_tier(Question(text, past)) == (tier, because)


def test_a_site_may_choose_its_own_model_for_a_tier() -> None:
    chosen = Models(fast="my-model")
    route = choose_route(Question("Hi?"), chosen, lambda model_id, _: Model(model_id))
    assert route.model.id == "my-model"
    assert choose_route(Question("Hi?"), chosen, None).model == EMBEDDED
