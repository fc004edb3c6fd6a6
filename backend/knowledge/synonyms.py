"""Other words for what was said: a small table for support questions, and the site's own list.

Rules: a group's words stand for one another; words and groups are compared as stems, a phrase when all of its words
were said. What nobody said counts for SHARE of what was: at .6 it hurts, at .3 it finds more than it loses.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from backend.knowledge.terms import find_terms

SHARE = 0.3
TABLE: Mapping[str, Sequence[Sequence[str]]] = tomllib.loads(
    Path(__file__).with_name("synonyms.toml").read_text(encoding="utf-8")
)

Phrase = tuple[str, ...]


class Synonyms:
    """Groups of words for the same, found by the words of each."""

    def __init__(self, groups: Iterable[Sequence[str]], language: str) -> None:
        self._groups_of: dict[str, list[list[Phrase]]] = {}
        for group in groups:
            phrases = list(dict.fromkeys(phrase for words in group if (phrase := tuple(find_terms(words, language)))))
            for term in dict.fromkeys(term for phrase in phrases for term in phrase):
                self._groups_of.setdefault(term, []).append(phrases)

    def beside(self, weights: Mapping[str, float]) -> dict[str, float]:
        """Return the terms that may stand for those that were said, each with its weight."""
        found: dict[str, float] = {}
        for term in weights:
            for phrases in self._groups_of.get(term, ()):
                said = [phrase for phrase in phrases if term in phrase and all(each in weights for each in phrase)]
                if not said:
                    continue
                weight = SHARE * max(min(weights[each] for each in phrase) for phrase in said)
                for phrase in phrases:
                    for other in phrase:
                        if other not in weights:
                            found[other] = max(found.get(other, 0.0), weight / len(phrase))
        return found


@cache
def usual_synonyms(language: str) -> Synonyms:
    return Synonyms(TABLE.get(language, ()), language)
