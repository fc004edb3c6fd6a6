"""The sentences that answer a question, word for word.

Rules: what is quoted stands together in one passage and keeps its order; a list, a table or a block of code is taken
whole with the sentence that leads in to it, or not at all; headings and pointers ("Learn more about …") are left out;
a second document is quoted only for words of the question that the first does not speak of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.domain.knowledge import Passage, Quote
from backend.knowledge.blocks import Block, split_blocks
from backend.knowledge.terms import find_terms

MOST_WORDS = 120
MOST_WORDS_OF_ONE_UNIT = 220
ENOUGH_WORDS = 45
SECOND_ADDS_AT_LEAST = 0.3
MOST_DOCUMENTS = 2

POINTER = re.compile(
    r"^(?:\W*)(?:in this article|click (?:a section|here)|learn (?:more|how)\b|read more|see also"
    r"|for more (?:information|details))"
    r"|^\W*(?:watch|see) (?:the|this|our) (?:video|gif)",
    re.I,
)
LEANS_ON_WHAT_WAS_SAID = re.compile(
    r"^\W*(?:this|that|these|those|it|its|they|their|he|she|however|but|also|then|otherwise|in (?:this|that) case"
    r"|as a result|therefore|instead|additionally|furthermore|moreover|and|or|so|once you)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """What is quoted whole or not at all."""

    text: str
    words: int
    terms: frozenset[str]
    paragraph: int  # sentences of one paragraph are written together
    leans: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Units that stand together, and how well they answer."""

    units: tuple[Unit, ...]
    value: float

    @property
    def terms(self) -> frozenset[str]:
        return frozenset(term for unit in self.units for term in unit.terms)


def quote(weights: Mapping[str, float], passages: Sequence[Passage], language: str) -> Quote:
    """Return what answers best; an empty quote when nothing does."""
    whole = sum(weights.values()) or 1.0
    texts: list[str] = []
    documents: list[str] = []
    missing = dict(weights)
    for passage in passages[:MOST_DOCUMENTS]:
        window = choose_window(missing, passage, language)
        if window is None:
            continue
        above = frozenset(find_terms(f"{passage.title} {passage.heading}", language))
        found = (window.terms | above) & missing.keys()
        if texts and sum(missing[term] for term in found) < SECOND_ADDS_AT_LEAST * whole:
            break
        texts.append(write(window.units))
        documents.append(passage.document)
        missing = {term: weight for term, weight in missing.items() if term not in found}
    return Quote("\n\n".join(texts), tuple(documents), 1 - sum(missing.values()) / whole if texts else 0.0)


def choose_window(weights: Mapping[str, float], passage: Passage, language: str) -> Window | None:
    """Return the units of a passage that together say most of what is asked, in few words."""
    units = split_units(passage.text, language)
    windows = [
        Window(tuple(chosen), value_of(chosen, starts_passage=start == 0, weights=weights))
        for start in range(len(units))
        for chosen in _grow(units, start)
    ]
    return max(windows, key=lambda window: window.value, default=None)


def _grow(units: Sequence[Unit], start: int) -> list[list[Unit]]:
    grown: list[list[Unit]] = []
    words = 0
    for end in range(start, len(units)):
        words += units[end].words
        limit = MOST_WORDS if end > start else MOST_WORDS_OF_ONE_UNIT
        if words > limit:
            break
        grown.append(list(units[start : end + 1]))
    return grown


def value_of(units: Sequence[Unit], *, starts_passage: bool, weights: Mapping[str, float]) -> float:
    """Return how well these units answer: what they say of the question, how densely, and how well they begin."""
    whole = sum(weights.values()) or 1.0
    held = frozenset(term for unit in units for term in unit.terms)
    said = sum(weight for term, weight in weights.items() if term in held) / whole
    density = sum(sum(weights.get(term, 0.0) for term in unit.terms) / whole for unit in units) / len(units)
    words = sum(unit.words for unit in units)
    begins_badly = 0.25 if units[0].leans and not starts_passage else 0.0
    return (
        said
        + 0.25 * density
        + 0.2 * min(1.0, words / ENOUGH_WORDS)
        + (0.15 if starts_passage else 0.0)
        - begins_badly
        - 0.001 * words
    )


def split_units(text: str, language: str) -> list[Unit]:
    """Return a passage's units: sentences, and lists, tables and code with the sentence that leads in to them."""
    units: list[Unit] = []
    blocks = split_blocks(text)
    number = 0
    while number < len(blocks):
        block = blocks[number]
        follower = blocks[number + 1] if number + 1 < len(blocks) else None
        if block.is_lead_in and follower is not None and follower.kind in {"list", "table", "code"}:
            *before, lead_in = block.parts
            units += [_unit(sentence, number, language) for sentence in before]
            units.append(_unit(f"{lead_in}\n\n{_write_block(follower)}", number + 1, language))
            number += 2
            continue
        if block.kind == "paragraph":
            units += [_unit(sentence, number, language) for sentence in block.parts]
        elif block.kind != "heading":
            units.append(_unit(_write_block(block), number, language))
        number += 1
    return [unit for unit in units if unit.words and not POINTER.match(unit.text)]


def write(units: Sequence[Unit]) -> str:
    """Return units as Markdown: sentences of one paragraph side by side, all else apart."""
    text = ""
    for before, unit in zip((None, *units), units, strict=False):
        if before is not None:
            text += " " if before.paragraph == unit.paragraph and "\n" not in before.text else "\n\n"
        text += unit.text
    return text


def _unit(text: str, paragraph: int, language: str) -> Unit:
    words = len(re.findall(r"\w+", text))
    leans = bool(LEANS_ON_WHAT_WAS_SAID.match(text))
    return Unit(text, words, frozenset(find_terms(text, language)), paragraph, leans)


def _write_block(block: Block) -> str:
    if block.kind == "code":
        return f"{block.head}\n{block.text}\n{block.head[:3]}"
    return f"{block.head}\n{block.text}" if block.head else block.text
