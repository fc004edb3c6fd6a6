"""Why a passage was found for a question: the words of the question that it holds, and where they stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from backend.domain.knowledge import Hit
from backend.knowledge.index import SPACELESS, find_terms

Fit = Literal["best", "near", "weak"]

LOOKED_AT = 4_000  # characters of a passage
EXCERPT, BEFORE = 220, 60  # characters shown, and of them before the first word that is shared
NEAR = 0.75  # of the best score
MARKS = re.compile(r"[*`]+|^#+ ", re.MULTILINE)  # of Markdown, for which there is no room here
PIECE = re.compile(r"\w+|\W+")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a passage; `is_shared` where it is a word of the question, in whatever form."""

    text: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """A hit, how well it fits beside the best one, the question's words that it holds, and a piece of its text.

    `shared` is empty where it was found by its meaning, or by other words for the same.
    """

    hit: Hit
    fit: Fit
    shared: Sequence[str]
    excerpt: Sequence[Part]


def explain_hits(question: str, hits: Sequence[Hit], language: str) -> list[Explained]:
    """Return the hits of a search, best first, each with what explains it."""
    wanted = frozenset(find_terms(question, language))
    best = max((hit.score for hit in hits), default=0.0)
    return [
        Explained(
            hit,
            "best" if place == 0 else "near" if hit.score >= NEAR * best else "weak",
            list(_shared_words(question, f"{hit.passage.title}\n{hit.passage.text[:LOOKED_AT]}", language)),
            _excerpt(hit.passage.text[:LOOKED_AT], wanted, language),
        )
        for place, hit in enumerate(hits)
    ]


def _shared_words(question: str, text: str, language: str) -> Iterator[str]:
    """Yield the words of a question that a text holds, as they were written; of words without spaces their terms."""
    held = frozenset(find_terms(text, language))
    for word in dict.fromkeys(PIECE.findall(question)):
        terms = find_terms(word, language)
        shared = [term for term in terms if term in held]
        yield from shared if SPACELESS.search(word) else [word] if shared else ()


def _excerpt(text: str, wanted: frozenset[str], language: str) -> list[Part]:
    pieces = list(_pieces(" ".join(MARKS.sub("", text).split()), wanted, language))
    first = next((place for place, (_, is_shared) in enumerate(pieces) if is_shared), 0)
    start, room = first, BEFORE
    while start and (room := room - len(pieces[start - 1][0])) >= 0:
        start -= 1
    shown, left = [], EXCERPT
    for piece, is_shared in pieces[start:]:
        if (left := left - len(piece)) < 0:
            break
        shown.append((piece, is_shared))
    before, behind = start > 0, start + len(shown) < len(pieces)
    parts = [Part("".join(piece for piece, _ in run), of) for of, run in groupby(shown, key=lambda each: each[1])]
    return [
        *([Part("…", is_shared=False)] if before else []),
        *parts,
        *([Part("…", is_shared=False)] if behind else []),
    ]


def _pieces(text: str, wanted: frozenset[str], language: str) -> Iterator[tuple[str, bool]]:
    """Yield a text word by word, each with whether it is one of those that are wanted; runs without spaces by term."""
    spaceless = re.compile("|".join(map(re.escape, filter(SPACELESS.search, wanted))) or r"(?!)")
    for piece in PIECE.findall(text):
        if not SPACELESS.search(piece):
            yield piece, not wanted.isdisjoint(find_terms(piece, language))
            continue
        at = 0
        for found in spaceless.finditer(piece):
            yield piece[at : found.start()], False
            yield found[0], True
            at = found.end()
        yield piece[at:], False
