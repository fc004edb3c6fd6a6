"""Words of a site that are near of kin to one that was asked: another form of it, or a compound that has it as a part.

Rules: a kin is as near as the share of letters that both have; below LEAST_SHARED it is none. A compound is nearer than
that, for its part is a whole word. Compounds meet their parts at either end, in languages that write them as one word,
and so do Japanese words in katakana; a Hebrew or Arabic word meets itself with a letter before it ("and", "in", "the").
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from backend.knowledge.index import SPACELESS, LanguageTable

LEAST_SHARED = 0.6  # of the longer word, for two forms of one word
LEAST_SHARED_OF_A_SHORT_FORM = 0.4  # where the site has no such word: "admin" is the beginning of "administrator"
LEAST_LETTERS = 4  # that two forms begin with, or that a part has
LEAST_OF_KATAKANA = 2
LEAST_BEHIND_A_PREFIX = 2
WITH_A_PREFIX = 0.9
OF_ONE_LETTER = 0.5  # a Chinese letter alone, in a pair
MOST_KIN = 8


class Words(Protocol):
    """The words of a site, by their letters."""

    def __contains__(self, word: str) -> bool: ...
    def beginning(self, letters: str) -> Iterator[str]: ...
    def ending(self, letters: str) -> Iterator[str]: ...


def find_kin(term: str, words: Words, table: LanguageTable) -> Mapping[str, float]:
    """Return the nearest kin of a term among these words, each with how near it is, 0 to 1."""
    if any(letter.isdigit() for letter in term):
        return {}
    if SPACELESS.match(term):
        found = _kin_without_spaces(term, words)
    else:
        found = {**_forms(term, words), **_long_forms(term, words), **_with_prefixes(term, words, table.prefixes)}
        if table.has_compounds:
            found = {**dict(_compounds(term, words, LEAST_LETTERS)), **found}
    found.pop(term, None)
    return dict(sorted(found.items(), key=lambda kin: (-kin[1], kin[0]))[:MOST_KIN])


def _forms(term: str, words: Words) -> dict[str, float]:
    """Return the words that begin as this one does and differ in their ends."""
    if len(term) < LEAST_LETTERS:
        return {}
    first = max(LEAST_LETTERS, round(LEAST_SHARED * len(term)))
    near = ((word, count_shared(term, word) / max(len(term), len(word))) for word in words.beginning(term[:first]))
    return {word: share for word, share in near if share >= LEAST_SHARED}


def _long_forms(term: str, words: Words) -> dict[str, float]:
    """Return the words that a word which the site does not have may be short for: it is all of their beginning."""
    if len(term) < LEAST_LETTERS or term in words:
        return {}
    near = ((word, len(term) / len(word)) for word in words.beginning(term))
    return {word: share for word, share in near if share >= LEAST_SHARED_OF_A_SHORT_FORM}


def _compounds(term: str, words: Words, least: int) -> Iterator[tuple[str, float]]:
    """Yield the compounds that begin or end with the term, and the words that it begins or ends with."""
    if len(term) >= least:
        wholes: Iterable[str] = (*words.beginning(term), *words.ending(term))
        yield from ((word, math.sqrt(len(term) / len(word))) for word in wholes if len(word) >= len(term) + 2)
    for size in range(least, len(term) - 1):
        yield from ((part, size / len(term)) for part in (term[:size], term[-size:]) if part in words)


def _with_prefixes(term: str, words: Words, prefixes: Iterable[str]) -> dict[str, float]:
    bare = {term} | {
        term[len(each) :]
        for each in prefixes
        if term.startswith(each) and len(term) >= len(each) + LEAST_BEHIND_A_PREFIX
    }
    forms = {f"{each}{word}" for word in bare for each in ("", *prefixes)}
    return {form: WITH_A_PREFIX for form in forms if form in words}


def _kin_without_spaces(term: str, words: Words) -> dict[str, float]:
    if len(term) == 1:
        pairs = (*words.beginning(term), *words.ending(term))
        return {pair: OF_ONE_LETTER for pair in pairs if len(pair) == 2}
    return dict(_compounds(term, words, LEAST_OF_KATAKANA)) if _is_katakana(term) else {}


def _is_katakana(term: str) -> bool:
    return all("\u30a0" <= letter <= "\u30ff" for letter in term)


def count_shared(one: str, other: str) -> int:
    """Return how many letters two words have in common from the beginning."""
    shared = 0
    for letter, letter_of_other in zip(one, other, strict=False):
        if letter != letter_of_other:
            break
        shared += 1
    return shared
