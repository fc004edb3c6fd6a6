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

from backend.domain.knowledge import Found, Quote
from backend.domain.ports import Library
from backend.domain.reply import MOST_FOLLOWUPS, Usage
from backend.domain.site import Site
from backend.domain.turn import Ended, PastTurn, Piece, Prompt, Stop, Text
from backend.providers.embedded_questions import phrase_question
from backend.providers.embedded_words import ENGLISH, Words, words_for

PACE_S = 0.018
PIECE = re.compile(r"\s*\S{1,16}|\s+")

NOTHING_BELOW = 0.2  # under this confidence nothing was found
CERTAIN_FROM = 0.45  # under this one the answer says that it is not certain
FOLLOWUP_FROM = 0.5  # a follow-up must be answered at least this surely
BORROWED_TRUST = 0.85  # what an answer keeps of its confidence when the question leaned on the one before
MOST_CERTAIN = 0.95  # a quotation may still miss what was meant
MOST_TRIED = 6


@dataclass(frozen=True, slots=True)
class Answer:
    """What will be said; the follow-ups are looked for only after it has been sent."""

    message: str
    confidence: float
    followups: Callable[[], Sequence[str]]


class EmbeddedAnswerer:
    """Answers from what the library finds; implements the port `Answerer`."""

    def __init__(self, library: Library, *, pace_s: float = PACE_S) -> None:
        self._library = library
        self._pace_s = pace_s

    def answer(self, prompt: Prompt, stop: Stop) -> Iterator[Piece]:
        """Yield the reply document word by word and `Ended`; end early without it when `stop` is asked."""
        for text in self._document(self.compose(prompt)):
            if stop.is_asked:
                return
            yield Text(text)
            time.sleep(self._pace_s)
        if not stop.is_asked:
            yield Ended("end_turn", Usage())

    def compose(self, prompt: Prompt) -> Answer:
        """Return the answer to a prompt."""
        words = words_for(prompt.site.settings.locale)
        small_talk = self._small_talk(prompt, words)
        if small_talk is not None:
            return small_talk
        question, found, trust = self._find(prompt, words)
        quote = self._library.quote(prompt.site, question, found)
        if found.confidence < NOTHING_BELOW or not quote.text:
            return self._nothing(prompt, found, words)
        confidence = min(MOST_CERTAIN, trust * found.confidence * (0.6 + 0.4 * quote.coverage))
        message = quote.text if found.confidence >= CERTAIN_FROM else f"{words.closest}\n\n{quote.text}"
        return Answer(message, round(confidence, 2), lambda: self._followups(prompt, question, found, quote))

    def _document(self, answer: Answer) -> Iterator[str]:
        """Yield the reply document in pieces; each piece of the message is escaped by itself."""
        yield '{"message": "'
        for piece in PIECE.findall(answer.message):
            yield json.dumps(piece, ensure_ascii=False)[1:-1]
        yield f'", "confidence": {answer.confidence}, "followups": ['
        for number, followup in enumerate(answer.followups()):
            yield (", " if number else "") + json.dumps(followup, ensure_ascii=False)
        yield "]}"

    def _small_talk(self, prompt: Prompt, words: Words) -> Answer | None:
        """Return a friendly sentence for a greeting, thanks, a goodbye or a question about us."""
        table = (
            (words.is_greeting, words.greeting, True),
            (words.is_thanks, words.thanks, False),
            (words.is_goodbye, words.goodbye, False),
            (words.asks_about_us, words.about, True),
        )
        for pattern, sentence, offers in table:
            if pattern.fullmatch(prompt.question.replace("’", "'")):
                message = sentence.format(name=prompt.site.settings.name)
                return Answer(message, 1.0, partial(self._starters, prompt.site) if offers else tuple)
        return None

    def _find(self, prompt: Prompt, words: Words) -> tuple[str, Found, float]:
        """Return the question to answer, what was found for it, and how far to trust that.

        A question that finds little by itself and leans on what was said is asked again with the words before it.
        """
        own = prompt.question, prompt.found, 1.0
        if prompt.found.confidence >= CERTAIN_FROM or not prompt.history or not words.leans.search(prompt.question):
            return own
        question = f"{_last_topic(prompt.history, words)} {prompt.question}"
        found = self._library.search(prompt.site, question)
        return (question, found, BORROWED_TRUST) if found.confidence > prompt.found.confidence else own

    def _nothing(self, prompt: Prompt, found: Found, words: Words) -> Answer:
        """Say plainly that there is no answer; offer what the site is sure to answer."""
        offers = self._starters(prompt.site) or self._related(prompt.site, found, (prompt.question,), frozenset())
        sentence = words.nothing_but if offers else words.nothing
        confidence = round(min(found.confidence, NOTHING_BELOW) / 2, 2)
        return Answer(sentence.format(name=prompt.site.settings.name), confidence, lambda: offers)

    def _starters(self, site: Site) -> Sequence[str]:
        """Return the owner's starters that are answered."""
        answered = [starter for starter in site.settings.starters if self._is_answered(site, starter)]
        return answered[:MOST_FOLLOWUPS]

    def _followups(self, prompt: Prompt, question: str, found: Found, quote: Quote) -> Sequence[str]:
        asked = (question, prompt.question, *(turn.question for turn in prompt.history))
        return self._related(prompt.site, found, asked, frozenset(quote.documents))

    def _related(self, site: Site, found: Found, asked: Sequence[str], told: frozenset[str]) -> Sequence[str]:
        """Return questions that other documents answer, nearest first."""
        words = words_for(site.settings.locale)
        taken = {_fold(question) for question in asked}
        offered: list[str] = []
        for passage in found.passages[:MOST_TRIED]:
            if passage.document in told or len(offered) == MOST_FOLLOWUPS:
                continue
            heading = passage.heading.rpartition(" > ")[2]
            for name in (heading, passage.title) if heading.endswith("?") else (passage.title,):
                question = phrase_question(name, passage.text, words.ask_about, is_english=words is ENGLISH)
                if question and _fold(question) not in taken and self._is_answered(site, question, passage.document):
                    taken.add(_fold(question))
                    offered.append(question)
                    break
        return offered

    def _is_answered(self, site: Site, question: str, document: str | None = None) -> bool:
        """Tell whether a search finds an answer, in this document if one is named."""
        found = self._library.search(site, question, most=1)
        if not found.hits or found.confidence < FOLLOWUP_FROM:
            return False
        return document is None or found.hits[0].passage.document == document


def _last_topic(history: Sequence[PastTurn], words: Words) -> str:
    """Return the last question that stood on its own feet, else the last one."""
    on_its_own = [turn.question for turn in history if not words.leans.search(turn.question)]
    return on_its_own[-1] if on_its_own else history[-1].question


def _fold(question: str) -> str:
    return " ".join(re.findall(r"\w+", question.casefold()))
