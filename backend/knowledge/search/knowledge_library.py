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
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from backend.domain.indexed import Nearness
from backend.domain.knowledge import NOTHING_FOUND, VISITOR, Audience, Found, Hit, Passage, Quote
from backend.domain.ports import Embedder, Embedders, PassageBook
from backend.domain.site import Site
from backend.knowledge.index import find_terms, language_of
from backend.knowledge.quoting import QuestionTerms, choose_passage, choose_shelves, orders_of_page, quote
from backend.knowledge.search.follow_ups import is_fragment, lean_on, leans, read_together
from backend.knowledge.search.language_choice import in_language
from backend.knowledge.search.memory import Memories, Memory
from backend.knowledge.search.query import Query, ask, light_terms, rare_codes
from backend.knowledge.search.scoring import (
    FIRST_WORDS,
    RankingSignals,
    rate_confidence,
    score,
    score_by_meaning,
    size_of,
)

CANDIDATES = 100
LONGEST_QUESTION = 8_000
PASTED_FROM = 80  # words: a log, in which one code says more than all other words
STANDS_ON_ITS_OWN = 0.5  # from this confidence a question needs no other to be understood
SPEAKS_OF_FROM = 0.5  # of the weight of a fragment's own words
BELIEVED_FROM = 0.3  # of what a question says, known to the site: then the page before may be believed again
SAYS_WHAT_OF_NOTHING = 0.4  # at most, of "how long does that take?" where nothing was said before
BORROWED_TRUST = 0.85  # what a confidence is worth where the question leaned on the one before
MOST_HOSTS = 200


class KnowledgeLibrary:
    """Implements the port `Library` on the passages that the store keeps."""

    def __init__(self, passages: PassageBook, embedders: Embedders | None = None) -> None:
        self._book = passages
        self._embedders = embedders
        self._memories = Memories(passages)

    def search(
        self, site: Site, question: str, *, most: int = 5, before: Sequence[str] = (), audience: Audience = VISITOR
    ) -> Found:
        """Return at most `most` documents that are for this audience, each once with its best passage, best first."""
        found = self._search(site, question, most, audience)
        language = language_of(site.settings.locale)
        if not before and leans(question, language) and self._query(site, question).says_little:
            return replace(found, confidence=min(found.confidence, SAYS_WHAT_OF_NOTHING))
        if not before or (found.confidence >= STANDS_ON_ITS_OWN and not is_fragment(question, language)):
            return found
        together = read_together(question, before, language)
        in_context = self._search(site, together, most, audience)
        earlier = self._search(site, lean_on(before, language), most, audience)
        knows_it = self._query(site, question).known >= BELIEVED_FROM
        if not leans(question, language):
            own = believe_again(found, earlier) if knows_it else found
            hits = add_hits(found.hits, in_context.hits, most)
            return replace(own, hits=hits, orders=found.orders | in_context.orders)
        if is_fragment(question, language):
            in_context = believe_again(in_context, earlier) if knows_it else in_context
            if self._speaks_of(site, question, earlier):
                in_context = stay_with(earlier, in_context, most)
        trusted = round(BORROWED_TRUST * in_context.confidence, 4)
        answers_both = is_fragment(question, language) and (
            self._speaks_of(site, question, in_context) or self._query(site, question).says_little
        )
        if trusted <= found.confidence and not answers_both:
            return found
        return replace(in_context, confidence=trusted, read_as=together)

    def _speaks_of(self, site: Site, question: str, found: Found) -> bool:
        """Tell whether the page that was found first is worth showing and holds most of what this question says."""
        if found.confidence < STANDS_ON_ITS_OWN:
            return False
        memory, query = self._remember(site), self._query(site, question)
        passages = self._book.passages_of(site.id, found.hits[0].passage.document)
        terms = {term for word in query.said for term in word.stands_for}
        held = memory.vocabulary.held_by(sorted(terms), [passage.id for passage in passages])
        return query.says_little or query.held(held) >= SPEAKS_OF_FROM

    def _query(self, site: Site, question: str) -> Query:
        return ask(self._remember(site), question[:LONGEST_QUESTION], language_of(site.settings.locale))

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
        language, embedder = language_of(site.settings.locale), self._embedder_of(site)
        model = embedder.name if embedder and nearness else ""
        ranking = Ranking(memory, query, question[:LONGEST_QUESTION], language, nearness, model)
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
        query = ask(memory, question[:LONGEST_QUESTION], language)
        own = query.weights
        context = ask(memory, found.read_as[:LONGEST_QUESTION], language).weights if found.read_as else own
        if not found.hits or not context:
            return Quote("", (), 0.0)
        shelves = choose_shelves(
            found.hits, partial(self._book.passages_of, site.id), partial(self._orders_in, site.id)
        )
        leans_on = found.read_as.partition("\n")[2]
        asked = QuestionTerms.read(
            question, own, language, context, query.unknown, light_terms(language), leans_on, query.kin
        )
        return quote(asked, shelves, size_of(memory.passages))

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
        embedder = self._embedder_of(site)
        if embedder is None or not candidates:
            return None
        meanings = self._book.meanings(site.id, [passage.id for passage, _ in candidates], embedder.name)
        if len(meanings) < len(candidates):
            return None
        return dict(zip(meanings, embedder.compare(question, list(meanings.values())), strict=True))

    def _embedder_of(self, site: Site) -> Embedder | None:
        return self._embedders.of(language_of(site.settings.locale)) if self._embedders else None

    def _remember(self, site: Site) -> Memory:
        """Return what is derived from the site's documents, brought up to date where they have changed."""
        return self._memories.of(site.id, language_of(site.settings.locale))


