"""Whether what stands in files of every format is found after they were read: every expected phrase, file by file.

    python tests/tools/evals/ingestion.py MANIFEST.jsonl FOLDER [--misses]

MANIFEST has lines {"text": file name in FOLDER, "label": format, "expected_phrases": [phrase, …]}. A phrase counts as
found word for word (capitals, marks and line ends aside; the addresses of links are not words of a sentence).
The second figure is stricter: the same characters in the same order, line ends and runs of spaces aside.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from backend.knowledge.intake.formats.files import SourceFile
from backend.knowledge.intake.separate_process import SeparateReading

LINK_ADDRESS = re.compile(r"\]\([^)\s]*\)")


@dataclass(frozen=True, slots=True)
class Checked:
    """One file: how many phrases were looked for, and which were not found word for word, and not to the letter."""

    name: str
    kind: str
    phrases: int
    missed: tuple[str, ...]
    missed_to_the_letter: tuple[str, ...]
    took_s: float
    refused: str = ""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("manifest", type=Path)
    options.add_argument("folder", type=Path)
    options.add_argument("--misses", action="store_true", help="print every phrase that was not found")
    given = options.parse_args()
    rows = [json.loads(line) for line in given.manifest.read_text("utf-8").splitlines() if line.strip()]
    checked = list(check(rows, given.folder))
    report(checked)
    if given.misses:
        for each in checked:
            for phrase in each.missed or each.missed_to_the_letter:
                print(f"{each.name}: {phrase!r}")
    sys.exit(1 if any(each.missed or each.refused for each in checked) else 0)


def check(rows: Sequence[dict], folder: Path) -> Iterator[Checked]:
    """Yield what became of each file."""
    with SeparateReading() as reader:
        for row in rows:
            path, phrases = folder / row["text"], row["expected_phrases"]
            started = time.monotonic()
            reading = reader.read(SourceFile(path.name, path.suffix.lower(), path.read_bytes()))
            took = time.monotonic() - started
            text = f"{reading.document.title}\n{reading.document.text}" if reading.document else ""
            words, letters = f" {words_of(text)} ", letters_of(text)
            yield Checked(
                path.name,
                row["label"],
                len(phrases),
                tuple(phrase for phrase in phrases if f" {words_of(phrase)} " not in words),
                tuple(phrase for phrase in phrases if letters_of(phrase) not in letters),
                took,
                reading.refused,
            )


def words_of(text: str) -> str:
    plain = unicodedata.normalize("NFKC", LINK_ADDRESS.sub("]", text)).casefold().replace("_", " ")
    return " ".join(re.findall(r"\w+", plain))


def letters_of(text: str) -> str:
    return " ".join(text.split())


def report(checked: Sequence[Checked]) -> None:
    by_kind = defaultdict(list)
    for each in checked:
        by_kind[each.kind].append(each)
    print(f"{'format':8}{'files':>7}{'phrases':>9}{'found':>7}{'to the letter':>15}{'refused':>9}{'ms a file':>11}")
    for kind, files in (*sorted(by_kind.items()), ("all", checked)):
        phrases = sum(each.phrases for each in files)
        found = phrases - sum(len(each.missed) for each in files)
        exact = phrases - sum(len(each.missed_to_the_letter) for each in files)
        refused = sum(bool(each.refused) for each in files)
        took = 1000 * sum(each.took_s for each in files) / len(files)
        print(f"{kind:8}{len(files):7}{phrases:9}{found:7}{exact:15}{refused:9}{took:11.0f}")


if __name__ == "__main__":
    main()
