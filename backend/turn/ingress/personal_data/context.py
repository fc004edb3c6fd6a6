"""Words beside a number say what it is: the same digits are a card after "card" and nothing after "order"."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path

from backend.domain.toml import read_toml

TABLE = read_toml(Path(__file__).with_name("context.toml"))
LEFT, RIGHT = 120, 60


def words_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for any of these words, whole, in any case; a trailing `*` takes any ending."""
    written = list(words)
    alternatives = [re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"[\s_-]+") for word in written]
    return re.compile(rf"{first_letter(written)}(?<![^\W_])(?:{'|'.join(alternatives)})(?![^\W_])", re.IGNORECASE)


def first_letter(words: Iterable[str]) -> str:
    """Return an expression that fits before any of these words: most places of a text are done with after this look."""
    return f"(?=[{re.escape(''.join(sorted({word[0] for word in words})))}])"


def words_for(purpose: str) -> re.Pattern[str]:
    """Return the pattern for the words that the table has for a purpose."""
    return words_pattern(TABLE[purpose])


class Words:
    """Where the words of a pattern stand in a text: looked for once, however many numbers they may belong to."""

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        spans = [found.span() for found in pattern.finditer(text)]
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def __bool__(self) -> bool:
        return bool(self._starts)

    def just_before(self, place: int) -> int | None:
        """Return where the last one before a place ends; None where there is none."""
        number = bisect_right(self._ends, place) - 1
        return self._ends[number] if number >= 0 else None

    def just_behind(self, place: int) -> int | None:
        """Return where the first one from a place on begins; None where there is none."""
        number = bisect_left(self._starts, place)
        return self._starts[number] if number < len(self._starts) else None

    def are_near(self, start: int, end: int, *, left: int = LEFT, right: int = RIGHT) -> bool:
        """Tell whether one stands within so many characters before or after a stretch of the text."""
        if not self._starts:
            return False
        return self._stand_within(max(0, start - left), start) or self._stand_within(end, end + right)

    def _stand_within(self, start: int, end: int) -> bool:
        first = bisect_left(self._starts, start)
        return first < len(self._ends) and self._ends[first] <= end


OURS_WORD = words_for("numbering")


def is_numbering(text: str, start: int, words: Words, *, within: int = 30) -> bool:
    """Tell whether what begins here is an order, ticket or other number of the site's own, by the words before it.

    `words` are the text's own OURS_WORD.
    """
    before = text[max(0, start - within) : start].rstrip()
    return before.endswith("#") or words.are_near(start, start, left=within, right=0)


DIGIT_RUN = re.compile(r"\d+(?:[ \t./()\-_*·•]{1,3}\d+)*")
DIGITS = re.compile(r"\d+")


def digit_runs(text: str, least: int) -> Iterable[Sequence[tuple[int, int]]]:
    """Yield each run of digits with its separators as the places of its groups; runs with fewer digits are left out."""
    for run in DIGIT_RUN.finditer(text):
        if sum(character.isdigit() for character in run.group()) >= least:
            yield [group.span() for group in DIGITS.finditer(text, *run.span())]


def spans_of(groups: Sequence[tuple[int, int]], lengths: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Yield (first, last) of neighbouring groups that have one of these numbers of digits together, longest first."""
    most = max(lengths)
    found = []
    for first in range(len(groups)):
        digits = 0
        for last in range(first, len(groups)):
            digits += groups[last][1] - groups[last][0]
            if digits > most:
                break
            if digits in lengths:
                found.append((digits, first, last))
    for _, first, last in sorted(found, key=lambda span: -span[0]):
        yield first, last
