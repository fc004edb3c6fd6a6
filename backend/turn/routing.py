"""Which model should answer? A table of named rules; the first that fits decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from backend.domain import conversation
from backend.domain.approved import MODEL
from backend.domain.site import Models
from backend.domain.toml import read_toml
from backend.domain.turn import Model, Question, Route

TABLE = Path(__file__).with_name("routing.toml")
EMBEDDED = Model(id=conversation.EMBEDDED, tier="embedded")
TEAM = Route(Model(id=MODEL, tier=MODEL), because="same_question")
Find = Callable[[str, Models], Model]


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """One row of the table. A limit of 0 is no limit."""

    name: str
    tier: str
    most_characters: int = 0
    most_turns_before: int = 0
    any_word: tuple[str, ...] = ()

    def fits(self, question: Question) -> bool:
        if self.most_characters and len(question.text) > self.most_characters:
            return False
        if self.most_turns_before and len(question.history) > self.most_turns_before:
            return False
        return not self.any_word or holds_a_word(question.text, self.any_word)


def holds_a_word(text: str, words: Iterable[str]) -> bool:
    return re.search(rf"\b(?:{'|'.join(map(re.escape, words))})\b", text, re.IGNORECASE) is not None


@lru_cache(maxsize=1)
def rules() -> tuple[tuple[RoutingRule, ...], str]:
    """Return the rules of the table in order, and the tier where none fits."""
    table = read_toml(TABLE)
    return tuple(RoutingRule(**{**row, "any_word": tuple(row.get("any_word", ()))}) for row in table["rule"]), table[
        "default"
    ]


def choose_tier(question: Question) -> tuple[str, str]:
    """Return the tier of the first rule that fits, and the rule's name, so that review can judge it."""
    table, default = rules()
    for rule in table:
        if rule.fits(question):
            return rule.tier, rule.name
    return default, "no_rule_fits"


def choose_route(question: Question, chosen: Models, find: Find | None) -> Route:
    """Return the model that answers and why; `find` looks a model up, None where no model is configured."""
    if find is None:
        return Route(EMBEDDED, because="no_model_configured")
    tier, because = choose_tier(question)
    model_id = {"fast": chosen.fast, "deep": chosen.deep}.get(tier, chosen.middle)
    return Route(find(model_id, chosen), because)


def next_model_down(model: Model, chosen: Models, find: Find) -> Model | None:
    """Return the site's model of the next tier down, for when this one does not answer; None where there is none."""
    tiers = [chosen.deep, chosen.middle, chosen.fast]
    below = tiers[tiers.index(model.id) + 1 :] if model.id in tiers else []
    other = next((model_id for model_id in below if model_id != model.id), None)
    return find(other, chosen) if other else None
