"""Measures what the stream promises, prints it as one table, and ends with 1 where a promise is not kept.

    python -m tests.tools.matrix [--quick] [--seed 1] [--only WORD]

Without options it runs at full count and writes docs/reference/failure-matrix.md. `--quick` plays a small share that
the seed draws, and writes nothing.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402 - everything that follows must find the patched sockets
import json  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402

from tests.servers import ROOT, ModelServer, model_server  # noqa: E402
from tests.tools.matrix.answers import scripts  # noqa: E402
from tests.tools.matrix.cuts import measure_cuts  # noqa: E402
from tests.tools.matrix.double_sends import measure_double_sends  # noqa: E402
from tests.tools.matrix.failures import measure_failures  # noqa: E402
from tests.tools.matrix.figures import Count, Figure, Measured, few  # noqa: E402
from tests.tools.matrix.houses import REDIS, SQLITE, House, house_on  # noqa: E402
from tests.tools.matrix.kills import measure_kills  # noqa: E402
from tests.tools.matrix.leavers import measure_leavers  # noqa: E402
from tests.tools.matrix.page import PAGE, page_of, table_of  # noqa: E402
from tests.tools.matrix.restarts import measure_restarts  # noqa: E402


@dataclass(frozen=True)
class Counts:
    """How much of each is done on each log; 0 leaves it out."""

    share_of_failures: float
    cut_turns: int
    double_sends: int
    leavers: int
    killed_turns: int
    live_streams: int
    screens: int


FULL = Counts(1.0, 1_000, 500, 5_000, 100, 100, 25)
# Restarts have tests of their own; a kill on one worker and a browser on two would only wait for more starts.
QUICK = {SQLITE: Counts(0.04, 10, 10, 0, 0, 0, 1), REDIS: Counts(0.04, 10, 10, 0, 5, 0, 0)}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--quick", action="store_true", help="a small share, drawn by the seed")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--only", default="", help="only figures whose name has this word; writes nothing")
    chosen = arguments.parse_args()
    began = time.monotonic()
    measured = Measured()
    runs = [gevent.spawn(measure, log, QUICK[log], chosen, measured) for log in (SQLITE, REDIS)] if chosen.quick else []
    gevent.joinall(runs, raise_error=True)
    for log in () if chosen.quick else (SQLITE, REDIS):
        measure(log, FULL, chosen, measured)
    took_s = time.monotonic() - began
    print("\n".join(table_of(measured.figures)))
    print(f"\n{took_s:.0f} s, seed {chosen.seed}.")
    missed = list(measured.missed())
    if missed:
        print("\nNot as promised:", *missed, sep="\n", file=sys.stderr)
    elif not (chosen.quick or chosen.only):
        PAGE.write_text(page_of(measured, chosen.seed, took_s), encoding="utf-8")
    return 1 if missed else 0


def measure(log: str, counts: Counts, chosen: argparse.Namespace, measured: Measured) -> None:
    """Measure everything on one log."""
    with model_server() as model, tempfile.TemporaryDirectory(prefix="deskbell-matrix-") as folder:
        if chosen.only in "failures":
            print(f"measuring: failures, {log}", file=sys.stderr, flush=True)
            figure, cells = measure_failures(log, Path(folder), model, chosen.seed, counts.share_of_failures)
            measured.figures.append(figure)
            measured.cells += cells
        if chosen.only and chosen.only in "failures":
            return
        model.play(*scripts())
        (Path(folder) / "house").mkdir()
        with house_on(log, Path(folder) / "house", model) as house:
            for figure in figures_of(house, counts, chosen, model):
                measured.figures.append(figure)


def figures_of(house: House, counts: Counts, chosen: argparse.Namespace, model: ModelServer) -> Iterator[Figure]:
    """Yield each figure of a house that is asked for."""
    plan = {
        "leavers": (counts.leavers, lambda many: [measure_leavers(house, many, chosen.seed, model)]),
        "cuts": (counts.cut_turns, lambda many: [measure_cuts(house, many, chosen.seed)]),
        "double-sends": (counts.double_sends, lambda many: [measure_double_sends(house, many, model)]),
        "screens": (counts.screens, lambda many: [measure_screens(house, many, chosen.seed)]),
        "kills": (counts.killed_turns, lambda many: [measure_kills(house, many, is_timed=not chosen.quick)]),
        "restarts": (counts.live_streams, lambda many: measure_restarts(house, many)),
    }
    for name, (many, how) in plan.items():
        if many and chosen.only in name:
            print(f"measuring: {name}, {house.log}", file=sys.stderr, flush=True)
            yield from how(many)


def measure_screens(house: House, runs: int, seed: int) -> Figure:
    """Let the browser, which needs a process of its own, look at so many answers."""
    command = [sys.executable, "-m", "tests.tools.matrix.screens", "--server", house.urls[-1]]
    command += ["--shop-port", str(house.shop_port), "--runs", str(runs), "--seed", str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    return Figure(
        f"{runs:,} answers in a browser over a bad line, through nginx, with reloads and toggles",
        house.log,
        (
            Count("screens that show exactly the stored reply", sum(each["is_equal"] for each in seen), wanted=runs),
            Count("reloads in the middle", sum(each["reloads"] for each in seen)),
            Count("closed and opened in the middle", sum(each["toggles"] for each in seen)),
        ),
        few(
            [f"{each['mark']}: {each['fault']} {each['shown'][-60:]!r} is not {each['stored'][-60:]!r}" for each in seen
             if not each["is_equal"]]
        ),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
