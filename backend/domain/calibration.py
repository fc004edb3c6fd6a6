"""How sure a reply may be: the curve from what it states to the chance that it is right, and the decisions behind it.

A site begins with the weights of all sites: a sum of the log-odds of what the reply states and of what the search
states (`calibration.toml`). Its own decisions move and stretch that sum (`backend/review/calibration.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from backend.domain.items import AFTERWARDS, Reason
from backend.domain.toml import read_toml

TABLE = read_toml(Path(__file__).with_name("calibration.toml"))
FEW: int = TABLE["few"]
CEILING: float = TABLE["ceiling"]
SURE = 1e-3  # log-odds would run away beyond it
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Curve:
    """A site's curve: log-odds times `slope` plus `level`; of so many decisions."""

    slope: float = 1.0
    level: float = 0.0
    decisions: int = 0

    @property
    def is_enough(self) -> bool:
        """Tell whether there are decisions enough for a curve of one's own."""
        return self.decisions >= FEW

    def of(self, stated: float, found: float) -> float:
        """Return the chance that a reply is right, 0 to 1."""
        return CEILING * chance_of(self.slope * prior(stated, found) + self.level)

    def believed(self, stated: float, found: float) -> float:
        """Return the chance where the curve is the site's own, and else what the reply states.

        A reply that states 0 has said that nothing of it can be believed, and that stays.
        """
        return round(self.of(stated, found), DIGITS) if self.is_enough and stated else stated


@dataclass(frozen=True, slots=True)
class Fitting:
    """A curve as it was fitted: when, on how many decisions that were new, and how far it is off.

    `decided` is how many decisions stood then; `error_before` is how far the curve before it was off on the same ones.
    """

    curve: Curve
    at: datetime
    decided: int
    fresh: int
    error: float
    error_before: float


@dataclass(frozen=True, slots=True)
class DecidedReply:
    """A reply that staff decided: its own confidence and that of the search, 0 to 1, whether it was right, and all that
    brought it before them."""

    stated: float
    found: float
    is_right: bool
    reasons: tuple[Reason, ...]
    at: datetime

    @property
    def is_drawn(self) -> bool:
        """Tell whether nothing but the lot brought it there."""
        return self.reasons == ("sample",)

    @property
    def is_by_visitor(self) -> bool:
        """Tell whether nothing but what came of it brought it there."""
        return AFTERWARDS.issuperset(self.reasons)


def prior(stated: float, found: float) -> float:
    """Return the log-odds that a reply is right before any decision of the site."""
    weights = TABLE["prior"]
    odds: float = weights["level"] + weights["stated"] * _log_odds(stated) + weights["found"] * _log_odds(found)
    return odds


def chance_of(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _log_odds(chance: float) -> float:
    held = min(1 - SURE, max(SURE, chance))
    return math.log(held / (1 - held))
