"""The language of a text, told by its letters or by its small words (`languages.toml`).

Rule: a language is named only where it is sure; who asks then takes the site's own.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backend.domain.toml import read_toml

TABLE = Path(__file__).with_name("languages.toml")
NO_PROSE = re.compile(r"(?ms)^ {0,3}(`{3,}+).*?^ {0,3}\1|\]\([^)\s]{0,500}+\)|https?://\S+|`[^`\n]*`")
WORD = re.compile(r"[^\W\d_]+")
LOOKED_AT = 20_000  # characters
ENOUGH_WORDS = 12  # words in all; fewer do not tell
ENOUGH_SHARE = 0.15  # of the words are the language's small ones; a list of names has none
SURER_THAN_NEXT = 1.15  # times as many as of the next language: Danish and Norwegian share most of theirs
SCRIPT_SHARE = 0.3  # of the letters


@dataclass(frozen=True, slots=True)
class Languages:
    """The table: which letters are a language's own, and whose each small word is."""

    scripts: tuple[tuple[str, re.Pattern[str]], ...]
    speakers: dict[str, tuple[str, ...]]


def detect_language(text: str) -> str:
    """Return the two-letter language of a text, or "" where that cannot be told surely."""
    prose = NO_PROSE.sub(" ", text[:LOOKED_AT])
    letters = sum(map(str.isalpha, prose))
    for language, own in _languages().scripts:
        if letters and len(own.findall(prose)) >= SCRIPT_SHARE * letters * (0.2 if language == "ja" else 1):
            return language
    words = WORD.findall(prose.casefold())
    counts = Counter(language for word in words for language in _languages().speakers.get(word, ()))
    ranked = counts.most_common(2)
    if not ranked or len(words) < ENOUGH_WORDS or ranked[0][1] < ENOUGH_SHARE * len(words):
        return ""
    is_sure = len(ranked) == 1 or ranked[0][1] >= SURER_THAN_NEXT * ranked[1][1]
    return ranked[0][0] if is_sure else ""


@cache
def _languages() -> Languages:
    table = read_toml(TABLE)
    order = sorted(table["scripts"], key=lambda language: language == "zh")  # Japanese writes with Chinese letters too
    speakers: dict[str, tuple[str, ...]] = {}
    for language, words in table["words"].items():
        for word in words.split():
            speakers[word] = (*speakers.get(word, ()), language)
    return Languages(
        tuple((language, re.compile(f"[{''.join(table['scripts'][language])}]")) for language in order), speakers
    )
