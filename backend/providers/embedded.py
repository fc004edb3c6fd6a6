"""The answerer that needs no key and no network: it quotes the site's own documents.

Rules: what it says is quoted word for word or stands in the table of its own sentences; it says so when it has found
nothing or is not certain; a follow-up is offered only when a search proves that it is answered. It yields the same
reply document as a model does, in pieces of a word, and never blocks longer than one pace.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from backend.domain.knowledge import ANSWERABLE_FROM, Found, Passage, Quote
from backend.domain.ports import Answer, Library
from backend.domain.reply import MOST_FOLLOWUPS, Source, Usage
from backend.domain.site import Site
from backend.domain.small_talk import language_of, small_talk_in
from backend.domain.turn import Ended, Inquiry, Piece, Stop, Text
from backend.domain.words import sentence, table
from backend.providers.embedded_questions import phrase_question

PACE_S = 0.018
PIECE = re.compile(r"\s*\S{1,16}|\s+")

CERTAIN_FROM = 0.5  # under this one the answer says that it is not certain
FOLLOWUP_FROM = 0.55  # a follow-up must be answered at least this surely
MOST_CERTAIN = 0.95  # a quotation may still miss what was meant
RELATED_FROM = 0.3  # a document is related when its score is at least this share of the best one's
MOST_NEARBY = 2  # follow-ups about the quoted document itself
MOST_TRIED = 6
OFFERS = frozenset({"greeting", "about"})  # small talk after which the starters are offered
OWN_WORDS = frozenset(table()) - {"en"}  # languages whose headings are not phrased by English rules


@dataclass(frozen=True, slots=True)
class Composed:
    """An answer that is ready to be sent. Its follow-ups are looked for only after its message has been sent."""

    message: str
    confidence: float
    followups: Callable[[], Sequence[str]]
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A title or a heading that may become a follow-up; `evidence` is text that shows how its words are written."""

    name: str
    document: str
    evidence: str
    is_heading: bool = False


