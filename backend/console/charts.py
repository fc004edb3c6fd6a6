"""Pictures of numbers as SVG: a line with its names at its ends, in colours of the page, without style or script.

What is worked out here are places on the paper; the template writes them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 220
TOP, BOTTOM, START = 12, 28, 44
CHARACTER, GAP = 7, 26  # the room of a name at a line's end
LEAST_TOP = 2
APART = 16  # between two names
LINES = ("l1", "l2", "l3")


@dataclass(frozen=True, slots=True)
class Series:
    """One line; None breaks it."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Line:
    """A line as SVG draws it: its path, and the place of its name."""

    name: str
    path: str
    kind: str
    name_x: float
    name_y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines on paper, with the heights of its grid and the names below it."""

    width: int
    height: int
    right: float
    lines: Sequence[Line]
    grid: Sequence[tuple[float, str]]
    below: Sequence[tuple[float, str]]


def chart_of(series: Sequence[Series], labels: Sequence[str]) -> Chart:
    """Return the chart of up to three lines of the same length as `labels`."""
    top = nice_top(max((value or 0 for each in series for value in each.values), default=0))
    right = WIDTH - GAP - CHARACTER * max((len(each.name) for each in series), default=0)
    step = (right - START) / max(1, len(labels) - 1)
    places = [[_y(value, top) for value in each.values] for each in series]
    ends = push_apart([next((y for y in reversed(line) if y is not None), HEIGHT - BOTTOM) for line in places])
    lines = [
        Line(each.name, path_of(line, step), kind, right + 8, y + 4)
        for each, line, kind, y in zip(series, places, LINES, ends, strict=False)
    ]
    grid = [(_y(top * part / 2, top) or 0.0, f"{top * part / 2:g}") for part in range(3)]
    every = max(1, math.ceil(len(labels) / 6))
    below = [(START + at * step, label) for at, label in enumerate(labels) if at % every == 0]
    return Chart(WIDTH, HEIGHT, right, lines, grid, below)


def path_of(places: Sequence[float | None], step: float) -> str:
    """Return the path through these heights; None lifts the pen."""
    pieces, is_down = [], False
    for at, y in enumerate(places):
        if y is None:
            is_down = False
            continue
        pieces.append(f"{'L' if is_down else 'M'}{START + at * step:.1f} {y:.1f}")
        is_down = True
    return "".join(pieces)


def push_apart(places: Sequence[float]) -> list[float]:
    """Return places for names that do not touch, as near to their own as may be, none below the paper."""
    order = sorted(range(len(places)), key=lambda each: places[each])
    pushed = list(places)
    for above, below in itertools.pairwise(order):
        pushed[below] = max(pushed[below], pushed[above] + APART)
    lowest = float(HEIGHT - BOTTOM)
    for each in reversed(order):
        pushed[each] = min(pushed[each], lowest)
        lowest = pushed[each] - APART
    return pushed


def nice_top(most: float) -> float:
    """Return a round number at or above the largest count; its half is a count, too."""
    if most <= LEAST_TOP:
        return LEAST_TOP
    power = 10 ** math.floor(math.log10(most))
    return float(next(step * power for step in (1, 2, 4, 6, 10) if step * power >= most))


def _y(value: float | None, top: float) -> float | None:
    return None if value is None else HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top
