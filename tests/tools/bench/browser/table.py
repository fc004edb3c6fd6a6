"""The table: each figure of the widget, beside a bare page's where there is one, and its limit.

A figure that could not be measured is said to be so, and counts as a missed limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from tests.tools.bench.browser.answering import Answering
from tests.tools.bench.browser.asking import Asking
from tests.tools.bench.browser.loading import Loading
from tests.tools.bench.table import NOT_MEASURED

TITLE_WIDTH, CELL_WIDTH = 62, 10
SHORTEST, LONGEST = 4 * 1024, 1024 * 1024
OURS = "ours"

Race = Mapping[str, Mapping[int, float]]


@dataclass(frozen=True)
class Row:
    """One line. With a bare figure the ratio to it is what has a limit, else our figure itself has."""

    key: str
    title: str
    ours: float | None
    bare: float | None = None
    of: str = ""

    @property
    def judged(self) -> float | None:
        if self.ours is None or not self.of:
            return self.ours
        return self.ours / self.bare if self.bare else None


@dataclass(frozen=True)
class Measured:
    """What was measured; None is what could not be."""

    loading: Loading | None = None
    answering: Answering | None = None
    fast_answering: Answering | None = None
    race: Race | None = None
    asking: Asking | None = None


def rows_of(measured: Measured) -> list[Row]:
    return [
        *loading_rows(measured.loading),
        *answering_rows("answer", "16 KB at 200 tokens/s", measured.answering),
        *answering_rows("fast_answer", "16 KB at 2,000 tokens/s", measured.fast_answering),
        *parser_rows(measured.race),
        *asking_rows(measured.asking),
    ]


def loading_rows(loading: Loading | None) -> list[Row]:
    title = "load at a quarter of the speed"
    if loading is None:
        return [Row(f"load_{name}", title, None) for name in ("cpu", "long_tasks", "shift")]
    blank, ours = loading.blank, loading.ours
    more = max(0, ours.long_tasks - blank.long_tasks)
    return [
        Row("load_cpu", f"{title}, main thread ms", ours.cpu_ms, blank.cpu_ms, "blank"),
        Row("load_long_tasks", f"{title}, long tasks more than a blank page", more),
        Row("load_shift", f"{title}, layout shift", ours.shift),
    ]


def answering_rows(key: str, title: str, answering: Answering | None) -> list[Row]:
    lag = f"{title}, ms from the last byte to the last words"
    if answering is None:
        rows = [Row(f"{key}_cpu", title, None), Row(f"{key}_long_tasks", title, None), Row(f"{key}_lag", lag, None)]
    else:
        naive, ours = answering.naive, answering.ours
        rows = [
            Row(f"{key}_cpu", f"{title}, main thread ms", ours.cpu_ms, naive.cpu_ms, "naive"),
            Row(f"{key}_long_tasks", f"{title}, long tasks", ours.long_tasks),
            Row(f"{key}_lag", lag, answering.lag_ms),
        ]
    return rows if key == "answer" else rows[:2]  # at a pace that no model has, nobody waits for the last word


def parser_rows(race: Race | None) -> list[Row]:
    title = "reply parser, nanoseconds a character"
    if race is None:
        return [Row("parser", title, None), Row("parser_linear", title, None)]
    ours = race[OURS]
    # For each length the fastest of the others; of the lengths the one in the middle.
    peers = {length: min(found[length] for name, found in race.items() if name != OURS) for length in ours}
    typical = sorted(ours, key=lambda length: ours[length] / peers[length])[len(ours) // 2]
    return [
        Row("parser", f"{title}, in the median of {len(ours)} lengths", ours[typical], peers[typical], "peer"),
        Row("parser_linear", f"{title}, of 1 MB beside 4 KB", ours[LONGEST], ours[SHORTEST], "4 KB"),
    ]


def asking_rows(asking: Asking | None) -> list[Row]:
    panel = asdict(asking.panel) if asking else {}
    question = asdict(asking.question) if asking else {}
    title = "from asking to the first words"
    return [
        Row("panel_round_trips", "from the launcher to the panel, round trips", panel.get("round_trips")),
        Row("question_round_trips", f"{title}, round trips", question.get("round_trips")),
        Row("question_requests", f"{title}, requests", question.get("requests")),
        Row("question_preflights", f"{title}, of these preflights", question.get("preflights")),
        Row("question_connections", f"{title}, connections opened", question.get("connections")),
    ]


def is_missed(row: Row, limits: Mapping[str, float]) -> bool:
    return row.judged is None or row.judged > limits[row.key]


def lines_of(rows: Sequence[Row], limits: Mapping[str, float]) -> list[str]:
    """Return the table as lines of text."""
    lines = [f"{'':{TITLE_WIDTH}}{'bare page':>{CELL_WIDTH}}{'widget':>{CELL_WIDTH}}   figure  to     limit"]
    for row in rows:
        bare, ours = cell(row.bare), cell(row.ours)
        judged = NOT_MEASURED if row.judged is None else f"{row.judged:8.2f}"
        verdict = "  missed" if is_missed(row, limits) else ""
        figures = f"{bare:>{CELL_WIDTH}}{ours:>{CELL_WIDTH}} {judged:>8}"
        lines.append(f"{row.title:{TITLE_WIDTH}}{figures}  {row.of:5} {limits[row.key]:6g}{verdict}")
    return lines


def cell(figure: float | None) -> str:
    return "·" if figure is None else f"{figure:,.1f}" if figure < 1000 else f"{figure:,.0f}"
