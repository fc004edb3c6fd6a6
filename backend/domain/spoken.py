"""The language in which we speak to a visitor, and what languages are called in it.

Rule: a question's own words count where they are sure (`spoken.toml`); then the visitor's locale, then the site's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from backend.domain.toml import read_toml
from backend.domain.words import table

TABLE = Path(__file__).with_name("spoken.toml")
NAMES = Path(__file__).with_name("language_names.toml")
WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
LOOKED_AT = 2_000  # characters
PART = re.compile(r"[^-']+'?")  # "l'" of "l'ordine", and no "l" that is a letter alone
SCRIPT_SHARE = 0.4  # of the letters; Japanese writes with Chinese letters too, and needs a tenth of its own
KANA_SHARE = 0.1


def language_for(question: str, *locales: str) -> str:
    """Return the language to answer in: the question's own, else that of the first locale which we have words for."""
    spoken = maybe_language(question)
    wanted = [spoken, *(re.split(r"[-_]", locale.lower(), maxsplit=1)[0] for locale in locales)]
    return next((each for each in wanted if each in table()), "en")


def maybe_language(text: str) -> str:
    """Return the language that a text shows by its letters or small words; "" where neither is sure."""
    text = text[:LOOKED_AT].casefold()
    letters = sum(map(str.isalpha, text))
    for language, pattern in _scripts().items():
        least = KANA_SHARE if language == "ja" else SCRIPT_SHARE
        if letters and len(pattern.findall(text)) >= least * letters:
            return language
    words = set(WORD.findall(text))
    words |= {part for word in words for part in PART.findall(word.replace("’", "'"))}
    counts = Counter({language: len(words & own) for language, own in _small_words().items()})
    counts.update(language for language, own in _table()["letters"].items() if not frozenset(own).isdisjoint(text))
    (first, most), (_, next_most) = counts.most_common(2)
    return first if most >= _table()["least_words"] and most > next_most else ""


def name_of(language: str, spoken: str) -> str:
    """Return what a language is called in another; "" for one that the table does not have."""
    return _names().get(spoken, {}).get(language, "")


@cache
def _table() -> Mapping[str, Any]:
    return read_toml(TABLE)


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    return read_toml(NAMES)


@cache
def _scripts() -> Mapping[str, re.Pattern[str]]:
    """Return the letters of each script, those of Japanese before the Chinese ones that it shares."""
    rows = sorted(_table()["scripts"].items(), key=lambda row: row[0] == "zh")
    return {language: re.compile(f"[{''.join(ranges)}]") for language, ranges in rows}


@cache
def _small_words() -> Mapping[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in _table()["words"].items()}
