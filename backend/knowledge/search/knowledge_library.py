"""A question finds the documents that answer it.

The way of a question: its terms; words that the site does not know put right; the rarest terms, so that the work is
bounded however large the site; one query for a hundred passages; a score for each; each document once, with the
passage that answers best; a confidence. Where an embedder is wanted, the hundred are compared by meaning too, if all
of them have been read for it. What is derived from the whole knowledge base is kept, and brought up to date when the
site's revision changes (`memory.py`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from backend.domain.indexed import Nearness
from backend.domain.knowledge import NOTHING_FOUND, VISITOR, Audience, Found, Hit, Passage, Quote
from backend.domain.ports import Embedder, PassageBook
from backend.domain.site import Site
from backend.knowledge.index import HAS_BOTH, IMPACT_SCALE, SATURATION, find_codes, find_terms, language_of
from backend.knowledge.quoting import QuestionTerms, choose_passage, choose_shelves, orders_of_page, quote
from backend.knowledge.search.follow_ups import is_fragment, leans, read_together
from backend.knowledge.search.language_choice import in_language
from backend.knowledge.search.memory import Memories, Memory
from backend.knowledge.search.scoring import (
    CONFIDENCE_WEIGHTS,
    CONFIDENCE_WEIGHTS_BY_MEANING,
    FIRST_WORDS,
    RankingSignals,
    rate_confidence,
    score,
    score_by_meaning,
)
from backend.knowledge.search.spelling import is_worth_correcting

CANDIDATES = 100
MOST_TERMS = 16
MOST_POSTINGS_SHARE = 0.2
MOST_POSTINGS_SHARE_OF_OTHERS = 0.1
MOST_POSTINGS_AT_LEAST = 5_000
WEIGHT_SCALE = 100
REPETITION = 1.2  # how soon a word that the question repeats stops counting
LONGEST_QUESTION = 8_000
PASTED_FROM = 80  # words: a log, in which one code says more than all other words
RARE_CODE = 3  # passages that hold a code at most, if it is to say what a pasted text is about
MOST_PUT_RIGHT = 12  # different words of one question: each is compared with the site's words, and a log has hundreds
STANDS_ON_ITS_OWN = 0.5  # from this confidence a question needs no other to be understood
SPEAKS_OF_FROM = 0.5  # of the weight of a fragment's own words
BORROWED_TRUST = 0.85  # what a confidence is worth where the question leaned on the one before
MOST_HOSTS = 200


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the index is asked: every known term with its weight, and those that were chosen to fetch by.

    `others` are words that nobody said, for those that were.
    """

    terms: tuple[str, ...]
    weights: Mapping[str, float]
    fetched: Mapping[str, int]
    others: Mapping[str, int]
    known: float

    @property
    def wanted(self) -> Mapping[str, int]:
        return {**self.others, **self.fetched}

    @property
    def best_possible(self) -> float:
        """Return what a passage with every word that was said comes to."""
        return sum((self.fetched or self.others).values()) * IMPACT_SCALE * (SATURATION + 1)


