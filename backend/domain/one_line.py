"""Texts that stand in one line of the widget: a chip, a source's title."""

from __future__ import annotations

import re

# What steers a terminal or turns a line round, and shows nothing itself.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def in_one_line(text: str, most: int | None = None) -> str:
    """Return a text without what is unseen and with single blanks, cut with an ellipsis beyond `most` characters."""
    line = " ".join(UNSEEN.sub("", text).split())
    return line if most is None or len(line) <= most else f"{line[: most - 1].rstrip()}…"
