"""How far a text is carried by what it was given: a score between 0 (by nothing) and 1 (word for word).

Surface signs are combined by a logistic regression, as the lexical baselines of attribution benchmarks do (BEGIN,
Dziri et al. 2022; FaithDial, Dziri et al. 2022). It tells a reply that has left its pages from one that keeps to them;
it does not see a subtle error, so a low score raises a flag for staff and blocks nothing.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
WEIGHTS: dict[str, float] = TABLE["weights"]
FLAG_BELOW: float = TABLE["flag_below"]
EMPTY = frozenset(TABLE["words"]["empty"].split())
OWN = frozenset(TABLE["words"]["own"].split())
ENDINGS: tuple[str, ...] = tuple(TABLE["words"]["endings"].split())
LEAST_STEM = 3
WORD = re.compile(r"[^\W_]+")
NO_LETTER = re.compile(r"[\W_]+")
BLANKS = re.compile(r"\s+")


def support_of(text: str, given: Iterable[str]) -> float:
    """Return how far the given texts carry a text, between 0 and 1."""
    signs = signs_of(text, "\n".join(given))
    return 1 / (1 + math.exp(-WEIGHTS["bias"] - sum(WEIGHTS[name] * value for name, value in signs.items())))


def signs_of(text: str, given: str) -> dict[str, float]:
    """Return the signs by their names, each of the order of 1."""
    words, known = stems_of(text), stems_of(given)
    stems, known_stems = [stem for _, stem in words], [stem for _, stem in known]
    content = [stem for word, stem in words if word not in EMPTY]
    known_set = set(known_stems)
    known_content = [stem for word, stem in known if word not in EMPTY]
    missing = sum(stem not in known_set for stem in content)
    return {
        "letters_4": share(grams(letters_of(text), 4), grams(letters_of(given), 4)),
        "letters_5": share(grams(blanks_of(text), 5), grams(blanks_of(given), 5)),
        "runs_of_3": share_of_all(stems, known_stems, 3, otherwise=0.0),
        "pairs": share_of_all(content, known_content, 2, otherwise=0.5),
        "missing": math.log1p(missing),
        "nothing_missing": float(not missing),
        "content": len(content) / max(1, len(stems)),
        "speaks_of_itself": float(any(word in OWN for word, _ in words)),
    }


def stems_of(text: str) -> list[tuple[str, str]]:
    return [(word, stem(word)) for word in WORD.findall(text.lower())]


@cache
def endings_by_last() -> dict[str, tuple[str, ...]]:
    return {last: tuple(each for each in ENDINGS if each[-1] == last) for last in {each[-1] for each in ENDINGS}}


def stem(word: str) -> str:
    """Return a word without its ending, so that "returning" and "returned" meet."""
    for ending in endings_by_last().get(word[-1], ()):
        if word.endswith(ending) and len(word) - len(ending) >= LEAST_STEM:
            return word[: -len(ending)]
    return word


def letters_of(text: str) -> str:
    return f" {NO_LETTER.sub(' ', text.lower())} "


def blanks_of(text: str) -> str:
    return f" {BLANKS.sub(' ', text.lower())} "


def grams(text: str, size: int) -> set[str]:
    return {text[at : at + size] for at in range(len(text) - size + 1)}


def share(wanted: set[str], known: set[str]) -> float:
    return len(wanted & known) / max(1, len(wanted))


def share_of_all(wanted: Sequence[str], known: Sequence[str], size: int, *, otherwise: float) -> float:
    """Return which share of the runs of words is known; `otherwise` where the text is too short for one."""
    runs = list(zip(*(wanted[at:] for at in range(size)), strict=False))
    if not runs:
        return otherwise
    there = set(zip(*(known[at:] for at in range(size)), strict=False))
    return sum(run in there for run in runs) / len(runs)