class KnowledgeLibrary:
    """Implements the port `Library` on the passages that the store keeps."""

    def __init__(self, passages: PassageBook, embedder: Embedder | None = None) -> None:
        self._book = passages
        self._embedder = embedder
        self._memories = Memories(passages)

    def search(
        self, site: Site, question: str, *, most: int = 5, before: Sequence[str] = (), audience: Audience = VISITOR
    ) -> Found:
        """Return at most `most` documents that are for this audience, each once with its best passage, best first."""
        found = self._search(site, question, most, audience)
        language = language_of(site.settings.locale)
        if not before or (found.confidence >= STANDS_ON_ITS_OWN and not is_fragment(question, language)):
            return found
        together = read_together(question, before, language)
        in_context = self._search(site, together, most, audience)
        if not leans(question, language):
            hits = add_hits(found.hits, in_context.hits, most)
            return replace(found, hits=hits, orders=found.orders | in_context.orders)
        trusted = round(BORROWED_TRUST * in_context.confidence, 4)
        answers_both = is_fragment(question, language) and self._speaks_of(site, question, in_context)
        if trusted <= found.confidence and not answers_both:
            return found
        return replace(in_context, confidence=trusted, read_as=together)

    def _speaks_of(self, site: Site, question: str, found: Found) -> bool:
        """Tell whether what was found first is worth showing and holds most of what this question itself says."""
        if found.confidence < STANDS_ON_ITS_OWN:
            return False
        language = language_of(site.settings.locale)
        weights = ask(self._remember(site), question[:LONGEST_QUESTION], language).weights
        passage = found.hits[0].passage
        held = set(find_terms(f"{passage.title}\n{passage.heading}\n{passage.text}", language))
        return sum(weights[term] for term in weights if term in held) >= SPEAKS_OF_FROM * sum(weights.values())

    def _search(self, site: Site, question: str, most: int, audience: Audience) -> Found:
        memory = self._remember(site)
        query = ask(memory, question[:LONGEST_QUESTION], language_of(site.settings.locale))
        if len(query.terms) > 1 and len(question.split()) >= PASTED_FROM and (codes := rare_codes(memory, query)):
            by_codes = self._search(site, codes, most, audience)
            others = self._search_all(site, memory, question, query, most, audience)
            return replace(
                by_codes, hits=add_hits(by_codes.hits, others.hits, most), orders=by_codes.orders | others.orders
            )
        return self._search_all(site, memory, question, query, most, audience)

    def _search_all(
        self, site: Site, memory: Memory, question: str, query: Query, most: int, audience: Audience
    ) -> Found:
        if not query.wanted:
            orders = self._orders_among(site, memory, ())
            return Found((), 0.0, memory.whole, orders=orders) if memory.whole else NOTHING_FOUND
        candidates = self._best(site, memory, query, audience)
        nearness = self._compare(site, question[:LONGEST_QUESTION], candidates)
        ranking = Ranking(memory, query, question[:LONGEST_QUESTION], language_of(site.settings.locale), nearness)
        hits = ranking.order(candidates)
        asked = QuestionTerms.read(question, query.weights, language_of(site.settings.locale))
        passages = [passage for passage, _ in candidates]
        ordered = in_language(hits, question, audience, memory.languages)
        shown = tuple(Hit(choose_passage(asked, hit.passage, passages), hit.score) for hit in ordered[:most])
        orders = self._orders_among(site, memory, shown)
        return Found(shown, ranking.confidence(hits), memory.whole, orders=orders)

    def quote(self, site: Site, question: str, found: Found) -> Quote:
        """Return the sentences of what was found that answer the question, in reading order."""
        language, memory = language_of(site.settings.locale), self._remember(site)
        own = ask(memory, question[:LONGEST_QUESTION], language).weights
        context = ask(memory, found.read_as[:LONGEST_QUESTION], language).weights if found.read_as else own
        if not found.hits or not context:
            return Quote("", (), 0.0)
        shelves = choose_shelves(
            found.hits, partial(self._book.passages_of, site.id), partial(self._orders_in, site.id)
        )
        return quote(QuestionTerms.read(question, own, language, context), shelves)

    def weigh(self, site: Site, question: str) -> Mapping[str, float]:
        memory = self._remember(site)
        said = find_terms(question[:LONGEST_QUESTION], language_of(site.settings.locale))
        memory.vocabulary.look_up(said)
        return {term: memory.rarity(term) for term in said}

    def _orders_among(self, site: Site, memory: Memory, hits: Sequence[Hit]) -> frozenset[str]:
        """Return the orders in those marked pages that a model will be shown; most sites have none."""
        shown = {hit.passage.document for hit in hits} | {document.key for document in memory.whole}
        return frozenset().union(*(self._orders_in(site.id, key) for key in shown & memory.marked))

    def _orders_in(self, site_id: int, key: str) -> frozenset[str]:
        document = self._book.document(site_id, key)
        return orders_of_page(document.title, document.text) if document else frozenset()

    def hosts(self, site: Site) -> Sequence[str]:
        safety, memory = site.settings.safety, self._remember(site)
        if safety.protected not in memory.shown_hosts:
            theirs = (hosts for document, hosts in memory.hosts.items() if not safety.protects(document))
            counts = Counter(host for hosts in theirs for host in hosts)
            memory.shown_hosts[safety.protected] = sorted(host for host, _ in counts.most_common(MOST_HOSTS))
        return memory.shown_hosts[safety.protected]

    def _best(self, site: Site, memory: Memory, query: Query, audience: Audience) -> Sequence[tuple[Passage, int]]:
        """Return the candidates that this audience may read; on most sites everyone may read everything."""
        is_bound = memory.has_audiences or audience.only_language
        return self._book.best(site.id, query.wanted, CANDIDATES, audience if is_bound else None)

    def _compare(
        self, site: Site, question: str, candidates: Sequence[tuple[Passage, int]]
    ) -> Mapping[int, Nearness] | None:
        """Return how near each candidate is in meaning; None where not all can be compared, for words then decide."""
        if self._embedder is None or not candidates:
            return None
        meanings = self._book.meanings(site.id, [passage.id for passage, _ in candidates])
        if len(meanings) < len(candidates):
            return None
        return dict(zip(meanings, self._embedder.compare(question, list(meanings.values())), strict=True))

    def _remember(self, site: Site) -> Memory:
        """Return what is derived from the site's documents, brought up to date where they have changed."""
        return self._memories.of(site.id, language_of(site.settings.locale))


