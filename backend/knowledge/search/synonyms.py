"""Other words for what was said: a table for support questions, and the site's own list.

Rules: a group's words stand for one another; words are compared as stems, and a phrase counts when all of its words
were said. What nobody said counts for SHARE of what was: twice that finds less than it loses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from backend.domain.toml import read_toml
from backend.knowledge.index import find_terms, find_words, is_stop_word

SHARE = 0.3
TABLE: Mapping[str, Sequence[Sequence[str]]] = read_toml(Path(__file__).with_name("synonyms.toml"))

Phrase = tuple[str, ...]


class Synonyms:
    """Groups of words for the same, found by the words of each."""

    def __init__(self, groups: Iterable[Sequence[str]], language: str) -> None:
        self._groups_of: dict[str, list[list[Phrase]]] = {}
        for group in groups:
            phrases = list(dict.fromkeys(_read(words, language) for words in group))
            for term in {term for phrase in phrases for term in phrase}:
                self._groups_of.setdefault(term, []).append([phrase for phrase in phrases if phrase])

    def __contains__(self, term: str) -> bool:
        return term in self._groups_of

    def beside(self, weights: Mapping[str, float]) -> dict[str, float]:
        """Return the terms that may stand for those that were said, each with its weight."""
        found: dict[str, float] = {}
        for term in weights:
            for phrases in self._groups_of.get(term, ()):
                said = [phrase for phrase in phrases if term in phrase and all(each in weights for each in phrase)]
                share = SHARE * max((min(weights[each] for each in phrase) for phrase in said), default=0.0)
                for other, length in ((each, len(phrase)) for phrase in phrases for each in phrase):
                    if share and other not in weights:
                        found[other] = max(found.get(other, 0.0), share / length)
        return found


def _read(words: str, language: str) -> Phrase:
    """Return the terms of a word or phrase; none of a phrase that is told apart only by words which nobody counts."""
    has_small_words = any(is_stop_word(word, language) for word in find_words(words))
    return () if has_small_words else tuple(find_terms(words, language))


def synonyms_of(own: Iterable[Sequence[str]], language: str) -> Synonyms:
    """Return a site's own groups with those that every site has in this language."""
    return Synonyms([*own, *TABLE.get(language, ())], language)
