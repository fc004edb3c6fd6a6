"""What is particular to a language, as the index and questions need it: one file a language in `languages/`.

Rules: a language without a file is compared word by word; a new one is one new file. Of a table every row may be
missing. Stop words say nothing about what a question is about and are left out; light words say little, and count for
less in a question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backend.domain.toml import read_toml

FOLDER = Path(__file__).with_name("languages")
ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
NOT_ONE = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class LanguageTable:
    """One language: its stemmer by Snowball's name, small words, endings and letters that count as another one.

    `prefixes` are letters that a word may be written with or without; `trimmed` those that fall off both ends of what
    is left of a run without spaces; `leans_…` is how a question begins, what it is, or what it holds that leans on the
    question before.
    """

    stemmer: str = ""
    has_compounds: bool = False
    stop_words: frozenset[str] = frozenset()
    light_words: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    trimmed: str = ""
    leans_first: tuple[str, ...] = ()
    leans_alone: tuple[str, ...] = ()
    leans_on: tuple[str, ...] = ()
    folds: Mapping[int, str] | None = None
    cuts: re.Pattern[str] = NOT_ONE  # where a run without spaces is cut: at the longest of its stop words


@cache
def table_of(language: str) -> LanguageTable:
    """Return the table of a language, by its two letters; an empty one where it has none."""
    path = FOLDER / f"{language}.toml"
    if not language.isalpha() or not path.exists():
        return LanguageTable()
    rows = read_toml(path)
    folds = {ord(letter): other for letter, other in rows.get("folds", {}).items()}
    stop_words = frozenset(_fold(word, folds) for word in rows.get("stop_words", "").split())
    return LanguageTable(
        stemmer=rows.get("stemmer", ""),
        has_compounds=rows.get("has_compounds", False),
        stop_words=stop_words,
        light_words=frozenset(_fold(word, folds) for word in rows.get("light_words", "").split()),
        endings=_longest_first(_fold(each, folds) for each in rows.get("endings", ())),
        prefixes=_longest_first(rows.get("prefixes", ())),
        trimmed=rows.get("trimmed", ""),
        leans_first=_phrases(rows.get("leans_first", "")),
        leans_alone=_phrases(rows.get("leans_alone", "")),
        leans_on=tuple(rows.get("leans_on", "").split()),
        folds=folds,
        cuts=_any_of(stop_words),
    )


def fold(word: str, language: str) -> str:
    """Return a word without accents and points, and with one letter for those that are written for one another."""
    return _fold(word, table_of(language).folds or {})


def _fold(word: str, folds: Mapping[int, str]) -> str:
    if word.isascii():
        return word
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", word))
    return unicodedata.normalize("NFKC", bare.translate(folds))


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _phrases(rows: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for row in rows.splitlines() for phrase in row.split("|") if phrase.strip())


def _any_of(words: Collection[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _longest_first(words)))) if words else NOT_ONE
