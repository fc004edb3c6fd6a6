"""Texts that are made to keep an expression busy, out of its own pieces.

A backtracking engine takes the square of a text where what repeats can be read from many places and then fails. So the
pieces of an expression (its words, what repeats in it, one character of each class) are repeated, alone, in pairs and
behind one another, and end in what nothing expects.
"""

from __future__ import annotations

import re._constants as op
import re._parser as parser
from collections.abc import Iterator, Sequence
from itertools import islice, permutations
from typing import Any

MOST_PIECES = 14
LONGEST_PIECE = 24
ENDS = ("", "\u0416", "\n!")
CATEGORIES = {
    op.CATEGORY_DIGIT: "7", op.CATEGORY_NOT_DIGIT: "x", op.CATEGORY_SPACE: " ", op.CATEGORY_NOT_SPACE: "x",
    op.CATEGORY_WORD: "a", op.CATEGORY_NOT_WORD: "-",
}  # fmt: skip
PRINTABLE = "aA0 .-_/:@,;!\"'<>()[]{}=+#*&%|\\`~^$?xX9\n"

Parsed = Sequence[tuple[Any, Any]]


def texts_against(source: str, flags: int) -> Iterator[tuple[str, str, str]]:
    """Yield (beginning, what is repeated, end) of texts against an expression."""
    pieces = pieces_of(source, flags)
    for piece in pieces:
        for end in ENDS:
            yield "", piece, end
    for first, second in islice(permutations(pieces, 2), MOST_PIECES * MOST_PIECES):
        yield "", first + second, "\u0416"
        yield first, second, "\u0416"


def pieces_of(source: str, flags: int) -> list[str]:
    """Return the pieces of an expression, each once, those from its parts before the expression as a whole."""
    source = source.replace(r"\pL", r"\w")  # RE2's word for a letter
    parsed = parser.parse(source, flags & ~int(op.SRE_FLAG_DEBUG))
    whole = (*words_in(parsed), *parts_in(parsed), sample(parsed))
    found = dict.fromkeys(piece[:LONGEST_PIECE] for piece in whole if piece)
    return list(found)[:MOST_PIECES]


def words_in(parsed: Parsed) -> Iterator[str]:
    """Yield the runs of plain characters of an expression: what begins or ends a match."""
    run = ""
    for kind, value in parsed:
        if kind is op.LITERAL:
            run += chr(value)
        else:
            yield run
            run = ""
    yield run


def parts_in(parsed: Parsed) -> Iterator[str]:
    """Yield a sample of all that repeats, and of every word that begins or goes on an alternative."""
    for kind, value in parsed:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            yield sample(value[2])
            yield from parts_in(value[2])
        elif kind is op.BRANCH:
            for branch in value[1][:6]:
                yield sample(branch)
                yield from islice(parts_in(branch), 4)
        elif kind is op.SUBPATTERN:
            yield from parts_in(value[3])
        elif kind is op.ATOMIC_GROUP:
            yield from parts_in(value)
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            yield sample(value[1])


def sample(parsed: Parsed) -> str:
    """Return a short text that the expression reads; what it must not be followed by is left out."""
    return "".join(sample_of(kind, value) for kind, value in parsed)


def sample_of(kind: Any, value: Any) -> str:
    if kind is op.LITERAL:
        return chr(value)
    if kind is op.NOT_LITERAL:
        return next(each for each in PRINTABLE if each != chr(value))
    if kind is op.ANY:
        return "a"
    if kind is op.IN:
        return one_of(value)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return sample(value[2]) * max(1, min(value[0], 4))
    if kind is op.BRANCH:
        return sample(value[1][0])
    if kind is op.SUBPATTERN:
        return sample(value[3])
    if kind is op.ATOMIC_GROUP:
        return sample(value)
    return ""


def one_of(members: Parsed) -> str:
    """Return one character that a class holds: an underscore where it does, which other classes hold too."""
    if members[0][0] is op.NEGATE:
        inside = {each for each in PRINTABLE if any(holds(member, each) for member in members[1:])}
        return next((each for each in PRINTABLE if each not in inside), "\u0416")
    if (op.LITERAL, ord("_")) in members:
        return "_"
    kind, value = members[0]
    if kind is op.LITERAL:
        return chr(value)
    return chr(value[0]) if kind is op.RANGE else CATEGORIES.get(value, "a")


def holds(member: tuple[Any, Any], character: str) -> bool:
    kind, value = member
    if kind is op.LITERAL:
        return ord(character) == value
    if kind is op.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    return {
        op.CATEGORY_DIGIT: character.isdigit(),
        op.CATEGORY_SPACE: character.isspace(),
        op.CATEGORY_WORD: character.isalnum() or character == "_",
    }.get(value, False)
