"""What differs between two texts, line by line and within a line word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from itertools import islice

WORD = re.compile(r"\s+|[^\s]+")
MOST_LINES = 400  # of each text; beyond it lines are compared as a whole set
MOST_SHOWN = 40
MOST_WORDS = 400  # of a line; a longer one is shown as it was and as it is

Line = Sequence[tuple[str, str]]  # (same, was or is; words)


def compare_texts(was: str, now: str) -> list[Line]:
    """Return the lines that changed, at most 40, each as pieces that stayed, went or came."""
    before, after = _lines(was), _lines(now)
    if max(len(before), len(after)) > MOST_LINES:
        return _by_set(before, after)
    changed: list[Line] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, first, last, begin, end in matcher.get_opcodes():
        if kind != "equal":
            changed += _pairs(before[first:last], after[begin:end])
    return changed[:MOST_SHOWN]


def _pairs(before: Sequence[str], after: Sequence[str]) -> list[Line]:
    both = min(len(before), len(after))
    paired = [_words(*pair) for pair in zip(before, after, strict=False)]
    gone = [[("was", line)] for line in before[both:]]
    come = [[("is", line)] for line in after[both:]]
    return [*paired, *gone, *come]


def _words(was: str, now: str) -> Line:
    before, after = WORD.findall(was), WORD.findall(now)
    if max(len(before), len(after)) > MOST_WORDS:
        return [("was", was), ("is", now)]
    pieces: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, first, last, begin, end in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(before[first:last])))
        else:
            pieces += [("was", "".join(before[first:last]))] if last > first else []
            pieces += [("is", "".join(after[begin:end]))] if end > begin else []
    return pieces


def _by_set(before: Sequence[str], after: Sequence[str]) -> list[Line]:
    """Return lines that only one of two long texts has: their work grows with the texts and not faster."""
    there, here = frozenset(before), frozenset(after)
    gone = islice((line for line in before if line not in here), MOST_SHOWN // 2)
    come = islice((line for line in after if line not in there), MOST_SHOWN // 2)
    return [*([("was", line)] for line in gone), *([("is", line)] for line in come)]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
