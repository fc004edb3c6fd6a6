"""Rows for the injection model: read from a folder of JSON lines; which may be trained on, and which are alike."""

from __future__ import annotations

import json
import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from backend.turn.ingress.injection.views import folded

TEMPLATES = Path(__file__).with_name("injection_templates.toml")
# Texts under these licences may be measured on, and are never trained on: share-alike would reach the model.
SHARE_ALIKE = re.compile(r"BY-SA|Sharing|GPL|MPL|\bND\b|\bNC\b", re.IGNORECASE)
# Ordinary texts that are trained on as benign, with the labels that make them so; None takes every row.
BENIGN_FILES = {
    "support_prompts": None,
    "kb_questions": None,
    "pii": {"no_pii", "pii_soft_only"},
    "harm_prompts": {"safe"},
    "naughty_strings": None,
    "xss": None,  # markup is shown as text: it may well be what the question is about
}
NO_PROSE = ("naughty_strings", "xss")  # not what a language looks like
MARKUP_TAKEN = 2  # one row in so many: enough to learn that brackets are harmless, too few to excuse what is odd
SEED = 20
SHINGLE = 4
ALIKE_FROM = 0.4
WHAT_IS_TESTED = "injection"


@dataclass(frozen=True, slots=True)
class Row:
    """`origin` is the file that it is from; `group` is shared by rows that are nearly the same text."""

    text: str
    is_attack: bool
    category: str
    source: str
    origin: str
    may_train: bool
    group: int = -1


def read_rows(folder: Path) -> list[Row]:
    """Return every row of the folder's files and of our own templates, near duplicates in one group."""
    rows = list(_injection_rows(folder))
    rows += _benign_rows(folder)
    rows += _harmful_rows(folder)
    rows += template_rows()
    known: dict[str, Row] = {}
    for row in rows:
        known.setdefault(folded(row.text), row)
    return grouped(list(known.values()))


def _injection_rows(folder: Path) -> Iterator[Row]:
    for row in _lines(folder / "injection.jsonl"):
        may_train = not SHARE_ALIKE.search(row["licence"])
        yield Row(row["text"], row["label"] == "attack", row["category"], row["source"], WHAT_IS_TESTED, may_train)


def _benign_rows(folder: Path) -> Iterator[Row]:
    for name, labels in BENIGN_FILES.items():
        for number, row in enumerate(_lines(folder / f"{name}.jsonl")):
            is_kept = name not in NO_PROSE or number % MARKUP_TAKEN == 0
            if labels is None or row["label"] in labels:
                texts = [row["text"]] if isinstance(row["text"], str) else _said_by_users(row["text"])
                for text in texts:
                    may_train = is_kept and not SHARE_ALIKE.search(row["licence"])
                    yield Row(text, False, name, row["source"], name, may_train)


def _said_by_users(turns: Sequence[dict]) -> list[str]:
    return [turn["content"] for turn in turns if turn["role"] == "user"]


def _harmful_rows(folder: Path) -> Iterator[Row]:
    for row in _lines(folder / "harm_prompts.jsonl"):
        if row["label"] == "unsafe":
            # Never trained on: asking for harm is what many attacks do, and is no attack on the assistant by itself.
            yield Row(row["text"], True, "harm", row["source"], "harm_prompts", may_train=False)


def template_rows() -> Iterator[Row]:
    """Yield a seeded share of what our own templates can say."""
    table = tomllib.loads(TEMPLATES.read_text("utf-8"))
    for side in ("attack", "benign"):
        chosen = random.Random(SEED)
        patterns = table[side]["patterns"]
        for pattern in patterns:
            names = re.findall(r"\{(\w+)\}", pattern)
            filled = list(product(*(table["slots"][name] for name in names)))
            for words in chosen.sample(filled, min(len(filled), table["take"] // len(patterns))):
                left = iter(words)
                text = re.sub(r"\{\w+\}", lambda _, left=left: next(left), pattern)
                yield Row(text, side == "attack", "templates", "our own", "templates", True)


def grouped(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with a group each, shared where many runs of four words are: a chain of likeness is one group."""
    parent = list(range(len(rows)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    shingles = [_shingles(row.text) for row in rows]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, own in enumerate(shingles):
        met: dict[int, int] = defaultdict(int)
        for shingle in sorted(own):
            for other in holders[shingle][:50]:
                met[other] += 1
            holders[shingle].append(number)
        for other, common in met.items():
            if common >= ALIKE_FROM * min(len(own), len(shingles[other])):
                parent[root(number)] = root(other)
    return [
        Row(row.text, row.is_attack, row.category, row.source, row.origin, row.may_train, root(number))
        for number, row in enumerate(rows)
    ]


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = folded(text).split()[:400]
    if len(words) < SHINGLE:
        return {tuple(words)}
    return {tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}


def _lines(path: Path) -> Iterable[dict]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]
