"""How likely it is that a quotation answers the question.

Two things are told apart, each by a sum of weights in the table beside this file: whether the pages answer at all, and
the chance that what is said is right. Weighed are: how surely the pages were found, times how much of the question the
quotation covers; how far the next document is behind; whether steps are missing where they were asked for; whether all
that the question is about is one word, which no heading of a large site has; and whether the question leans on the one
before, whose search says less of itself than is true.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from backend.domain.knowledge import Found, Quote
from backend.domain.toml import read_toml

TABLE: Mapping[str, Mapping[str, float]] = read_toml(Path(__file__).with_suffix(".toml"))
TOLD = TABLE["told"]
SUREST = 0.999  # log-odds would run away beyond it


def is_worth_saying(found: Found, quote: Quote) -> bool:
    """Tell whether a quotation is said at all: among those that are not, most are of pages that do not answer."""
    sure = found.confidence * quote.coverage
    return bool(quote.text) and sure > 0 and _odds(found, quote, TABLE["answers"]) >= 0


def chance_of(found: Found, quote: Quote) -> float:
    """Return the chance, 0 to 1, that a quotation is right, as it is told: below .5 where it is in doubt."""
    if found.confidence * quote.coverage <= 0:
        return 0.0
    chance = round(1 / (1 + math.exp(-_odds(found, quote, TABLE["right"]))), 2)
    return min(chance, TOLD["most"] if chance >= TOLD["in_doubt_below"] else TOLD["doubted"])


def is_in_doubt(chance: float) -> bool:
    """Tell whether an answer that is told to be right this likely says that it is not certain."""
    return chance <= TOLD["doubted"]


def _odds(found: Found, quote: Quote, weights: Mapping[str, float]) -> float:
    sure = min(SUREST, found.confidence * quote.coverage)
    return (
        weights["bias"]
        + weights["covered"] * math.log(sure / (1 - sure))
        + weights["margin"] * _margin(found)
        + weights["without_steps"] * quote.lacks_steps
        + weights["mention"] * quote.mention
        + weights["leans"] * bool(found.read_as)
    )


def _margin(found: Found) -> float:
    """Return how far the second document is behind the first, as a share; 1 where there is no second."""
    first, *others = [hit.score for hit in found.hits]
    return (first - others[0]) / first if others and first > 0 else 1.0
