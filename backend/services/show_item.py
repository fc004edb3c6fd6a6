"""An item as staff judge it: the turn in its conversation, each sentence beside what carries it, and what made it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from backend.domain.conversation import StoredTurn
from backend.domain.errors import NotFound
from backend.domain.findings import Finding
from backend.domain.items import HistoryLine, Item, Queued
from backend.domain.knowledge import Found, Hit, Passage
from backend.domain.site import Site
from backend.domain.timeline import Moment
from backend.domain.trace import Trace
from backend.domain.turn import Prompt, Question
from backend.knowledge.index import find_terms, language_of
from backend.review import Phrasing, same_question
from backend.services.lay_out_again import prompt_of_turn, said_before, with_system
from backend.services.review_parts import ReviewParts
from backend.turn.egress import FLAG_SENTENCE_BELOW, carry_sentences, look

Part = Literal["evidence", "replay", "again", "history"]
PARTS: tuple[Part, ...] = get_args(Part)
MOST_ALIKE = 50
OF_THE_WHOLE = frozenset({"ungrounded", "unconfirmed", "harmful_opening", "other_language"})
FIGURES = frozenset({"unsupported_number", "reckoned_number"})
SENTENCE = re.compile(r"\S.*?(?:[.!?](?=\s)|(?=\n)|\Z)", re.DOTALL)
DIGIT = re.compile(r"\d")
WORD = re.compile(r"[^\W\d_]{3,}")
LEAST_SHARED = 0.3  # of a sentence's words, for a sentence of a page to speak of the same


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a part of a reply: a kind of the table of outcomes, what it says, and what a page says."""

    kind: str
    words: str
    start: int
    end: int
    page_says: str = ""


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """A sentence of a reply. `passage` is the document that carries most of it; places count its characters."""

    text: str
    support: float
    passage: str | None
    start: int
    end: int
    problems: tuple[Problem, ...]

    @property
    def is_carried(self) -> bool:
        return self.support >= FLAG_SENTENCE_BELOW and not self.problems


@dataclass(frozen=True, slots=True)
class ShownItem:
    """All that staff see of an item. `hidden` counts passages whose text is not kept any more."""

    item: Item
    site: Site
    trace: Trace
    conversation: Sequence[StoredTurn]
    sentences: Sequence[JudgedSentence]
    alike: Sequence[Queued]
    history: Sequence[HistoryLine]
    moments: Sequence[Moment]

    @property
    def hidden(self) -> int:
        return sum(not passage.text for passage in self.trace.passages)


def find_item(item_id: int, parts: ReviewParts) -> Item:
    """Return an item; raise NotFound for one that is not there."""
    item = parts.items.item(item_id)
    if item is None:
        raise NotFound(f"item {item_id}: there is no such item")
    return item


def show_item(site: Site, item: Item, parts: ReviewParts, wants: Collection[Part] = PARTS) -> ShownItem:
    """Return an item with what is kept of its turn, and of the parts of it those that are wanted."""
    trace = parts.traces.trace(site.id, item.turn)
    if trace is None:
        raise NotFound(f"item {item.id}: its conversation was erased")
    conversation = parts.book.conversation(site, trace.conversation)
    return ShownItem(
        item=item,
        site=site,
        trace=trace,
        conversation=conversation,
        sentences=judged_sentences(trace, site, conversation) if "evidence" in wants else (),
        alike=parts.items.alike(item, MOST_ALIKE),
        history=parts.items.history(item) if "history" in wants else (),
        moments=parts.evidence.moments(site.id, item.turn) if "replay" in wants else (),
    )


def judged_sentences(trace: Trace, site: Site, conversation: Sequence[StoredTurn] = ()) -> list[JudgedSentence]:
    """Return the sentences of a reply, each with how far the passages carry it and what is wrong with it."""
    passages = [each for each in trace.passages if each.text]
    carried = carry_sentences(trace.message, [f"{each.title}\n{each.text}" for each in passages])
    texts = {each.document: each.text for each in passages}
    findings = list(_findings(trace, site, conversation)) if passages else []
    return [
        JudgedSentence(
            text=(text := trace.message[each.start : each.end].strip()),
            support=round(each.support, 3),
            passage=(by := None if each.carried_by is None else passages[each.carried_by].document),
            start=each.start,
            end=each.end,
            problems=tuple(
                Problem(
                    found.kind,
                    trace.message[found.start : found.end],
                    found.start,
                    found.end,
                    says_instead(text, texts.get(by or "", "")) if found.kind in FIGURES else "",
                )
                for found in findings
                if each.start <= found.start < each.end
            ),
        )
        for each in carried
    ]


def says_instead(sentence: str, page: str) -> str:
    """Return the sentence of a page that speaks of the same and gives a figure; empty where none does."""
    wanted = _words(sentence)
    scored = [
        (len(wanted & _words(each)) / max(1, len(wanted)), each)
        for each in (found.group().strip() for found in SENTENCE.finditer(page))
        if DIGIT.search(each)
    ]
    likeness, nearest = max(scored, key=lambda each: each[0], default=(0.0, ""))
    return nearest if likeness >= LEAST_SHARED else ""


def prompt_of_item(shown: ShownItem, parts: ReviewParts) -> Prompt | None:
    """Return the prompt of an item's turn, laid out again from what is kept; None where no model was asked."""
    version = parts.versions.version(shown.site, shown.trace.version)
    if version is None:
        return None
    whole = parts.knowledge.search(shown.site, "")
    prompt = prompt_of_turn(shown.trace, version.settings, shown.site, shown.conversation, whole)
    return with_system(prompt, parts.evidence.system(shown.site.id, shown.trace.turn))


def same_questions(shown: ShownItem) -> frozenset[int]:
    """Return the alike items that ask the very same: what is decided about one holds for them, too."""
    language = language_of(shown.site.settings.locale)
    asked = _phrasing(shown.trace.question, language)
    others = ((each.item.id, _phrasing(each.question, language)) for each in shown.alike)
    return frozenset(item for item, other in others if same_question(asked, [(item, other)], language))


def _phrasing(question: str, language: str) -> Phrasing:
    """Return a question as it is compared with others of its group: within one page every word weighs the same."""
    return Phrasing(question, dict.fromkeys(find_terms(question, language), 1.0))


def _findings(trace: Trace, site: Site, conversation: Sequence[StoredTurn]) -> Iterable[Finding]:
    """Yield what the checks of a whole reply say about parts of it, as they stand today."""
    hits = tuple(
        Hit(Passage(0, each.document, each.title, "", "", each.text), each.score)
        for each in trace.passages
        if each.text
    )
    before = said_before(trace, conversation)
    question = Question(trace.question, tuple(before))
    for found in look(trace.message, question, Found(hits, trace.found_confidence), site.settings):
        if found.kind not in OF_THE_WHOLE:
            yield found


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in WORD.findall(text))


def reasons_said(shown: ShownItem) -> Mapping[str, str]:
    """Return what was seen for each reason that is a flag."""
    return {flag.reason: flag.evidence for flag in shown.trace.flags}
