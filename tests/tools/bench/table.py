"""The table: each figure of a turn beside its bare parts, the ratio to one of them, and that ratio's limit.

A figure that could not be measured is said to be so, and counts as a missed limit: a benchmark that measured nothing
has not shown anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.tools.bench.measure import STREAMS, FirstToken, Measured
from tests.tools.bench.widget_size import MOST_BROTLI, WidgetSize

PARTS = {"model": "model alone", "bare": "bare stream", "sdk": "SDK text_stream", "ours": "our turn"}
TITLE_WIDTH, CELL_WIDTH = 44, 16
NOT_MEASURED = "not measured"

Measurements = Mapping[str, Measured]
Figure = Callable[[Measured], float | None]


@dataclass(frozen=True)
class Row:
    """One line. `cells` has a figure for each part that has one; `key` names the ratio's limit, `of` its bare part."""

    key: str
    title: str
    cells: Mapping[str, float]
    digits: int
    ratio: float | None
    of: str


def rows_of(measured: Measurements, widget: WidgetSize | None) -> list[Row]:
    delta_us = figures(measured, lambda each: each.cost.delta_us if each.cost else None)
    turn_ms = figures(measured, lambda each: each.cost.turn_us / 1000 if each.cost else None)
    streams = figures(measured, lambda each: each.cost.streams if each.cost else None)
    return [
        Row("cpu_per_delta", "CPU per delta, µs", delta_us, 1, divide(delta_us, "ours", "bare"), "bare"),
        Row("cpu_per_turn", "CPU per turn besides, ms", turn_ms, 2, divide(turn_ms, "ours", "bare"), "bare"),
        # Turned round: of streams, more is better.
        Row("streams", "streams a core, reckoned from its CPU", streams, 0, divide(streams, "bare", "ours"), "bare"),
        *first_token_rows(measured, "first_token_1", "1 stream", lambda each: each.alone),
        *first_token_rows(measured, "first_token_50", f"{STREAMS} streams", lambda each: each.together),
        widget_row(widget),
    ]


def first_token_rows(
    measured: Measurements, key: str, title: str, waits: Callable[[Measured], FirstToken]
) -> list[Row]:
    """Return the rows for p50 and p99: the model server's own time, and what each part adds to it.

    The ratio is of whole times, the model server's own included: differences near zero have no ratio.
    """
    p50 = figures(measured, lambda each: waits(each).p50_ms)
    p99 = figures(measured, lambda each: waits(each).p99_ms)
    name = f"added time to first token, {title}"
    return [
        Row(key, f"{name}, p50 ms", added(p50), 1, divide(p50, "ours", "sdk"), "sdk"),
        Row(f"{key}_p99", f"{name}, p99 ms", added(p99), 1, divide(p99, "ours", "sdk"), "sdk"),
    ]


def widget_row(size: WidgetSize | None) -> Row:
    room = f"{MOST_BROTLI // 1024} KB"
    if size is None:
        return Row("widget", "widget, brotli bytes", {}, 0, None, room)
    title = f"widget, brotli bytes (raw {size.raw:,}, gzip {size.gzip:,})"
    return Row("widget", title, {"ours": size.brotli}, 0, size.brotli / MOST_BROTLI, room)


def figures(measured: Measurements, figure: Figure) -> dict[str, float]:
    found = {part: figure(each) for part, each in measured.items()}
    return {part: value for part, value in found.items() if value is not None}


def added(times_ms: Mapping[str, float]) -> dict[str, float]:
    """Return each part's time less the model server's own, which stays; nothing but that where it is missing."""
    own = times_ms.get("model")
    if own is None:
        return {}
    return {part: value if part == "model" else value - own for part, value in times_ms.items()}


def divide(cells: Mapping[str, float], above: str, below: str) -> float | None:
    """Return the ratio of two cells; None where one is missing or nothing can be divided by it."""
    if above not in cells or cells.get(below, 0.0) <= 0:
        return None
    return cells[above] / cells[below]


def is_missed(row: Row, limits: Mapping[str, float]) -> bool:
    return row.ratio is None or row.ratio > limits[row.key]


def lines_of(rows: Sequence[Row], limits: Mapping[str, float]) -> list[str]:
    """Return the table as lines of text."""
    head = "".join(f"{name:>{CELL_WIDTH}}" for name in PARTS.values())
    lines = [f"{'':{TITLE_WIDTH}}{head}    ratio  to     limit"]
    for row in rows:
        cells = "".join(f"{cell(row, part):>{CELL_WIDTH}}" for part in PARTS)
        ratio = NOT_MEASURED if row.ratio is None else f"{row.ratio:.2f}"
        verdict = "  missed" if is_missed(row, limits) else ""
        lines.append(f"{row.title:{TITLE_WIDTH}}{cells} {ratio:>8}  {row.of:5} {limits[row.key]:6g}{verdict}")
    return lines


def is_ours_alone(key: str) -> bool:
    """Tell whether a row has no part to be compared with: it is set against the room that it has."""
    is_beside_bare = key in {"live_delta", "live_turn"}
    alone = ("find_", "worst_", "live_", "usual_", "queue_", "page_queries")
    return key == "widget" or (key.startswith(alone) and not is_beside_bare)


def cell(row: Row, part: str) -> str:
    if part in row.cells:
        return f"{row.cells[part]:,.{row.digits}f}"
    # Only these have no such figure by nature: the model server is no worker, the widget is ours alone.
    has_none = (part == "model" and not row.key.startswith("first_token")) or (
        is_ours_alone(row.key) and part != "ours"
    )
    has_none = has_none or (
        row.key.startswith(("checks", "screen", "verdict", "live_", "limiter", "page_")) and part == "sdk"
    )
    return "·" if has_none else NOT_MEASURED
