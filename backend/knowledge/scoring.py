"""Which candidate is best, and whether the site answers the question at all.

Rules: policy is the tables of weights, two for words alone and two where meanings are compared too; they were fitted
once on public questions (`tests/evals/retrieval.py --fit` prints them anew) and are not learned while running. A score
only orders; the confidence is comparable between questions and sites.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from backend.domain.ports import Nearness

SCORE_WEIGHTS = {"match": 7.2, "title_likeness": 8.0, "first_words_found": 2.2}
SCORE_WEIGHTS_BY_MEANING = {"match": 6.5, "title_likeness": 4.1, "nearness": 8.8, "title_nearness": 7.2}
FIRST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Signals:
    """What a question and its ranking say about whether there is an answer; each 0 to about 1.

    `match` the best document's weight over the best possible; `margin` how far the second document is behind; `known`
    the share of the question's words that the index knows; `length` the logarithm of the number of terms;
    `title_likeness` letters shared with the title; `nearness` how near it is in meaning, where that is compared.
    """

    match: float
    margin: float
    known: float
    length: float
    title_likeness: float
    nearness: float = 0.0
    title_nearness: float = 0.0


CONFIDENCE_WEIGHTS = {
    "bias": -9.6,
    "match": 6.2,
    "margin": 1.5,
    "known": 5.3,
    "length": 2.9,
    "title_likeness": 2.6,
}


CONFIDENCE_WEIGHTS_BY_MEANING = {
    "bias": -7.5,  # higher than fitted, so that the same thresholds mean the same as for words alone
    "match": 2.1,
    "margin": 3.5,
    "known": 2.6,
    "nearness": 5.5,
    "title_nearness": 3.3,
}


def rate_confidence(signals: Signals, weights: Mapping[str, float] = CONFIDENCE_WEIGHTS) -> float:
    """Return the chance, 0 to 1, that the site answers the question."""
    total = weights["bias"] + sum(getattr(signals, name) * weight for name, weight in weights.items() if name != "bias")
    return 1 / (1 + math.exp(-total))


class Titles:
    """The titles of one site, compared with a question by the letters that they share, rare ones counting more."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._grams = {document: Counter(letter_grams(title)) for document, title in titles.items()}
        holders = Counter(gram for grams in self._grams.values() for gram in grams)
        self._idf = {gram: math.log(1 + len(titles) / count) for gram, count in holders.items()}
        self._unseen = math.log(1 + len(titles))

    @cached_property
    def _vectors(self) -> dict[str, dict[str, float]]:
        return {document: self._vector(grams) for document, grams in self._grams.items()}

    def compare(self, question: str) -> Likeness:
        return Likeness(self._vectors, self._vector(Counter(letter_grams(question))))

    def _vector(self, grams: Counter[str]) -> dict[str, float]:
        """Return the grams' weights, scaled to length 1."""
        weights = {gram: (1 + math.log(n)) * self._idf.get(gram, self._unseen) for gram, n in grams.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {gram: weight / length for gram, weight in weights.items()}


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much one question looks like each title, 0 to 1."""

    _vectors: Mapping[str, Mapping[str, float]]
    _question: Mapping[str, float]

    def of(self, document: str) -> float:
        title = self._vectors.get(document, {})
        return sum([weight * self._question[gram] for gram, weight in title.items() if gram in self._question])


def letter_grams(text: str) -> Iterable[str]:
    """Return every run of 3 and of 4 letters, words being parted by one space."""
    padded = f" {' '.join(text.casefold().split())} "
    return [padded[at : at + size] for size in (3, 4) for at in range(len(padded) - size + 1)]


def score_by_meaning(match: float, title_likeness: float, nearness: Nearness) -> float:
    """Return what candidates are ordered by where their meaning is compared too."""
    weights = SCORE_WEIGHTS_BY_MEANING
    return (
        weights["match"] * match
        + weights["title_likeness"] * title_likeness
        + weights["nearness"] * nearness.passage
        + weights["title_nearness"] * nearness.title
    )


def score(match: float, title_likeness: float, first_words_found: float) -> float:
    """Return what candidates are ordered by."""
    weights = SCORE_WEIGHTS
    return (
        weights["match"] * match
        + weights["title_likeness"] * title_likeness
        + weights["first_words_found"] * first_words_found
    )
