"""How sure a reply may be: its stated confidence and that of the search, fitted on what staff decided.

1. A site begins with the weights of all sites, and with what the decisions of all sites together say (`towards`).
2. Below FEW decisions only the level is fitted; from there on level and slope, both drawn towards the beginning
   (Platt's scaling with a ridge), by Fisher's steps. The curve stays monotone, so that the order never changes.
3. A decision stands for all turns that were as likely to come before staff: in what is reported it counts
   1 / propensity, at most MOST_WEIGHT; in the fit the root of that, since a few that stand for very many would rule it.
   Its weight halves in HALF_LIFE_DAYS.
4. What came before staff only since its visitor complained is not fitted on: it came because it was wrong, and would
   teach that all replies like it are.
5. Few decisions that stand for many are worth no more than few: what holds the curve back is measured against Kish's
   effective number, not against the plain one.
6. No curve passes CEILING: some wrong replies nothing gives away, however sure they are.

Weighing by inverse propensity is after Horvitz and Thompson (1952); the scaling after Platt (1999); the error is the
expected calibration error in bins of equal mass.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from backend.domain.calibration import CEILING, FEW, TABLE, Curve, chance_of, prior

MOST_WEIGHT, HALF_LIFE_DAYS = TABLE["most_weight"], TABLE["half_life_days"]
SLOPE_RIDGE, LEVEL_RIDGE = TABLE["slope_ridge"], TABLE["level_ridge"]
STEPS, ENOUGH = 40, 1e-9
LEAST_SLOPE = 0.05
TEMPER = 0.5  # the power of a weight in the fit
BINS, FEW_FOR_BINS, MANY_BINS = 5, 500, 10
Z95 = 1.96
BEGINNING = Curve()


@dataclass(frozen=True, slots=True)
class Decided:
    """A reply that staff decided: both confidences, whether it was right, how likely it came before them, its age.

    `by_visitor` where nothing but what its visitor did brought it there.
    """

    stated: float
    found: float
    is_right: bool
    propensity: float
    age_days: float = 0.0
    by_visitor: bool = False


@dataclass(frozen=True, slots=True)
class Bin:
    """Replies of nearly the same calibrated confidence: its mean, the share that was right, and the 95 % range."""

    said: float
    right: float
    least: float
    most: float
    count: int


def fit(decided: Sequence[Decided], towards: Curve = BEGINNING) -> Curve:
    """Return the curve that these decisions make."""
    rows = _rows_of([each for each in decided if not each.by_visitor])
    slope, level = towards.slope, towards.level
    for _ in range(STEPS):
        step_slope, step_level = _step(rows, slope, level, towards, has_slope=len(rows) >= FEW)
        slope, level = max(LEAST_SLOPE, slope - step_slope), level - step_level
        if abs(step_slope) + abs(step_level) < ENOUGH:
            break
    return Curve(round(slope, 6), round(level, 6), len(rows))


def _rows_of(decided: Sequence[Decided]) -> list[tuple[float, float, float]]:
    """Return each decision as log-odds, outcome and weight; the weights add up to the effective number."""
    weights = [stands_for(each) ** TEMPER * aged(each) for each in decided]
    scale = sum(weights) / sum(weight**2 for weight in weights) if weights else 1.0
    return [
        (prior(each.stated, each.found), float(each.is_right), weight * scale)
        for each, weight in zip(decided, weights, strict=True)
    ]


def weight_of(decided: Decided) -> float:
    """Return how many turns a decision stands for, older ones for less."""
    return stands_for(decided) * aged(decided)


def stands_for(decided: Decided) -> float:
    return float(min(MOST_WEIGHT, 1 / max(decided.propensity, 1e-6)))


def aged(decided: Decided) -> float:
    return float(0.5 ** (decided.age_days / HALF_LIFE_DAYS))


def _step(
    rows: Sequence[tuple[float, float, float]], slope: float, level: float, towards: Curve, *, has_slope: bool
) -> tuple[float, float]:
    """Return one of Fisher's steps for the penalised log-likelihood."""
    by_slope, by_level = SLOPE_RIDGE * (slope - towards.slope), LEVEL_RIDGE * (level - towards.level)
    both, twice_slope, twice_level = 0.0, SLOPE_RIDGE, LEVEL_RIDGE
    for odds, right, weight in rows:
        part = chance_of(slope * odds + level)
        chance, steep = CEILING * part, CEILING * part * (1 - part)
        told = weight * steep / (chance * (1 - chance))
        missed, spread = told * (chance - right), told * steep
        by_slope, by_level = by_slope + missed * odds, by_level + missed
        twice_slope, both, twice_level = twice_slope + spread * odds * odds, both + spread * odds, twice_level + spread
    if not has_slope:
        return 0.0, by_level / twice_level
    determinant = twice_slope * twice_level - both * both
    return (
        (by_slope * twice_level - by_level * both) / determinant,
        (by_level * twice_slope - by_slope * both) / determinant,
    )


def reliability(decided: Sequence[Decided], fitted: Curve) -> list[Bin]:
    """Return the curve in bins of equal mass: few where decisions are few."""
    return _bins_of(sorted((fitted.of(each.stated, each.found), each.is_right, weight_of(each)) for each in decided))


def reliability_as_stated(decided: Sequence[Decided]) -> list[Bin]:
    """Return the same of the replies' own word."""
    return _bins_of(sorted((each.stated, each.is_right, weight_of(each)) for each in decided))


def _bins_of(rows: Sequence[tuple[float, bool, float]]) -> list[Bin]:
    count = BINS if len(rows) < FEW_FOR_BINS else MANY_BINS
    bins = [rows[len(rows) * at // count : len(rows) * (at + 1) // count] for at in range(count)]
    return [_bin(each) for each in bins if each]


def error_of(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error, 0 to 1: how far what is said is off on average."""
    total = sum(each.count for each in bins)
    return sum(each.count * abs(each.said - each.right) for each in bins) / total if total else 0.0


def right_order(decided: Sequence[Decided], fitted: Curve) -> float | None:
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
