"""The picture of how far confidence can be believed: what replies say against how many of them are right.

The diagonal is exact. What is worked out here are places on the paper; the template writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.review.calibration import Bin

WIDTH, HEIGHT = 560, 340
LEFT, RIGHT, TOP, BASE = 48, 428, 12, 292
WHISKER = 4
STEPS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Reliability:
    """Two lines on paper, the ranges of the first, and the place of the threshold; `lines` end where their names go."""

    calibrated: str
    stated: str
    points: Sequence[tuple[float, float]]
    ranges: str
    grid: Sequence[tuple[float, int]]
    at: float | None
    names: tuple[tuple[float, float], tuple[float, float]]


def reliability_chart(curve: Sequence[Bin], as_stated: Sequence[Bin], at: float | None) -> Reliability:
    """Return the picture of these bins; `at` is the threshold that is marked."""
    points = [place(each.said, each.right) for each in curve]
    stated = [place(each.said, each.right) for each in as_stated]
    return Reliability(
        path(points),
        path(stated),
        points,
        "".join(whisker(each) for each in curve),
        [(place(0, step / 100)[1], step) for step in STEPS],
        None if at is None else place(at, 0)[0],
        apart(end_of(points), end_of(stated)),
    )


def place(said: float, right: float) -> tuple[float, float]:
    return round(LEFT + (RIGHT - LEFT) * said, 1), round(BASE - (BASE - TOP) * right, 1)


def path(points: Sequence[tuple[float, float]]) -> str:
    return "".join(f"{'L' if at else 'M'}{x} {y}" for at, (x, y) in enumerate(points))


def whisker(each: Bin) -> str:
    """Return the upright line of the range that so few decisions leave open."""
    (x, low), (_, high) = place(each.said, each.least), place(each.said, each.most)
    ends = "".join(f"M{x - WHISKER} {y}h{2 * WHISKER}" for y in (low, high))
    return f"M{x} {low}V{high}{ends}"


def end_of(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return points[-1] if points else (RIGHT, BASE)


def apart(one: tuple[float, float], other: tuple[float, float]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return places for two names beside the paper that do not touch."""
    x, first, second = RIGHT + 8, one[1] + 4, other[1] + 4
    if abs(first - second) < 16:
        second = first + (16 if second >= first else -16)
    return (x, max(16.0, first)), (x, max(16.0, second))
