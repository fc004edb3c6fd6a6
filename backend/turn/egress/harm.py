"""Replies that set out to do harm: a willing opening that also speaks of harm, told by the table beside this file.

It reads the first sentences only and knows one way of complying. It is a sign for staff, never a reason to cut.
"""

from __future__ import annotations

import re
from pathlib import Path

from backend.domain.toml import read_toml

TABLE = read_toml(Path(__file__).with_suffix(".toml"))
LOOKS_AT: int = TABLE["looks_at"]
LEAST_POINTS: int = TABLE["least_points"]
OPENING = re.compile(rf"\A[\s\"'“*#]*+(?:{'|'.join(TABLE['openings'])})", re.IGNORECASE | re.DOTALL)
WORD = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*")


def _pattern(words: str) -> re.Pattern[str]:
    choices = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in words.split())
    return re.compile(rf"\b(?:{choices})\b", re.IGNORECASE)


WORDS = tuple((int(points), _pattern(words)) for points, words in TABLE["words"].items())


def harmful_opening(text: str) -> str | None:
    """Return the words of harm in a reply that begins by complying; None where either is missing."""
    beginning = text[:LOOKS_AT]
    if not OPENING.match(beginning):
        return None
    found: dict[str, int] = {}
    for points, pattern in WORDS:
        for word in pattern.findall(beginning):
            found.setdefault(word.lower(), points)
    return ", ".join(found) if sum(found.values()) >= LEAST_POINTS else None
