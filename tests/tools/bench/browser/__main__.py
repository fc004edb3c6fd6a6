"""Measures what the widget costs, prints the table, and ends with 1 where a limit is missed.

python -m tests.tools.bench.browser [PART …]   PART: loading answering fast_answering race asking; all without
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import tomllib
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.tools.bench.browser.answering import measure_answering
from tests.tools.bench.browser.asking import measure_asking
from tests.tools.bench.browser.loading import measure_loading
from tests.tools.bench.browser.main_thread import chromium
from tests.tools.bench.browser.table import Measured, Race, is_missed, lines_of, rows_of

LIMITS = Path(__file__).with_name("limits.toml")
RACE = Path(__file__).parents[1] / "parsers" / "race.mjs"


def main() -> int:
    began = time.monotonic()
    limits: dict[str, float] = tomllib.loads(LIMITS.read_text())
    parts = sys.argv[1:] or list(PARTS)
    rows = [row for row in rows_of(measure(parts)) if part_of(row.key) in parts]
    print("\n".join(lines_of(rows, limits)))
    print(f"\nCPU is that of the page's main thread, in Chromium; {time.monotonic() - began:.0f} s in all.")
    missed = [row.key for row in rows if is_missed(row, limits)]
    if missed:
        print(f"Missed: {', '.join(missed)}.", file=sys.stderr)
    return 1 if missed else 0


def measure(parts: list[str]) -> Measured:
    """Measure these parts, one after the other; one that breaks is said and left out."""
    found: dict[str, Any] = {}
    with chromium() as browser:
        for part in parts:
            print(f"measuring: {part}", file=sys.stderr, flush=True)
            try:
                found[part] = PARTS[part](browser)
            except Exception:  # noqa: BLE001 - whatever broke, the other rows still say something
                traceback.print_exc()
    return Measured(**found)


def race_parsers(_: Browser) -> Race:
    done = subprocess.run(["node", str(RACE)], capture_output=True, text=True, check=True)
    return {
        name: {int(length): cost for length, cost in found.items()} for name, found in json.loads(done.stdout).items()
    }


def part_of(key: str) -> str:
    """Return the part that measures a row."""
    return next(part for start, part in STARTS.items() if key.startswith(start))


STARTS = {
    "load": "loading",
    "answer": "answering",
    "fast_answer": "fast_answering",
    "parser": "race",
    "panel": "asking",
    "question": "asking",
}
PARTS: dict[str, Callable[[Browser], object]] = {
    "loading": measure_loading,
    "answering": partial(measure_answering, tokens_per_second=200),
    "fast_answering": partial(measure_answering, tokens_per_second=2000),
    "race": race_parsers,
    "asking": measure_asking,
}

if __name__ == "__main__":
    sys.exit(main())
