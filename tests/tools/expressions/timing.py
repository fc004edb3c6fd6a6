"""How the work of an expression grows with its text, as the ratio of doublings."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.tools.expressions.finding import Expression
from tests.tools.expressions.hostile import texts_against

FIRST, LAST = 250, 16_000  # characters; what is bounded by a number of its own has reached it by then
ENOUGH_S = 0.03  # of CPU, to tell work from noise: longer texts are not tried
TOO_SHORT_S = 0.002  # less cannot be told from noise
MOST = 2.6  # times as long for twice the text
TRIES = 6


@dataclass(frozen=True, slots=True)
class Growth:
    """`ratio` is the least that was measured of the worst doubling, on the text whose pieces are named."""

    where: str
    ratio: float
    pieces: tuple[str, str, str]


def worst_growth(expression: Expression) -> Growth:
    """Return how the expression does on the worst of the texts against it, or on the first that is too bad."""
    worst = Growth(expression.where, 0.0, ("", "", ""))
    for pieces in texts_against(expression.source, expression.flags):
        ratio = doubling(expression, pieces)
        if ratio > worst.ratio:
            worst = Growth(expression.where, ratio, pieces)
        if ratio > MOST:
            break
    return worst


def doubling(expression: Expression, pieces: tuple[str, str, str]) -> float:
    """Return the ratio of the last doubling; 0 where even the longest text is too little work to be told."""
    length, took = FIRST, seconds(expression, text_of(pieces, FIRST))
    while length < LAST and took < ENOUGH_S:
        length, before = 2 * length, took
        took = seconds(expression, text_of(pieces, length))
    if took < TOO_SHORT_S or (length > FIRST and took <= MOST * before):
        return 0.0
    return least_ratio(expression, text_of(pieces, length // 2), text_of(pieces, length))


def least_ratio(expression: Expression, half: str, whole: str) -> float:
    """Return how many times longer the whole takes: of several tries the least, since noise only ever adds."""
    best = float("inf")
    for _ in range(TRIES):
        little = min(seconds(expression, half) for _ in range(3))
        best = min(best, min(seconds(expression, whole) for _ in range(2)) / max(little, 1e-7))
        if best <= MOST:
            break
    return best


def text_of(pieces: tuple[str, str, str], length: int) -> str:
    beginning, repeated, end = pieces
    return beginning + (repeated * (length // len(repeated) + 1))[:length] + end


def seconds(expression: Expression, text: str) -> float:
    """Return the CPU that it takes to find everything in a text."""
    find: Callable[[str | bytes], object] = expression.compiled.finditer
    read = text.encode("latin-1", "replace") if expression.reads_bytes else text
    began = time.thread_time()
    for _ in find(read):  # type: ignore[attr-defined]
        pass
    return time.thread_time() - began
