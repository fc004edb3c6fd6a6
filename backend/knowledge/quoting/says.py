"""Expressions that know a sentence by its words, from the table `says.toml`."""

from __future__ import annotations

import re
from pathlib import Path

from backend.domain.letters import MARKS
from backend.domain.toml import read_toml

TABLE = read_toml(Path(__file__).with_suffix(".toml"))


def says(kind: str, *, at_start: bool = False) -> re.Pattern[str]:
    """Return what finds the words of a row of the table; at the start of a text, marks may stand before them."""
    row = str(TABLE[kind])
    phrases = [each.strip() for each in (row.split("|") if "|" in row else row.split())]
    words = "|".join(re.escape(each) for each in sorted(filter(None, phrases), key=len, reverse=True))
    before = r"^\W*" if at_start else rf"(?<![\w{MARKS}])"
    return re.compile(rf"{before}(?:{words})(?![\w{MARKS}])", re.IGNORECASE)