def believe_again(found: Found, earlier: Found) -> Found:
    """Return what was found, surer where its page is the one that answered the question before: halfway to that."""
    is_sure = found.hits and earlier.confidence >= STANDS_ON_ITS_OWN
    if not is_sure or found.hits[0].passage.document != earlier.hits[0].passage.document:
        return found
    halfway = (found.confidence + BORROWED_TRUST * earlier.confidence) / 2
    return replace(found, confidence=round(max(found.confidence, halfway), 4))


def stay_with(earlier: Found, found: Found, most: int) -> Found:
    """Return what was found with the page in front that answered the question before, as surely as it did that."""
    page = earlier.hits[0].passage.document
    own = next((hit for hit in found.hits if hit.passage.document == page), earlier.hits[0])
    best = replace(own, score=max(hit.score for hit in (own, *found.hits)))
    others = [hit for hit in found.hits if hit.passage.document != page]
    return replace(
        found,
        hits=(best, *others)[:most],
        confidence=max(found.confidence, earlier.confidence),
        orders=found.orders | earlier.orders,
    )


def add_hits(hits: Sequence[Hit], others: Sequence[Hit], most: int) -> tuple[Hit, ...]:
    """Return the hits, and behind them those of other documents; scores go on falling."""
    own = {hit.passage.document for hit in hits}
    lowest = min((hit.score for hit in hits), default=math.inf)
    more = [Hit(hit.passage, min(hit.score, lowest)) for hit in others if hit.passage.document not in own]
    return (*hits, *more)[:most]


class Ranking:
    """One question's candidates in order, and what their order says about the chance of an answer."""

    def __init__(
        self,
        memory: Memory,
        query: Query,
        question: str,
        language: str,
        nearness: Mapping[int, Nearness] | None = None,
        model: str = "",
    ) -> None:
        self._memory = memory
        self._query = query
        self._language = language
        self._likeness = memory.titles.compare(question)
        self._nearness = nearness
        self._model = model  # that compared meanings, if any did
        self._passages: Sequence[tuple[Passage, int]] = ()
        self._matches: dict[str, float] = {}
        self._held: Mapping[int, frozenset[str]] = {}
        self._shares: dict[frozenset[str], float] = {}

    def order(self, candidates: Sequence[tuple[Passage, int]]) -> list[Hit]:
        """Return the best passage of each document, best first; ties by document, so every database agrees."""
        first_words = self._query.terms[:FIRST_WORDS]
        self._passages = candidates
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
        return round(rate_confidence(self.signals(hits), self._model), 4) if hits else 0.0

    def signals(self, hits: Sequence[Hit]) -> RankingSignals:
        first = hits[0].passage
        behind = hits[1].score if len(hits) > 1 else 0.0
        return RankingSignals(
            match=self._matches[first.document],
            margin=(hits[0].score - behind) / hits[0].score if hits[0].score else 0.0,
            known=self._query.known,
            held=self._query.held(self._holds(first.document)),
            length=self._query.length,
            title_said=self._title_said(first.title),
            size=size_of(self._memory.passages),
            nearness=self._nearness[first.id].passage if self._nearness else 0.0,
            title_nearness=self._nearness[first.id].title if self._nearness else 0.0,
        )

    def _title_said(self, title: str) -> float:
        """Return the share of a title that the question says, rare words counting more."""
        terms = frozenset(find_terms(title, self._language))
        self._memory.vocabulary.look_up(terms)
        weights = {term: self._memory.rarity(term) for term in terms}
        said = frozenset(term for word in self._query.said for term in word.stands_for)
        return sum(weights[term] for term in terms & said) / (sum(weights.values()) or 1.0)

    def _holds(self, document: str) -> frozenset[str]:
        """Return which of the terms that stand for what was said the document's fetched passages hold."""
        terms = {term for word in self._query.said for term in word.stands_for}
        ids = [passage.id for passage, _ in self._passages if passage.document == document]
        return self._memory.vocabulary.held_by(sorted(terms), ids)

    def _score(self, passage: Passage, match: float) -> float:
        title_likeness = self._likeness.of(passage.document)
        if self._nearness is None:
            return score(match, title_likeness, self._first_words_found(passage))
        return score_by_meaning(match, title_likeness, self._nearness[passage.id], self._model)

    def _first_words_found(self, passage: Passage) -> float:
        """Return the share of the first words' weight that the passage holds, its title and heading included."""
        held = self._held.get(passage.id, frozenset())
        if held not in self._shares:  # there are few ways to hold some of eight words
            terms, weights = self._query.terms[:FIRST_WORDS], self._query.weights
            wanted = sum(weights[term] for term in terms)
            self._shares[held] = sum(weights[term] for term in terms if term in held) / wanted if wanted else 0.0
        return self._shares[held]
