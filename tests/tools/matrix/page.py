"""The table as text, and the page of the docs that keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.model_server import FAILURES
from tests.servers import ROOT
from tests.tools.matrix.failures import ENDS, OFFSETS
from tests.tools.matrix.figures import Cell, Figure, Measured
from tests.tools.matrix.houses import REDIS, SQLITE
from tests.tools.matrix.leavers import WARMING

PAGE = ROOT / "docs" / "reference" / "failure-matrix.md"
SIGNS = {"whole": "W", "restarted": "R", "degraded": "D", "part": "P", "error": "E"}

HEAD = """# The failure matrix

What a visitor sees when something breaks, measured. `make matrix` runs all of it on real parts (gunicorn, Redis, SQLite
files, nginx, Chromium, and a model server that breaks as its script says) and writes this page. Where a figure is not
what it must be it ends with an error, and writes nothing. Written last with seed {seed}, in {minutes} minutes.

*SQLite file*: one server with one worker, its turn log in a file. *Redis*: two servers with a worker each, their turn
log in one Redis; whoever comes again is sent to the other one. Both write to one database.

## Figures

| what is done | log | what is counted | found | must be |
|---|---|---|--:|--:|
"""

CELLS_HEAD = """
A `503` is announced when it names why (`shutting_down`, `busy`) and carries `Retry-After`; the visitor comes again and
is answered. A killed worker's turns end within a lease (4 s), the tick of whoever takes them over (1 s) and the time
that this takes; where it was the only worker, its successor has to start first. Memory is compared after {warming}
visitors, when pools, caches and the allocator have their size; it has to come back to within their breathing.

## Failure × offset

A model breaks in each of these ways:

{kinds}

Each way is played at each offset: before the first token (`first`), behind each of the first 20 deltas, before the last
delta (`last`), and when the text is whole but `message_stop` has not come (`end`). Every cell is two turns: in the
first the model breaks once and is well when it is asked again, in the second it breaks every time. Each request of a
turn is answered with a text of its own, so that a text made of two would show. The reader sits at another worker and
hears the turn from the shared log. What they see:

{ends}

Never: a cut text that is called done, a text made of two attempts, a turn without an end, a second end. What was shown
and taken away is announced, and the book keeps what the visitor was left with. The rules behind it are in
[`failure_policy.toml`](../../../backend/turn/answering/failure_policy.toml); why they are so, in
[decision 5](../decisions/0005-when-a-model-fails.md).

What reaches us in one read with the failure was not shown yet; so a cell near a first word may say W on one run and R
on the next. A part comes with the button that asks again.
"""


def table_of(figures: Sequence[Figure]) -> Iterator[str]:
    """Yield the figures as lines of text."""
    for figure in figures:
        yield f"{figure.title} · {figure.log}"
        for count in figure.counts:
            verdict = "" if count.is_met else "   NOT AS PROMISED"
            yield f"    {count.name:58}{count.found:>10,g}   {count.limit}{verdict}"


def page_of(measured: Measured, seed: int, took_s: float) -> str:
    """Return the page."""
    rows = [
        f"| {figure.title if first else ''} | {figure.log if first else ''} | {count.name} | {count.found:,g} | "
        f"{count.limit} |"
        for figure in ordered(measured.figures)
        for first, count in zip([True] + [False] * len(figure.counts), figure.counts, strict=False)
    ]
    head = HEAD.format(seed=seed, minutes=round(took_s / 60))
    kinds = "\n".join(f"- `{kind}`: {meaning}" for kind, meaning in FAILURES.items())
    ends = "\n".join(f"- **{SIGNS[end]}** {meaning}" for end, meaning in ENDS.items() if end in SIGNS)
    parts = [head + "\n".join(rows) + "\n", CELLS_HEAD.format(kinds=kinds, ends=ends, warming=f"{WARMING:,}")]
    parts += [grid_of(log, [cell for cell in measured.cells if cell.log == log]) for log in (SQLITE, REDIS)]
    return "".join(parts)


def ordered(figures: Sequence[Figure]) -> list[Figure]:
    """Return the figures with those of one title next to each other."""
    titles = [figure.title.split(",")[0].split(" (")[0][:40] for figure in figures]
    firsts = {title: titles.index(title) for title in titles}
    return [figure for _, figure in sorted(zip((firsts[title] for title in titles), figures, strict=True),
                                           key=lambda each: each[0])]  # fmt: skip


def grid_of(log: str, cells: Sequence[Cell]) -> str:
    found = {(cell.kind, cell.offset): "".join(SIGNS.get(end, f"**{end}**") for end in cell.ends) for cell in cells}
    lines = [f"| {log} | " + " | ".join(OFFSETS) + " |", "|---|" + ":-:|" * len(OFFSETS)]
    lines += [f"| `{kind}` | " + " | ".join(found[kind, offset] for offset in OFFSETS) + " |" for kind in FAILURES]
    return f"\n### {log}\n\nOne sign for each turn: the model that breaks once, then the one that always does.\n\n" + (
        "\n".join(lines) + "\n"
    )
