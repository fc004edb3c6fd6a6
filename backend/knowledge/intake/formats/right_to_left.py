"""Hebrew and Arabic as PDFs draw them: letter by letter from the left, which reads backwards.

Rules: letters that stand only at a word's end tell the order of a page; a text that is in order is never turned; of a
line that is turned, numbers and words of other scripts stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

LETTERS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
WORD = re.compile("[\u05d0-\u05ea\u0620-\u064a]{2,}")
ENDS = "\u05da\u05dd\u05df\u05e3\u05e5\u0629\u0649"  # stand at a word's end alone
ARTICLE = "\u0627\u0644"  # stands at a word's beginning
SHAPES = re.compile("[\ufb1d-\ufdff\ufe70-\ufefc]")
LATIN = "A-Za-z0-9\u00c0-\u024f%€$£"
LEFT_TO_RIGHT = re.compile(rf"[{LATIN}](?:[{LATIN}.,:/@+_-]*[{LATIN}])?")
PAIRS = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def in_reading_order(lines: Sequence[str]) -> tuple[str, ...]:
    """Return lines as they are read; those of a page that is in order, or has no such letters, are not changed."""
    shaped = [SHAPES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), line) for line in lines]
    if not _is_backwards("\n".join(shaped)):
        return tuple(shaped)
    return tuple(_turn(line) if LETTERS.search(line) else line for line in shaped)


def _is_backwards(text: str) -> bool:
    words: list[str] = WORD.findall(text)
    forwards = sum(word[-1] in ENDS or word.startswith(ARTICLE) for word in words)
    backwards = sum(word[0] in ENDS or word.endswith(ARTICLE[::-1]) for word in words)
    return backwards > forwards


def _turn(line: str) -> str:
    """Return a line turned round, but for the runs of numbers and of other scripts in it."""
    return LEFT_TO_RIGHT.sub(lambda found: found[0][::-1], line[::-1].translate(PAIRS))
