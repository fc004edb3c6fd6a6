"""Does a new question ask the same as one that our team has answered?

Rules:
1. The very same question, but for case, blanks and marks, is the same in every language.
2. Another wording is the same only where the search puts the same page first for both (the caller sees to that), enough
   of their words' weight is shared (or, where an operator wants that, they mean nearly the same), and no guard objects.
   A guard is a hard rule: likeness alone cannot tell "turn it
   on" from "turn it off", nor 5 GB from 50 GB.
3. Where in doubt it is another question: it is answered as if nobody had corrected anything.

The rule, the guards and the figures that chose them: weighted Jaccard of .38 with the same first page and the
guards (`tests/tools/evals/same_question.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from backend.domain.toml import read_toml

WORD = re.compile(r"[^\W_]+")
APOSTROPHE = re.compile(r"[’'`´]")
DIGITS = re.compile(r"\d")
SEPARATED = re.compile(r"(?<=\d)[,.](?=\d{3}\b)")  # a thousand's mark
CODE = re.compile(r"[^\W_]*\d[\w.:/-]*")
BLANKS = re.compile(r"\W+")
MOST_BEGINNING = 4  # words
ROUTE = re.compile(r"\bfrom (\w+(?: \w+)?) to (\w+(?: \w+)?)|\bto (\w+(?: \w+)?) from (\w+(?: \w+)?)")


@dataclass(frozen=True)
class Rules:
    """The table `same_question.toml`."""

    jaccard: float
    meaning: float
    too_near: float
    most_words: int
    half_shared: float
    languages: frozenset[str]
    opposites: Mapping[str, frozenset[str]]
    negations: frozenset[str]
    scopes: Sequence[frozenset[str]]
    roles: Mapping[str, int]
    future: frozenset[str]
    past: frozenset[str]
    asks: Mapping[str, str]
    numbers: Mapping[str, str]
    yes: frozenset[str]


@cache
def rules() -> Rules:
    table = read_toml(Path(__file__).with_name("same_question.toml"))
    opposites: dict[str, set[str]] = {}
    for one, other in table["opposites"]:
        opposites.setdefault(one, set()).add(other)
        opposites.setdefault(other, set()).add(one)
    return Rules(
        table["jaccard"],
        table["meaning"],
        table["too_near"],
        table["most_words"],
        table["half_shared"],
        frozenset(table["languages"]),
        {word: frozenset(others) for word, others in opposites.items()},
        frozenset(table["negations"]),
        tuple(map(frozenset, table["scopes"])),
        {word: number for number, alike in enumerate(table["roles"]) for word in alike},
        frozenset(table["future"]),
        frozenset(table["past"]),
        table["asks"],
        table["numbers"],
        frozenset(table["yes"]["first"]),
    )


def in_one_form(question: str) -> str:
    """Return a question without case, marks and doubled blanks: equal for what everybody would call the same."""
    return BLANKS.sub(" ", unicodedata.normalize("NFKC", question).casefold()).strip()


@dataclass(frozen=True)
class Phrasing:
    """A question as it is compared. `weights` tells of each of its words, as the search reads them, how rare it is."""

    text: str
    weights: Mapping[str, float]

    @cached_property
    def words(self) -> Sequence[str]:
        text = unicodedata.normalize("NFKC", self.text).casefold()
        return WORD.findall(APOSTROPHE.sub("", text))

    @cached_property
    def said(self) -> str:
        return f" {' '.join(self.words)} "

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Return every number, version, price and code; numbers in words as digits."""
        text = SEPARATED.sub("", unicodedata.normalize("NFKC", self.text).casefold())
        codes = {found.group().strip(".:/-") for found in CODE.finditer(text)}
        return frozenset(codes | {rules().numbers[word] for word in self.words if word in rules().numbers})

    @cached_property
    def is_negated(self) -> bool:
        """Tell whether an odd number of words turns it round."""
        return sum(word in rules().negations for word in self.words) % 2 == 1

    @cached_property
    def asks(self) -> str:
        """Return what is asked for, empty where its words do not tell."""
        for at in range(min(3, len(self.words))):
            for length in range(MOST_BEGINNING, 0, -1):
                begun = " ".join(self.words[at : at + length])
                if begun in rules().asks:
                    return rules().asks[begun]
        return "yes or no" if self.words and self.words[0] in rules().yes else ""

    @cached_property
    def scope(self) -> frozenset[int]:
        return frozenset(number for number, kind in enumerate(rules().scopes) if any(map(self.holds, kind)))

    @cached_property
    def roles(self) -> frozenset[int]:
        """Return of whom it speaks: what holds for a guest need not hold for a neighbour, nor for whoever asks."""
        return frozenset(rules().roles[word] for word in self.words if word in rules().roles)

    @cached_property
    def tense(self) -> str:
        words = set(self.words)
        if words & rules().past:
            return "past"
        return "future" if words & rules().future else ""

    @cached_property
    def route(self) -> tuple[str, str] | None:
        """Return where from and where to."""
        found = ROUTE.search(self.said)
        if found is None:
            return None
        one, other, to, came = found.groups()
        return (one, other) if one else (came, to)

    def holds(self, words: str) -> bool:
        return f" {words} " in self.said


