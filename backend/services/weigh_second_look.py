"""What a second look at each reply of a site would cost, about."""

from __future__ import annotations

from collections.abc import Callable

from backend.domain.site import Models
from backend.domain.turn import Model
from backend.services.weigh_prompt import PromptWeights

RULES_AND_REPLY = 400  # tokens beside the pages: our rules, the question, the reply
ANSWER = 40  # tokens
REPLIES = 1_000
PER_MILLION = 1_000_000


def usd_of_second_looks(weights: PromptWeights, models: Models, find: Callable[[str, Models], Model]) -> float:
    """Return US dollars for a second look at 1,000 replies, by the price of the site's fast model."""
    model = find(models.fast, models)
    tokens_in = weights.knowledge + RULES_AND_REPLY
    return REPLIES * (tokens_in * model.input_usd + ANSWER * model.output_usd) / PER_MILLION
