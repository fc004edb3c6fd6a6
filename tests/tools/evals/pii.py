"""How much personal data is found, by kind, and how often a text without any is taken for some.

    python tests/tools/evals/pii.py DATA_FOLDER [--misses]

DATA_FOLDER has `pii.jsonl` with lines {"text", "label", "category", "entities": [{"type", "start", "end"}]} and, where
there is one, `support_prompts.jsonl`. A kind is found when any finding overlaps it. Nothing was trained on these rows,
but the recognisers were written with them in view.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from backend.domain.findings import Finding
from backend.turn.ingress.personal_data import PersonalData

WANTED = {
    "CREDIT_CARD": 99, "IBAN_CODE": 99, "EMAIL_ADDRESS": 99, "PHONE_NUMBER": 97, "US_SSN": 95, "IP_ADDRESS": 95,
    "MAC_ADDRESS": None, "US_DRIVER_LICENSE": None, "AU_TFN with context": 99, "AU_ABN with context": 99,
    "AU_MEDICARE with context": 99, "CREDIT_CARD disguised": 99, "PHONE_NUMBER disguised": 97,
}  # fmt: skip
MOST_ALARMS = {"no_pii": 0.5, "pii_soft_only": 0.5, "no_pii_invalid_format": None}
DISGUISED = ("CREDIT_CARD", "PHONE_NUMBER")
DISGUISES = (
    str.maketrans({str(digit): chr(0xFF10 + digit) for digit in range(10)}),
    str.maketrans({str(digit): chr(0x0660 + digit) for digit in range(10)}),
    str.maketrans({str(digit): f"{digit}\u200b" for digit in range(10)}),
    str.maketrans({" ": "\u00a0", "-": "\u2011"}),
)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--misses", action="store_true")
    given = options.parse_args()
    finder, rows = PersonalData(), read(given.folder / "pii.jsonl")
    found, asked, missed = recall(finder, rows)
    print(f"{'kind':28}{'found':>8}{'of':>6}{'%':>8}{'wanted':>9}")
    for kind, least in WANTED.items():
        share = f"{found[kind] / asked[kind] * 100:8.1f}" if asked[kind] else "       -"
        print(f"{kind:28}{found[kind]:>8}{asked[kind]:>6}{share}{least or '':>9}")
    alarms(finder, rows, given.folder)
    if given.misses:
        for kind, text in missed:
            print(f"missed {kind} {text!r}")
    times(finder)
    return 0


def recall(finder: PersonalData, rows: Sequence[dict]) -> tuple[Counter[str], Counter[str], list[tuple[str, str]]]:
    found, asked, missed = Counter[str](), Counter[str](), []
    for row in rows:
        for kind, text, start, end in looked_for(row):
            asked[kind] += 1
            if overlaps(finder.find(text), start, end):
                found[kind] += 1
            elif kind in WANTED:
                missed.append((kind, text[max(0, start - 30) : end + 15]))
    return found, asked, missed


def looked_for(row: dict) -> list[tuple[str, str, int, int]]:
    """Return (kind, text, start, end) for everything that should be found in a row, also in disguise."""
    wanted = []
    if row["category"].endswith("IBAN_CODE") and row["label"] == "pii_structured" and not row.get("entities"):
        wanted.append(("IBAN_CODE", row["text"], 0, len(row["text"])))
    for entity in row.get("entities") or ():
        kind, start, end = entity["type"], entity["start"], entity["end"]
        has_context = row["category"].startswith("au_identifiers")
        wanted.append((f"{kind} with context" if has_context else kind, row["text"], start, end))
        if kind in DISGUISED:
            for disguise in DISGUISES:
                before, number, after = row["text"][:start], row["text"][start:end], row["text"][end:]
                hidden = number.translate(disguise)
                wanted.append((f"{kind} disguised", before + hidden + after, start, start + len(hidden)))
    return wanted


def overlaps(findings: Sequence[Finding], start: int, end: int) -> bool:
    return any(finding.start < end and start < finding.end for finding in findings)


def alarms(finder: PersonalData, rows: Sequence[dict], folder: Path) -> None:
    """Print how many texts without personal data are taken for some."""
    by_label = defaultdict(list)
    for row in rows:
        by_label[row["label"]].append(row["text"])
    by_label["support_prompts"] = [row["text"] for row in read(folder / "support_prompts.jsonl")]
    print(f"\n{'false alarms on':28}{'alarms':>8}{'of':>6}{'%':>8}{'wanted':>9}")
    for label, most in {**MOST_ALARMS, "support_prompts": None}.items():
        texts = [text for text in by_label[label] if isinstance(text, str)]
        count = sum(bool(finder.find(text)) for text in texts)
        share = f"{count / len(texts) * 100:8.2f}" if texts else "       -"
        print(f"{label:28}{count:>8}{len(texts):>6}{share}{'' if most is None else f'<= {most}':>9}")


def times(finder: PersonalData) -> None:
    words = "Hello, my order 12345678 has not arrived since 12/10/2026, can you call me? I paid $45.10 for it. "
    print()
    for length in (50, 500, 2000):
        text = (words * 40)[:length]
        finder.find(text)
        began = time.perf_counter()
        for _ in range(100):
            finder.find(text)
        print(f"{length:5} characters: {(time.perf_counter() - began) * 10:.2f} ms")


def read(path: Path) -> list[dict]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


if __name__ == "__main__":
    sys.exit(main())
