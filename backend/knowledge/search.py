"""A question finds the documents that answer it.

The way of a question: its terms; words that the site does not know put right; the rarest terms, so that the work is
bounded however large the site; one query for a hundred passages; a score for each; each document once, with the
passage that answers best; a confidence. Everything that is derived from the whole knowledge base is kept until the
site's revision changes.
"""

from __future__ import annotations

import math
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from backend.domain.knowledge import NOTHING_FOUND, Document, Found, Hit, Passage, Quote
from backend.domain.ports import PassageBook
from backend.domain.site import Site
from backend.knowledge.index import IMPACT_SCALE, SATURATION
from backend.knowledge.quoting import Asked, choose_passage, choose_shelves, quote
from backend.knowledge.scoring import FIRST_WORDS, Signals, Titles, rate_confidence, score
from backend.knowledge.spelling import Speller
from backend.knowledge.synonyms import usual_synonyms
from backend.knowledge.terms import find_terms, language_of

CANDIDATES = 100
MOST_TERMS = 16
MOST_POSTINGS_SHARE = 0.2
MOST_POSTINGS_AT_LEAST = 5_000
WEIGHT_SCALE = 100
MOST_SYN = 0.1
REPETITION = 1.2  # how soon a word that the question repeats stops counting
LONGEST_QUESTION = 4_000
WHOLE_CHARACTERS = 48_000
MOST_SITES_REMEMBERED = 64
MOST_PASSAGES_REMEMBERED = 20_000


@dataclass(frozen=True)
class Memory:
    """What is derived from one revision of a site's documents."""

    revision: int
    passages: int
    vocabulary: Mapping[str, int]
    titles: Titles
    whole: tuple[Document, ...]
    passage_terms: dict[int, frozenset[str]]

    @cached_property
    def speller(self) -> Speller:
        return Speller(self.vocabulary)

    def rarity(self, term: str) -> float:
        """Return how much a term tells: nothing for one that every passage holds."""
        holders = self.vocabulary.get(term, 0)
        return math.log(1 + (self.passages - holders + 0.5) / (holders + 0.5))


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the index is asked: every known term with its weight, and those that were chosen to fetch by."""

    terms: tuple[str, ...]
    weights: Mapping[str, float]
    fetched: Mapping[str, int]
    beside: Mapping[str, int]
    known: float


class KnowledgeLibrary:
    """What sites know: implements the port `Library` on the passages that the store keeps."""

    def __init__(self, passages: PassageBook) -> None:
        self._book = passages
        self._memories: OrderedDict[tuple[int, str], Memory] = OrderedDict()

    def search(self, site: Site, question: str, *, most: int = 5) -> Found:
        """Return at most `most` documents, each once with its best passage, best first."""
        memory = self._remember(site)
        query = ask(memory, question[:LONGEST_QUESTION], language_of(site.settings.locale))
        if not query.fetched:
            return Found((), 0.0, memory.whole) if memory.whole else NOTHING_FOUND
        candidates = self._book.best(site.id, {**query.beside, **query.fetched}, CANDIDATES)
        ranking = Ranking(memory, query, question[:LONGEST_QUESTION], language_of(site.settings.locale))
        hits = ranking.order(candidates)
        asked = Asked.read(question, query.weights, language_of(site.settings.locale))
        passages = [passage for passage, _ in candidates]
        shown = (Hit(choose_passage(asked, hit.passage, passages), hit.score) for hit in hits[:most])
        return Found(tuple(shown), ranking.confidence(hits), memory.whole)

    def quote(self, site: Site, question: str, found: Found) -> Quote:
        """Return the sentences of what was found that answer the question, in reading order."""
        language = language_of(site.settings.locale)
        query = ask(self._remember(site), question[:LONGEST_QUESTION], language)
        if not found.hits or not query.fetched:
            return Quote("", (), 0.0)
        candidates = [passage for passage, _ in self._book.best(site.id, {**query.beside, **query.fetched}, CANDIDATES)]
        return quote(Asked.read(question, query.weights, language), choose_shelves(found.hits, candidates))

    def _remember(self, site: Site) -> Memory:
        """Return what is derived from the site's documents, made anew when they have changed."""
        key = (site.id, language_of(site.settings.locale))
        revision = self._book.revision(site.id)
        memory = self._memories.get(key)
        if memory is None or memory.revision != revision:
            memory = self._derive(site.id, revision)
        self._memories[key] = memory
        self._memories.move_to_end(key)
        while len(self._memories) > MOST_SITES_REMEMBERED:
            self._memories.popitem(last=False)
        return memory

    def _derive(self, site_id: int, revision: int) -> Memory:
        documents = self._book.documents(site_id, with_twins=False)
        is_small = sum(len(document.text) for document in documents) <= WHOLE_CHARACTERS
        return Memory(
            revision,
            self._book.statistics(site_id, ()).passages,
            self._book.vocabulary(site_id),
            Titles({document.key: document.title for document in documents}),
            tuple(sorted(documents, key=lambda document: document.key)) if is_small else (),
            {},
        )


