"""A large folder applied twice: the second time changes nothing, and takes under two seconds.

    python tests/tools/evals/applied_twice.py DOCS.jsonl [--most-seconds 2]

DOCS has lines {"doc_id","title","text","url"?}; each becomes a Markdown file. The times are those of
`python -m backend site apply`, its start included.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("docs", type=Path)
    options.add_argument("--most-seconds", type=float, default=2.0)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site")
        documents = write_site(site, given.docs)
        environment = {**os.environ, "DATA_DIR": f"{folder}/data", "MODEL_PROVIDER": "embedded"}
        run_backend(environment, "migrate")
        first, said_first = run_backend(environment, "site", "apply", str(site))
        second, said_second = run_backend(environment, "site", "apply", str(site))
    print(f"{documents} documents\nfirst   {first:5.2f} s  {said_first}\nsecond  {second:5.2f} s  {said_second}")
    sys.exit(0 if "nothing has changed" in said_second and second < given.most_seconds else 1)


def write_site(site: Path, docs: Path) -> int:
    (site / "kb").mkdir(parents=True)
    (site / "site.toml").write_text('name = "Large"\norigins = ["https://large.example"]\n', "utf-8")
    rows = [json.loads(line) for line in docs.read_text("utf-8").splitlines() if line.strip()]
    for number, row in enumerate(rows):
        matter = f"---\nid: {json.dumps(row['doc_id'])}\ntitle: {json.dumps(row['title'])}\n---\n\n"
        (site / "kb" / f"{number:05}.md").write_text(matter + row["text"], "utf-8")
    return len(rows)


def run_backend(environment: Mapping[str, str], *arguments: str) -> tuple[float, str]:
    """Return how long a command took, and the last line that it said to people."""
    started = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-m", "backend", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if ended.returncode:
        sys.exit(ended.stderr)
    return time.monotonic() - started, (ended.stderr.strip().splitlines() or [""])[-1]


if __name__ == "__main__":
    main()
