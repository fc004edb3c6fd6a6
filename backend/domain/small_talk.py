"""Small talk: greetings, thanks, questions about us, the wish for a person; known by a table of phrases by language.

Rules: a question is small talk only when phrases of one language make up all of it, so that "hi, how do I return it?"
is none; few long phrases go before many short ones, and of those the kind that asks most of us. The visitor may speak
another language than the site, so every language of the table is tried, the given ones first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from backend.domain.toml import read_toml

Kind = Literal["goodbye", "greeting", "chat", "thanks", "unhelpful", "about", "person"]  # what asks most of us, last
KINDS: Sequence[Kind] = get_args(Kind)
TABLE = Path(__file__).with_name("small_talk.toml")
LONGEST = 120  # characters: who writes more has something to ask
MOST_TOKENS = 40
BESIDE = -1
# Marks that may be left out in writing: accents, and the vowel signs of Arabic and Hebrew.
ACCENT = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0640]")

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """Small talk of a kind, and the language that it was said in."""

    kind: Kind
    language: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language as tokens: words, or letters where no spaces stand between words."""

    has_spaces: bool
    whole: Mapping[Tokens, int]  # by the place of their kind
    parts: Mapping[Tokens, int]  # the same, but for what is said beside, which is none by itself
    longest: int

    def kind_of(self, words: Sequence[str]) -> Kind | None:
        tokens = tuple(words) if self.has_spaces else tuple("".join(words))
        if not tokens or len(tokens) > MOST_TOKENS:
            return None
        place = self.whole.get(tokens)
        if place is None:
            place = max(self._together(tokens), self._together(self._without_polite_words(tokens)))
        return KINDS[place] if place >= 0 else None

    def _without_polite_words(self, tokens: Tokens) -> Tokens:
        """Leave out what may stand anywhere in a sentence: "can I please talk …"."""
        return tuple(token for token in tokens if self.parts.get((token,)) != BESIDE) if self.has_spaces else tokens

    def _together(self, tokens: Tokens) -> int:
        """Return the place of the kind of phrases that make up all of it; below 0 where none do."""
        best: list[tuple[int, int] | None] = [(0, BESIDE)] + [None] * len(tokens)  # how few phrases, the greatest kind
        for start, reached in enumerate(best):
            for end in range(start + 1, min(start + self.longest, len(tokens)) + 1) if reached else ():
                if reached and (place := self.parts.get(tokens[start:end])) is not None:
                    candidate = (reached[0] - 1, max(reached[1], place))
                    best[end] = max(best[end] or candidate, candidate)
        return (best[-1] or (0, BESIDE))[1]


def small_talk_in(question: str, *locales: str) -> Talk | None:
    """Return what kind of small talk a question is, tried first in these locales' languages; None where it asks."""
    if len(question) > LONGEST:
        return None
    words = list(words_in(question))
    tried = dict.fromkeys([*map(language_of, locales), "en", *phrases()])
    kinds = ((language, phrases()[language].kind_of(words)) for language in tried if language in phrases())
    return next((Talk(kind, language) for language, kind in kinds if kind), None)


def language_of(locale: str) -> str:
    return re.split(r"[-_]", locale.lower(), maxsplit=1)[0]


def words_in(text: str) -> Iterator[str]:
    """Yield the words of a text as phrases are compared: in small letters, without accents, signs and apostrophes."""
    plain = ACCENT.sub("", unicodedata.normalize("NFKD", text.casefold()))
    letters = [char if is_letter(char) else " " for char in unicodedata.normalize("NFC", plain) if char not in "'’"]
    yield from "".join(letters).split()


def is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN"


@cache
def phrases() -> Mapping[str, Phrases]:
    """Return the table by language."""
    table = read_toml(TABLE)
    without_spaces = table.pop("without_spaces")
    return {language: _read(rows, has_spaces=language not in without_spaces) for language, rows in table.items()}


def _read(rows: Mapping[str, Sequence[str]], *, has_spaces: bool) -> Phrases:
    def tokens(phrase: str) -> Tokens:
        words = tuple(words_in(phrase))
        return words if has_spaces else tuple("".join(words))

    whole = {tokens(phrase): place for place, kind in enumerate(KINDS) for phrase in rows[kind]}
    parts = {**whole, **{tokens(phrase): BESIDE for phrase in rows["beside"]}}
    return Phrases(has_spaces, whole, parts, max(map(len, parts)))