def ask(memory: Memory, question: str, language: str) -> Query:
    """Return the question as the index is asked."""
    said = find_terms(question, language)
    known = [term if term in memory.vocabulary else memory.speller.correct(term) for term in said]
    counts = Counter(term for term in known if term)
    weights = {
        term: count * (1 + REPETITION) / (count + REPETITION) * memory.rarity(term) for term, count in counts.items()
    }
    exactly_known = sum(term in memory.vocabulary for term in said)
    fetched = {term: max(1, round(WEIGHT_SCALE * weights[term])) for term in choose_rarest(memory, weights)}
    return Query(
        tuple(dict.fromkeys(term for term in known if term)),
        weights,
        fetched,
        beside_them(memory, weights, fetched, language),
        exactly_known / len(said) if said else 0.0,
    )


def beside_them(
    memory: Memory, weights: Mapping[str, float], fetched: Mapping[str, int], language: str
) -> dict[str, int]:
    """Return the synonyms to fetch by beside the terms themselves."""
    other = usual_synonyms(language).beside(weights)
    return {
        term: max(1, round(WEIGHT_SCALE * weight))
        for term, weight in other.items()
        if term in memory.vocabulary and memory.vocabulary[term] <= MOST_SYN * memory.passages
    }


def choose_rarest(memory: Memory, terms: Mapping[str, float]) -> Sequence[str]:
    """Return the terms to fetch by: the rarest, at least one, until they would touch too many postings."""
    chosen: list[str] = []
    left = max(MOST_POSTINGS_AT_LEAST, MOST_POSTINGS_SHARE * memory.passages)
    for term in sorted(terms, key=lambda term: (memory.vocabulary[term], term))[:MOST_TERMS]:
        left -= memory.vocabulary[term]
        if chosen and left < 0:
            break
        chosen.append(term)
    return chosen


class Ranking:
    """One question's candidates in order, and what their order says about the chance of an answer."""

    def __init__(self, memory: Memory, query: Query, question: str, language: str) -> None:
        self._memory = memory
        self._query = query
        self._language = language
        self._likeness = memory.titles.compare(question)
        self._best_possible = sum(query.fetched.values()) * IMPACT_SCALE * (SATURATION + 1)
        self._matches: dict[str, float] = {}

    def order(self, candidates: Sequence[tuple[Passage, int]]) -> list[Hit]:
        """Return the best passage of each document, best first; ties by document, so every database agrees."""
        best: dict[str, Hit] = {}
        for passage, total in candidates:
            match = total / self._best_possible
            self._matches[passage.document] = max(match, self._matches.get(passage.document, 0.0))
            points = score(match, self._likeness.of(passage.document), self._first_words_found(passage))
            if passage.document not in best or points > best[passage.document].score:
                best[passage.document] = Hit(passage, round(points, 4))
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.passage.document))

    def confidence(self, hits: Sequence[Hit]) -> float:
        return round(rate_confidence(self.signals(hits)), 4) if hits else 0.0

    def signals(self, hits: Sequence[Hit]) -> Signals:
        first = hits[0].passage
        behind = hits[1].score if len(hits) > 1 else 0.0
        return Signals(
            match=self._matches[first.document],
            margin=(hits[0].score - behind) / hits[0].score if hits[0].score else 0.0,
            known=self._query.known,
            length=math.log(1 + len(self._query.terms)) / math.log(1 + MOST_TERMS),
            title_likeness=self._likeness.of(first.document),
        )

    def _first_words_found(self, passage: Passage) -> float:
        return self._share_found(self._query.terms[:FIRST_WORDS], passage)

    def _share_found(self, terms: Sequence[str], passage: Passage) -> float:
        """Return the share of these terms' weight that the passage holds, its title and heading included."""
        wanted = sum(self._query.weights[term] for term in terms)
        held = self._terms_of(passage)
        return sum(self._query.weights[term] for term in terms if term in held) / wanted if wanted else 0.0

    def _terms_of(self, passage: Passage) -> frozenset[str]:
        remembered = self._memory.passage_terms
        if passage.id not in remembered:
            if len(remembered) >= MOST_PASSAGES_REMEMBERED:
                remembered.clear()
            whole = f"{passage.title}\n{passage.heading}\n{passage.text}"
            remembered[passage.id] = frozenset(find_terms(whole, self._language))
        return remembered[passage.id]
