"""How sure a reply may be: its stated confidence and that of the search, fitted on what staff decided.

1. A site begins with the weights of all sites: a sum of the log-odds of both (`calibration.toml`).
2. Below FEW decisions only the level is fitted; from there on level and slope, both drawn towards the beginning
   (Platt's scaling with a ridge), by Newton's steps. The curve stays monotone, so that the order never changes.
3. A decision stands for all turns that were as likely to come before staff: it counts 1 / propensity, at most
   MOST_WEIGHT. Without that, what was flagged teaches that nearly all is wrong. Its weight halves in HALF_LIFE_DAYS.

Weighing by inverse propensity is after Horvitz and Thompson (1952); the scaling after Platt (1999); the error is the
expected calibration error in bins of equal mass.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.domain.toml import read_toml

TABLE = read_toml(Path(__file__).with_name("calibration.toml"))
FEW, MOST_WEIGHT, HALF_LIFE_DAYS = TABLE["few"], TABLE["most_weight"], TABLE["half_life_days"]
SLOPE_RIDGE, LEVEL_RIDGE = TABLE["slope_ridge"], TABLE["level_ridge"]
STEPS, ENOUGH = 25, 1e-9
SURE = 1e-3  # nobody is surer than that: log-odds would run away
BINS, FEW_FOR_BINS, MANY_BINS = 5, 500, 10
Z95 = 1.96


@dataclass(frozen=True, slots=True)
class Decided:
    """A reply that staff decided: both confidences, whether it was right, how likely it came before them, its age."""

    stated: float
    found: float
    is_right: bool
    propensity: float
    age_days: float = 0.0


@dataclass(frozen=True, slots=True)
class Fit:
    """A site's curve: log-odds times `slope` plus `level`; of so many decisions."""

    slope: float = 1.0
    level: float = 0.0
    decisions: int = 0

    @property
    def is_enough(self) -> bool:
        """Tell whether there are decisions enough for a curve of one's own."""
        return bool(self.decisions >= FEW)

    def of(self, stated: float, found: float) -> float:
        """Return the chance that a reply is right, 0 to 1."""
        return _chance(self.slope * prior(stated, found) + self.level)


@dataclass(frozen=True, slots=True)
class Bin:
    """Replies of nearly the same calibrated confidence: its mean, the share that was right, and the 95 % range."""

    said: float
    right: float
    least: float
    most: float
    count: int


def prior(stated: float, found: float) -> float:
    """Return the log-odds that a reply is right before any decision of the site."""
    weights = TABLE["prior"]
    odds: float = weights["level"] + weights["stated"] * _log_odds(stated) + weights["found"] * _log_odds(found)
    return odds


def fit(decided: Sequence[Decided]) -> Fit:
    """Return the curve that these decisions make."""
    rows = [(prior(each.stated, each.found), float(each.is_right), weight_of(each)) for each in decided]
    scale = len(rows) / total if (total := sum(weight for _, _, weight in rows)) else 1.0
    rows = [(odds, right, weight * scale) for odds, right, weight in rows]
    slope, level = 1.0, 0.0
    for _ in range(STEPS):
        step_slope, step_level = _step(rows, slope, level, has_slope=len(rows) >= FEW)
        slope, level = max(0.05, slope - step_slope), level - step_level
        if abs(step_slope) + abs(step_level) < ENOUGH:
            break
    return Fit(round(slope, 6), round(level, 6), len(rows))


def weight_of(decided: Decided) -> float:
    """Return how many turns a decision stands for, older ones for less."""
    stands_for = min(MOST_WEIGHT, 1 / max(decided.propensity, 1e-6))
    age: float = 0.5 ** (decided.age_days / HALF_LIFE_DAYS)
    return float(stands_for * age)


def _step(
    rows: Sequence[tuple[float, float, float]], slope: float, level: float, *, has_slope: bool
) -> tuple[float, float]:
    """Return one of Newton's steps for the penalised log-likelihood."""
    by_slope, by_level = SLOPE_RIDGE * (slope - 1), LEVEL_RIDGE * level
    both, twice_slope, twice_level = 0.0, SLOPE_RIDGE, LEVEL_RIDGE
    for odds, right, weight in rows:
        chance = _chance(slope * odds + level)
        missed, spread = weight * (chance - right), weight * chance * (1 - chance)
        by_slope, by_level = by_slope + missed * odds, by_level + missed
        twice_slope, both, twice_level = twice_slope + spread * odds * odds, both + spread * odds, twice_level + spread
    if not has_slope:
        return 0.0, by_level / twice_level
    determinant = twice_slope * twice_level - both * both
    return (
        (by_slope * twice_level - by_level * both) / determinant,
        (by_level * twice_slope - by_slope * both) / determinant,
    )


def reliability(decided: Sequence[Decided], fitted: Fit) -> list[Bin]:
    """Return the curve in bins of equal mass: few where decisions are few."""
    rows = sorted((fitted.of(each.stated, each.found), each.is_right, weight_of(each)) for each in decided)
    count = BINS if len(rows) < FEW_FOR_BINS else MANY_BINS
    bins = [rows[len(rows) * at // count : len(rows) * (at + 1) // count] for at in range(count)]
    return [_bin(each) for each in bins if each]


def error_of(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error, 0 to 1: how far what is said is off on average."""
    total = sum(each.count for each in bins)
    return sum(each.count * abs(each.said - each.right) for each in bins) / total if total else 0.0


def right_order(decided: Sequence[Decided], fitted: Fit) -> float | None:
    """Return how often of a right and a wrong reply the right one is surer (the area under the curve)."""
    rows = sorted((fitted.of(each.stated, each.found), each.is_right, weight_of(each)) for each in decided)
    right = sum(weight for _, is_right, weight in rows if is_right)
    wrong = sum(weight for _, is_right, weight in rows if not is_right)
    if not right or not wrong:
        return None
    area, below, at = 0.0, 0.0, 0
    while at < len(rows):
        tied = [row for row in rows[at:] if row[0] == rows[at][0]]
        wrong_here = sum(weight for _, is_right, weight in tied if not is_right)
        area += sum(weight for _, is_right, weight in tied if is_right) * (below + wrong_here / 2)
        below, at = below + wrong_here, at + len(tied)
    return area / (right * wrong)


def _bin(rows: Sequence[tuple[float, bool, float]]) -> Bin:
    total = sum(weight for _, _, weight in rows)
    said = sum(chance * weight for chance, _, weight in rows) / total
    right = sum(weight for _, is_right, weight in rows if is_right) / total
    effective = total**2 / sum(weight**2 for _, _, weight in rows)
    return Bin(said, right, *_wilson(right, effective), len(rows))


def _wilson(share: float, count: float) -> tuple[float, float]:
    """Return the 95 % range of a share of so many (Wilson's interval)."""
    spread = Z95 * math.sqrt(share * (1 - share) / count + Z95**2 / (4 * count**2))
    middle, width = share + Z95**2 / (2 * count), 1 + Z95**2 / count
    return max(0.0, (middle - spread) / width), min(1.0, (middle + spread) / width)


def _log_odds(chance: float) -> float:
    held = min(1 - SURE, max(SURE, chance))
    return math.log(held / (1 - held))


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
