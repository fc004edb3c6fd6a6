"""The answerer that needs no key and no network: it quotes the site's own documents.

Rules: what it says is quoted word for word or stands in the table of its own sentences, in the visitor's language; it
says so when it has found nothing or is not certain; small talk is not searched for, and advice that only a professional
may give is left to people; a follow-up is offered only when a search proves that it is answered. It yields the same
reply document as a model does, in pieces of a word, and never blocks longer than one pace.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from backend.domain.advice import advice_asked
from backend.domain.knowledge import ANSWERABLE_FROM, Found, Passage, Quote
from backend.domain.ports import Answer, Library
from backend.domain.reply import MOST_FOLLOWUPS, Source, Usage
from backend.domain.site import Site
from backend.domain.small_talk import Kind, language_of, small_talk_in
from backend.domain.spoken import language_for, maybe_language, name_of
from backend.domain.turn import AnswerKind, Ended, Inquiry, Piece, Stop, Text
from backend.domain.words import sentence, table
from backend.providers.embedded_chance import chance_of, is_in_doubt, is_worth_saying
from backend.providers.embedded_questions import phrase_question

PACE_S = 0.018
PIECE = re.compile(r"\s*\S{1,16}|\s+")

FOLLOWUP_FROM = 0.55  # a follow-up must be answered at least this surely
RELATED_FROM = 0.3  # a document is related when its score is at least this share of the best one's
RELATED_TO_NOTHING_FROM = 0.1  # of the confidence: below it what was found has a word or two by chance
MOST_NEARBY = 2  # follow-ups about the quoted document itself
MOST_TRIED = 6
OFFERS: frozenset[Kind] = frozenset({"greeting", "about", "chat", "unhelpful"})  # after which the starters are offered
TURNS_INTO: Mapping[Kind, AnswerKind] = {"person": "person", "unhelpful": "nothing"}  # all else is talk
OWN_WORDS = frozenset(table()) - {"en"}  # languages whose headings are not phrased by English rules


@dataclass(frozen=True, slots=True)
class Composed:
    """An answer that is ready to be sent. Its follow-ups are looked for only after its message has been sent."""

    message: str
    confidence: float
    followups: Callable[[], Sequence[str]]
    sources: tuple[Source, ...] = ()
    kind: AnswerKind = "answer"


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
            yield Ended("end_turn", Usage(), sources=answer.sources, kind=answer.kind, is_word_for_word=True)

    def compose(self, inquiry: Inquiry) -> Composed:
        """Return the answer to a question."""
        small_talk = self._small_talk(inquiry)
        if small_talk is not None:
            return small_talk
        found = inquiry.found
        quote = self._library.quote(inquiry.site, inquiry.question.text, found)
        confidence = chance_of(found, quote)
        is_found = is_worth_saying(found, quote)
        advice = advice_asked(inquiry.question.text)
        if advice and not (is_found and advice.word in quote.text.casefold()):
            return self._nothing(inquiry, found, f"advice_{advice.subject}")
        if not is_found:
            return self._nothing(inquiry, found)
        message = "\n\n".join([*_lead_ins(inquiry, quote, confidence), quote.text])
        sources = _sources(found, quote)
        return Composed(message, confidence, lambda: self._followups(inquiry, quote), sources)

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
        """Return a friendly sentence for small talk; None where something is asked."""
        settings = inquiry.site.settings
        talk = small_talk_in(inquiry.question.text, inquiry.locale, settings.locale)
        if talk is None:
            return None
        message = sentence(talk.kind, talk.language).format(name=settings.name)
        offers = partial(self._starters, inquiry.site) if talk.kind in OFFERS else tuple
        return Composed(message, 1.0, offers, kind=TURNS_INTO.get(talk.kind, "talk"))

    def _nothing(self, inquiry: Inquiry, found: Found, says: str = "nothing") -> Composed:
        """Say plainly that there is no answer; offer what the site is sure to answer."""
        site, asked = inquiry.site, (inquiry.question.text,)
        said = sentence(says, _spoken(inquiry)).format(name=site.settings.name)
        confidence = round(min(found.confidence, ANSWERABLE_FROM) / 2, 2)

        def offers() -> Sequence[str]:
            related = _related(found) if found.confidence >= RELATED_TO_NOTHING_FROM else ()
            return self._starters(site, asked) or self._questions(site, related, asked, may_ask_about=True)

        return Composed(said, confidence, offers, kind="nothing")

    def _starters(self, site: Site, asked: Sequence[str] = ()) -> Sequence[str]:
        """Return the owner's starters that are answered, but for what was asked."""
        taken = {_fold(question) for question in asked}
        others = [starter for starter in site.settings.starters if _fold(starter) not in taken]
        return [starter for starter in others if self._is_answered(site, starter)][:MOST_FOLLOWUPS]

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

    def _questions(
        self, site: Site, topics: Sequence[Topic], asked: Sequence[str], *, may_ask_about: bool = False
    ) -> list[str]:
        """Return the topics as questions that were not asked yet and that a search proves to be answered; one that is
        just a thing makes one only where nothing better may be there, and once."""
        taken = {_fold(question) for question in asked}
        questions: list[str] = []
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
        """Tell whether a search finds an answer that can be quoted, in this document if one is named."""
        found = self._library.search(site, question, most=2)
        if not found.hits or found.confidence < FOLLOWUP_FROM:
            return False
        if document is not None and found.hits[0].passage.document != document:
            return False
        quote = self._library.quote(site, question, found)
        return is_worth_saying(found, quote) and not is_in_doubt(chance_of(found, quote))


def _spoken(inquiry: Inquiry) -> str:
    return language_for(inquiry.question.text, inquiry.locale, inquiry.site.settings.locale)


def _lead_ins(inquiry: Inquiry, quote: Quote, confidence: float) -> Iterator[str]:
    """Yield what is said before a quotation: that it may not be what was meant, that it is in another language."""
    spoken, written = _spoken(inquiry), maybe_language(quote.text)
    if is_in_doubt(confidence):
        yield sentence("closest", spoken)
    if written and written != spoken:
        yield sentence("pages_in", spoken).format(language=name_of(written, spoken))


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