def add_hits(hits: Sequence[Hit], others: Sequence[Hit], most: int) -> tuple[Hit, ...]:
    """Return the hits, and behind them those of other documents; scores go on falling."""
    own = {hit.passage.document for hit in hits}
    lowest = min((hit.score for hit in hits), default=math.inf)
    more = [Hit(hit.passage, min(hit.score, lowest)) for hit in others if hit.passage.document not in own]
    return (*hits, *more)[:most]


def ask(memory: Memory, question: str, language: str) -> Query:
    """Return the question as the index is asked."""
    said = read_codes(memory, question, language)
    right = put_right(memory, said)
    counts = Counter(term for term in map(right.get, said) if term)
    weights = {
        term: count * (1 + REPETITION) / (count + REPETITION) * memory.rarity(term) for term, count in counts.items()
    }
    known = {term: weight for term, weight in weights.items() if term in memory.vocabulary}
    others = memory.synonyms.beside(weights)
    memory.vocabulary.look_up(others)
    return Query(
        tuple(known),
        known,
        fetched=in_whole_numbers(known, choose_rarest(memory, known, MOST_POSTINGS_SHARE, at_least=1)),
        others=in_whole_numbers(others, choose_rarest(memory, others, MOST_POSTINGS_SHARE_OF_OTHERS, at_least=0)),
        known=sum(term in memory.vocabulary for term in said) / len(said) if said else 0.0,
    )


