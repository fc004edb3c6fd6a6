"""What a word is made of, in every script.

Rules: marks that combine with a letter continue its word, though `\\w` knows none of them: without that a Hindi or a
Thai word falls apart at each vowel. Points that a writer may leave out (Arabic and Hebrew vowels) are taken off before
words are compared.
"""

from __future__ import annotations

import re
import unicodedata

LAST_LETTER = 0xFFFF
POINTS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")


def _marks() -> str:
    """Return all marks that combine with a letter, as ranges of a set of letters."""
    ranges: list[list[int]] = []
    for code in range(0x300, LAST_LETTER):
        if unicodedata.category(chr(code)) in {"Mn", "Mc"}:
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


MARKS = _marks()
WORD = re.compile(rf"[^\W_]++(?:[{MARKS}]++[^\W_]*+)*+")
LETTERS = re.compile(rf"[^\W\d_]++(?:[{MARKS}]++[^\W\d_]*+)*+")  # a word without its figures


def plain_words(text: str) -> list[str]:
    """Return the words of a text in order, small, and without the points that a writer may leave out."""
    return WORD.findall(without_points(text).lower())


def without_points(text: str) -> str:
    """Return a text as it is compared with one that was typed otherwise: composed, and without points."""
    return text if text.isascii() else POINTS.sub("", unicodedata.normalize("NFC", text))