def likeness(one: Phrasing, other: Phrasing) -> float:
    """Return the weight of the words that both have, as a share of all words of both: 0 to 1 (weighted Jaccard)."""
    shared = sum(weight for word, weight in one.weights.items() if word in other.weights)
    all_words = sum({**one.weights, **other.weights}.values())
    return shared / all_words if all_words else 0.0


def objection(one: Phrasing, other: Phrasing) -> str:
    """Return which guard says that two questions ask for different things; empty where none does."""
    if one.numbers != other.numbers:
        return "numbers"
    if is_turned_round(one, other) or (one.route and other.route and one.route != other.route):
        return "direction"
    if one.is_negated != other.is_negated and likeness(one, other) >= rules().half_shared:
        return "negation"
    if one.asks != other.asks and one.asks and other.asks:
        return "what is asked"
    if {one.tense, other.tense} == {"past", "future"}:
        return "tense"
    if one.scope != other.scope:
        return "scope"
    if one.roles != other.roles:
        return "of whom"
    return "one word for another" if len(left_over(one, other)) == len(left_over(other, one)) == 1 else ""


def left_over(one: Phrasing, other: Phrasing) -> frozenset[str]:
    """Return the words of one that the other lacks; numbers have a guard of their own."""
    words = one.weights.keys() - other.weights.keys()
    return frozenset(word for word in words if word not in rules().numbers and not DIGITS.search(word))


def is_turned_round(one: Phrasing, other: Phrasing) -> bool:
    """Tell whether one holds a word, and the other its opposite in its place."""
    return any(
        other.holds(opposite) and not one.holds(opposite)
        for word, opposites in rules().opposites.items()
        if one.holds(word) and not other.holds(word)
        for opposite in opposites
    )


@dataclass(frozen=True, slots=True)
class Match:
    """A phrasing that asks the same, and how alike both are (1 for the very same)."""

    at: int
    likeness: float


def same_question(
    asked: Phrasing,
    kept: Iterable[tuple[int, Phrasing]],
    language: str,
    meanings: Callable[[str, Sequence[str]], Sequence[float]] | None = None,
) -> Match | None:
    """Return the phrasing that asks the same, None where none does for certain.

    `kept` has the phrasings of approved answers that share the first page, each with the number of its answer.
    `meanings` tells how near a question's meaning is to those of others, -1 to 1; None where nobody can tell.
    """
    form = in_one_form(asked.text)
    kept = list(kept)
    for at, phrasing in kept:
        if in_one_form(phrasing.text) == form:
            return Match(at, 1.0)
    if language not in rules().languages or len(asked.words) > rules().most_words:
        return None
    if meanings is None:
        return _nearest(asked, kept, [likeness(asked, phrasing) for _, phrasing in kept], rules().jaccard)
    near = meanings(asked.text, [phrasing.text for _, phrasing in kept]) if kept else ()
    return _nearest(asked, kept, near, rules().meaning)


def _nearest(
    asked: Phrasing, kept: Sequence[tuple[int, Phrasing]], near: Sequence[float], least: float
) -> Match | None:
    """Return the answer whose phrasing is the nearest one, where it is near enough, no guess, and no guard objects."""
    nearest: dict[int, float] = {}
    for (at, _), each in zip(kept, near, strict=True):
        nearest[at] = max(nearest.get(at, 0.0), each)
    ranked = sorted(nearest.items(), key=lambda each: -each[1])
    if not ranked or ranked[0][1] < least:
        return None
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < rules().too_near:
        return None
    best = ranked[0][0]
    fits = any(
        each >= least and not objection(asked, phrasing)
        for (at, phrasing), each in zip(kept, near, strict=True)
        if at == best
    )
    return Match(best, ranked[0][1]) if fits else None
