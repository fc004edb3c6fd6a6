"""The queue and an item, as their page shows them: rows in sections, texts cut where something is marked in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from backend.domain.flags import is_flag_reason
from backend.domain.harm import harm_of
from backend.domain.items import Queued, Reason
from backend.domain.trace import Trace, TracedPassage
from backend.services.show_item import JudgedSentence, ShownItem

LIKELY_HARM = 2.0  # as much as an ordinary answer does that is surely wrong and was asked once
SENTENCE = re.compile(r"\S.*?(?:[.!?](?=\s)|(?=\n)|\Z)", re.DOTALL)
WORD = re.compile(r"[^\W_]{3,}")
LEAST_SHARED = 0.5  # of a reply's sentence, for a sentence of a passage to be marked as what carries it
WORST: frozenset[Reason] = frozenset(
    {"thumbs_down", "comment", "handoff", "sample", "asked_again", "left_in_doubt", "disagreement"}
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `mark` is empty, or says how it is marked: carried, wrong."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class ShownSentence:
    """A sentence of the reply; `number` is that of the passage that carries it, 0 for none."""

    pieces: Sequence[Piece]
    sentence: JudgedSentence
    number: int


@dataclass(frozen=True, slots=True)
class ShownPassage:
    number: int
    passage: TracedPassage
    pieces: Sequence[Piece]
    is_used: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of the queue under one title, by its name in the words."""

    name: str
    rows: Sequence[Queued]


def sections_of(rows: Sequence[Queued], *, is_done: bool) -> list[Section]:
    """Return the rows of a queue in their order, in sections; done ones stand in one."""
    if is_done:
        return [Section("done", rows)] if rows else []
    found: dict[str, list[Queued]] = {"harm": [], "look": [], "sample": []}
    for row in rows:
        found[_section_of(row)].append(row)
    return [Section(name, each) for name, each in found.items() if each]


def _section_of(row: Queued) -> str:
    if row.item.reasons == ("sample",):
        return "sample"
    return "harm" if harm_of(row.item.weight, row.item.asked) >= LIKELY_HARM else "look"


def word_for(reason: Reason) -> str:
    """Return the name of a reason's words: what our checks raise has them among the flags."""
    return f"flag.{reason}" if is_flag_reason(reason) else f"reason.{reason}"


def is_bad(reason: Reason) -> bool:
    """Tell whether a reason says that something is wrong with the reply, and not only what somebody did."""
    return reason not in WORST


def shown_sentences(shown: ShownItem) -> list[ShownSentence]:
    """Return the reply sentence by sentence, what is wrong marked in each."""
    numbers = {passage.document: number for number, passage in enumerate(shown.trace.passages, start=1)}
    return [
        ShownSentence(
            list(_cut(shown.trace.message, each.start, each.end, [(p.start, p.end, "wrong") for p in each.problems])),
            each,
            numbers.get(each.passage or "", 0),
        )
        for each in shown.sentences
    ]


def shown_passages(shown: ShownItem) -> list[ShownPassage]:
    """Return the passages, the sentences marked that carry or contradict one of the reply."""
    return [
        ShownPassage(
            number,
            passage,
            list(_cut(passage.text, 0, len(passage.text), list(_marks_in(passage, shown.sentences)))),
            any(each.passage == passage.document for each in shown.sentences),
        )
        for number, passage in enumerate(shown.trace.passages, start=1)
    ]


def _marks_in(passage: TracedPassage, sentences: Iterable[JudgedSentence]) -> Iterator[tuple[int, int, str]]:
    """Yield the places of the sentences of a passage that speak of a sentence of the reply."""
    own = [(found.start(), found.end(), _words(found.group())) for found in SENTENCE.finditer(passage.text)]
    marked: dict[tuple[int, int], str] = {}
    for sentence in sentences:
        if sentence.passage != passage.document:
            continue
        says = [problem.page_says for problem in sentence.problems if problem.page_says]
        wanted = _words(sentence.text)
        scored = [(len(wanted & words) / max(1, len(wanted)), start, end) for start, end, words in own]
        share, start, end = max(scored, default=(0.0, 0, 0))
        for other in says:
            if (at := passage.text.find(other)) >= 0:
                marked[at, at + len(other)] = "wrong"
        if not says and share >= LEAST_SHARED:
            marked.setdefault((start, end), "carried")
    yield from ((start, end, mark) for (start, end), mark in sorted(marked.items()))


def _cut(text: str, start: int, end: int, marks: Sequence[tuple[int, int, str]]) -> Iterator[Piece]:
    """Yield the pieces of a part of a text; of marks that overlap the first one counts."""
    at = start
    for first, last, mark in sorted(marks):
        first, last = max(at, first), min(end, last)
        if first >= last:
            continue
        if at < first:
            yield Piece(text[at:first])
        yield Piece(text[first:last], mark)
        at = last
    if at < end:
        yield Piece(text[at:end])


def said_and_calibrated(trace: Trace, calibrated: float) -> Mapping[str, str]:
    """Return the confidence that the model stated, and what we make of it, as people read it."""
    stated = "–" if trace.confidence is None else f"{trace.confidence:.2f}"
    return {"stated": stated, "calibrated": f"{calibrated:.2f}"}


def visible(text: str) -> str:
    """Return a text in which what no eye sees, and what turns the reading order, is written out."""
    if text.isascii():
        return text
    return "".join(f"⟨U+{ord(each):04X}⟩" if unicodedata.category(each) == "Cf" else each for each in text)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in WORD.findall(text))