class EmbeddedAnswerer:
    """Answers from what the library finds; implements the port `Answerer`."""

    def __init__(self, library: Library, *, pace_s: float = PACE_S) -> None:
        self._library = library
        self._pace_s = pace_s

    def prepare(self, inquiry: Inquiry) -> Answer:
        """Return what yields the reply document word by word and `Ended`, or ends early when its stop is asked."""
        return partial(self._answer, inquiry)

    def _answer(self, inquiry: Inquiry, stop: Stop) -> Iterator[Piece]:
        answer = self.compose(inquiry)
        for text in self._document(answer):
            if stop.is_asked:
                return
            yield Text(text)
            time.sleep(self._pace_s)
        if not stop.is_asked:
            yield Ended("end_turn", Usage(), sources=answer.sources)

    def compose(self, inquiry: Inquiry) -> Composed:
        """Return the answer to a question."""
        small_talk = self._small_talk(inquiry)
        if small_talk is not None:
            return small_talk
        found = inquiry.found
        quote = self._library.quote(inquiry.site, inquiry.question.text, found)
        if found.confidence < ANSWERABLE_FROM or not quote.text:
            return self._nothing(inquiry, found)
        confidence = min(MOST_CERTAIN, found.confidence * (0.6 + 0.4 * quote.coverage))
        message = quote.text
        if found.confidence < CERTAIN_FROM:
            message = f"{sentence('closest', inquiry.site.settings.locale)}\n\n{message}"
        sources = _sources(found, quote)
        return Composed(message, round(confidence, 2), lambda: self._followups(inquiry, quote), sources)

    def _document(self, answer: Composed) -> Iterator[str]:
        """Yield the reply document in pieces; each piece of the message is escaped by itself."""
        yield '{"message": "'
        for piece in PIECE.findall(answer.message):
            yield json.dumps(piece, ensure_ascii=False)[1:-1]
        yield f'", "confidence": {answer.confidence}, "followups": ['
        for number, followup in enumerate(answer.followups()):
            yield (", " if number else "") + json.dumps(followup, ensure_ascii=False)
        yield "]}"

    def _small_talk(self, inquiry: Inquiry) -> Composed | None:
        """Return a friendly sentence for a greeting, thanks, a goodbye or a question about us."""
        settings = inquiry.site.settings
        kind = small_talk_in(inquiry.question.text, settings.locale)
        if kind is None:
            return None
        message = sentence(kind, settings.locale).format(name=settings.name)
        return Composed(message, 1.0, partial(self._starters, inquiry.site) if kind in OFFERS else tuple)

    def _nothing(self, inquiry: Inquiry, found: Found) -> Composed:
        """Say plainly that there is no answer; offer what the site is sure to answer."""
        site, asked = inquiry.site, (inquiry.question.text,)
        offers = self._starters(site) or self._questions(site, _related(found), asked)
        said = sentence("nothing_but" if offers else "nothing", site.settings.locale)
        confidence = round(min(found.confidence, ANSWERABLE_FROM) / 2, 2)
        return Composed(said.format(name=inquiry.site.settings.name), confidence, lambda: offers)

    def _starters(self, site: Site) -> Sequence[str]:
        """Return the owner's starters that are answered."""
        answered = [starter for starter in site.settings.starters if self._is_answered(site, starter)]
        return answered[:MOST_FOLLOWUPS]

    def _followups(self, inquiry: Inquiry, quote: Quote) -> Sequence[str]:
        """Return questions that the quoted document answers besides, then questions that its neighbours answer."""
        found = inquiry.found
        asked = (inquiry.question.text, *(turn.question for turn in inquiry.question.history))
        quoted = next(passage for passage in found.passages if passage.document in quote.documents)
        evidence = _evidence(found)
        nearby = [Topic(heading, quoted.document, evidence, is_heading=True) for heading in quote.nearby[:MOST_TRIED]]
        others = [topic for topic in _related(found) if topic.document not in quote.documents]
        own = self._questions(inquiry.site, nearby, asked)[:MOST_NEARBY]
        return [*own, *self._questions(inquiry.site, others, (*asked, *own))][:MOST_FOLLOWUPS]

    def _questions(self, site: Site, topics: Sequence[Topic], asked: Sequence[str]) -> list[str]:
        """Return the topics as questions that were not asked yet and that a search proves to be answered."""
        taken = {_fold(question) for question in asked}
        questions: list[str] = []
        may_ask_about = True  # once: three questions of the same words read like a form
        for topic in topics[:MOST_TRIED]:
            question = self._phrase(site, topic)
            is_about = question is None and may_ask_about and not topic.is_heading
            question = self._phrase(site, topic, is_about=True) if is_about else question
            if len(questions) == MOST_FOLLOWUPS or question is None or _fold(question) in taken:
                continue
            if self._is_answered(site, question, topic.document):
                taken.add(_fold(question))
                questions.append(question)
                may_ask_about = may_ask_about and not is_about
        return questions

    def _phrase(self, site: Site, topic: Topic, *, is_about: bool = False) -> str | None:
        locale = site.settings.locale
        ask_about = sentence("ask_about", locale) if is_about else ""
        return phrase_question(topic.name, topic.evidence, ask_about, is_english=language_of(locale) not in OWN_WORDS)

    def _is_answered(self, site: Site, question: str, document: str | None = None) -> bool:
        """Tell whether a search finds an answer, in this document if one is named."""
        found = self._library.search(site, question, most=1)
        if not found.hits or found.confidence < FOLLOWUP_FROM:
            return False
        return document is None or found.hits[0].passage.document == document


def _related(found: Found) -> list[Topic]:
    """Return what the found documents are about, those alone that are near enough to the best; nearest first."""
    near = [hit.passage for hit in found.hits if hit.score >= RELATED_FROM * found.hits[0].score]
    return [Topic(_best_name(passage), passage.document, _evidence(found)) for passage in near]


def _sources(found: Found, quote: Quote) -> tuple[Source, ...]:
    """Return the quoted documents, the one that was found first in front."""
    quoted = {passage.document: passage for passage in found.passages if passage.document in quote.documents}
    return tuple(Source(passage.document, passage.title, passage.url) for passage in quoted.values())


def _best_name(passage: Passage) -> str:
    """Return the passage's own heading when it is a question, else its document's title."""
    heading = passage.heading.rpartition(" > ")[2]
    return heading if heading.endswith("?") else passage.title


def _evidence(found: Found) -> str:
    return "\n".join(f"{passage.text}\n{passage.heading}" for passage in found.passages)


def _fold(question: str) -> str:
    return " ".join(re.findall(r"\w+", question.casefold()))
