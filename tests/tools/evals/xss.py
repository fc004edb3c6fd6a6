"""Shows rows of attacks in the built widget, in every place and at every prefix; says what should not have been there.

    python -m tests.tools.evals.xss --rows FILE [--only SOURCE]

FILE has lines {"id", "text", "label"?, "source"?}. Prints a line for each row with a finding, then how many rows of
each label had one; ends with 1 where any had.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from tests.tools.bench.browser.main_thread import chromium
from tests.widget.payloads import open_stage, rows_of

ROWS_A_PAGE = 50  # then a fresh page, so that none grows old


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=Path, required=True)
    options.add_argument("--only", default="", help="rows whose source has this in it")
    given = options.parse_args()
    rows = [row for row in rows_of(given.rows) if given.only in row.get("source", "")]
    played: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    characters = 0
    with chromium() as browser:
        for start in range(0, len(rows), ROWS_A_PAGE):
            with open_stage(browser) as stage:
                for row in rows[start : start + ROWS_A_PAGE]:
                    label = row.get("label", "row")
                    seen = stage.play(row["text"])
                    played[label] += 1
                    characters += len(row["text"])
                    if seen.found:
                        failed[label] += 1
                        print(f"{row['id']}: {'; '.join(seen.found)}", flush=True)
    for label, count in sorted(played.items()):
        print(f"{label:24}{count:5} rows, {failed[label]} with a finding")
    print(f"{characters:,} prefixes of answers, and every other place for each row")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
