"""Texts that stand in one line of the widget: a chip, a source's title; and what of a text can be seen at all."""

from __future__ import annotations

import re
import unicodedata

# What steers a terminal or turns a line round, and shows nothing itself.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e0fff]"
)
EMPTY = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and signs by name that show nothing


def is_seen(character: str) -> bool:
    """Tell whether a character shows something by itself: no blank, no control, no mark on another."""
    return character not in EMPTY and unicodedata.category(character)[0] not in "CMZ"


def in_one_line(text: str, most: int | None = None) -> str:
    """Return a text without what is unseen and with single blanks, cut with an ellipsis beyond `most` characters."""
    line = " ".join(UNSEEN.sub("", text).split())
    return line if most is None or len(line) <= most else f"{line[: most - 1].rstrip()}…"
