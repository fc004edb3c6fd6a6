"""Figures that a reply has reckoned from others: two nights at $45 are $90, and no page says so.

1. The figures that it was reckoned from stand in the reply or in the question: nobody is asked to guess them.
2. A sum, a difference, a product, a share in percent, what is left after one, and the sum of all are tried; nothing
   that takes more than one step, since with enough steps any figure comes out.
3. A total is shown to staff and not doubted before the visitor: that it adds up is seen here, that it applies is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from itertools import chain, combinations

from backend.turn.egress.numbers import Claimed, numbers_of, spellings

MOST_FIGURES = 24  # of a longer list every figure would be a total of some two
LEAST_TOTAL = 10  # smaller figures come out of others by chance
LONGEST_FIGURE = 12  # characters
CENT = Decimal("0.01")


def totals_among(unsupported: Iterable[str], message: str, question: str) -> set[str]:
    """Return those of the unsupported numbers that other figures of the reply or the question come to."""
    return totals_beside(unsupported, numbers_of(message), question)


def totals_beside(unsupported: Iterable[str], claimed: Claimed, question: str) -> set[str]:
    """Return those of the unsupported numbers that others of the reply's numbers, or the question's, come to."""
    doubted = set(unsupported)
    figures: set[Decimal] = set()
    for token in chain(amounts_of(claimed), amounts_of(numbers_of(question))) if doubted else ():
        value = value_of(token)
        if value is not None and not (token in doubted and value >= LEAST_TOTAL):
            figures.add(value)
        if len(figures) > MOST_FIGURES:
            return set()
    if not 2 <= len(figures) <= MOST_FIGURES:
        return set()
    reached = set(results_of(sorted(figures)))
    return {token for token in doubted if (value := value_of(token)) in reached and value and value >= LEAST_TOTAL}


def amounts_of(claimed: Claimed) -> Iterator[str]:
    """Yield the figures of a text, each once, and the numbers that it writes in words: two tents are 2."""
    yield from dict.fromkeys(figure.written for figure in claimed.figures)
    yield from (value for value in claimed.values if value != "1")


def value_of(token: str) -> Decimal | None:
    """Return the value of a figure; None for dates, versions and ranges, and for what is no amount by its length."""
    if len(token) > LONGEST_FIGURE:
        return None
    for spelling in spellings(token):
        try:
            return Decimal(spelling)
        except InvalidOperation:
            continue
    return None


def results_of(figures: list[Decimal]) -> Iterator[Decimal]:
    """Yield what one step makes of these figures, to the cent."""
    yield sum(figures, Decimal(0))
    for small, large in combinations(figures, 2):
        share = small * large / 100
        yield from (small + large, large - small, small * large, share.quantize(CENT))
        yield from ((large - share).quantize(CENT), (small - share).quantize(CENT))