def rare_codes(memory: Memory, query: Query) -> str:
    """Return the codes of a question that few passages hold, as a question of their own; "" where there is none."""
    few = max(RARE_CODE, memory.passages // 500)
    return " ".join(term for term in query.terms if HAS_BOTH.search(term) and memory.vocabulary[term] <= few)


def read_codes(memory: Memory, question: str, language: str) -> Sequence[str]:
    """Return the question's terms; of a code and its parts those that the site knows, or the parts."""
    said = find_terms(question, language)
    memory.vocabulary.look_up(said)
    left_out: set[str] = set()
    for code, parts in find_codes(question, language).items():
        is_known = code in memory.vocabulary
        left_out |= {part for part in parts if part not in memory.vocabulary} if is_known else {code}
    return [term for term in said if term not in left_out]


def put_right(memory: Memory, said: Sequence[str]) -> Mapping[str, str]:
    """Return each term that is known, and for the first of the others the one that it is a slip of."""
    known = {term: term for term in dict.fromkeys(said) if memory.knows(term)}
    unknown = (term for term in dict.fromkeys(said) if term not in known and is_worth_correcting(term))
    slips = ((term, memory.vocabulary.correct(term)) for term in islice(unknown, MOST_PUT_RIGHT))
    return known | {term: meant for term, meant in slips if meant}


def in_whole_numbers(weights: Mapping[str, float], terms: Iterable[str]) -> dict[str, int]:
    return {term: max(1, round(WEIGHT_SCALE * weights[term])) for term in terms}


def choose_rarest(memory: Memory, terms: Iterable[str], share: float, *, at_least: int) -> Sequence[str]:
    """Return the terms to fetch by: the rarest, until they would touch more postings than this share of passages."""
    chosen: list[str] = []
    held = sorted((memory.vocabulary[term], term) for term in terms if term in memory.vocabulary)
    left = max(MOST_POSTINGS_AT_LEAST, share * memory.passages)
    for holders, term in held[:MOST_TERMS]:
        left -= holders
        if len(chosen) >= at_least and left < 0:
            break
        chosen.append(term)
    return chosen


class Ranking:
    """One question's candidates in order, and what their order says about the chance of an answer."""

    def __init__(
        self,
        memory: Memory,
        query: Query,
        question: str,
        language: str,
        nearness: Mapping[int, Nearness] | None = None,
    ) -> None:
        self._memory = memory
        self._query = query
        self._language = language
        self._likeness = memory.titles.compare(question)
        self._nearness = nearness
        self._matches: dict[str, float] = {}
        self._held: Mapping[int, frozenset[str]] = {}
        self._shares: dict[frozenset[str], float] = {}

    def order(self, candidates: Sequence[tuple[Passage, int]]) -> list[Hit]:
        """Return the best passage of each document, best first; ties by document, so every database agrees."""
        first_words = self._query.terms[:FIRST_WORDS]
        self._held = self._memory.vocabulary.terms_in(first_words, [passage.id for passage, _ in candidates])
        best: dict[str, Hit] = {}
        best_possible = self._query.best_possible
        for passage, total in candidates:
            match = total / best_possible
            self._matches[passage.document] = max(match, self._matches.get(passage.document, 0.0))
            points = self._score(passage, match)
            if passage.document not in best or points > best[passage.document].score:
                best[passage.document] = Hit(passage, round(points, 4))
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.passage.document))

    def confidence(self, hits: Sequence[Hit]) -> float:
        weights = CONFIDENCE_WEIGHTS if self._nearness is None else CONFIDENCE_WEIGHTS_BY_MEANING
        return round(rate_confidence(self.signals(hits), weights), 4) if hits else 0.0

    def signals(self, hits: Sequence[Hit]) -> RankingSignals:
        first = hits[0].passage
        behind = hits[1].score if len(hits) > 1 else 0.0
        return RankingSignals(
            match=self._matches[first.document],
            margin=(hits[0].score - behind) / hits[0].score if hits[0].score else 0.0,
            known=self._query.known,
            length=math.log(1 + len(self._query.terms)) / math.log(1 + MOST_TERMS),
            title_likeness=self._likeness.of(first.document),
            nearness=self._nearness[first.id].passage if self._nearness else 0.0,
            title_nearness=self._nearness[first.id].title if self._nearness else 0.0,
        )

    def _score(self, passage: Passage, match: float) -> float:
        title_likeness = self._likeness.of(passage.document)
        if self._nearness is None:
            return score(match, title_likeness, self._first_words_found(passage))
        return score_by_meaning(match, title_likeness, self._nearness[passage.id])

    def _first_words_found(self, passage: Passage) -> float:
        """Return the share of the first words' weight that the passage holds, its title and heading included."""
        held = self._held.get(passage.id, frozenset())
        if held not in self._shares:  # there are few ways to hold some of eight words
            terms, weights = self._query.terms[:FIRST_WORDS], self._query.weights
            wanted = sum(weights[term] for term in terms)
            self._shares[held] = sum(weights[term] for term in terms if term in held) / wanted if wanted else 0.0
        return self._shares[held]
