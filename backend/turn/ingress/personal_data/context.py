"""Words beside a number say what it is: the same digits are a card after "card" and nothing after "order"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from backend.domain.toml import read_toml

TABLE = read_toml(Path(__file__).with_name("context.toml"))
LEFT, RIGHT = 120, 60


def words_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for any of these words, whole, in any case; a trailing `*` takes any ending."""
    alternatives = [re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"[\s_-]+") for word in words]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(alternatives)})(?![^\W_])", re.IGNORECASE)


def words_for(purpose: str) -> re.Pattern[str]:
    """Return the pattern for the words that the table has for a purpose."""
    return words_pattern(TABLE[purpose])


def stands_near(
    pattern: re.Pattern[str], text: str, start: int, end: int, *, left: int = LEFT, right: int = RIGHT
) -> bool:
    """Tell whether the pattern occurs within so many characters before or after a stretch of the text."""
    return bool(pattern.search(text, max(0, start - left), start) or (right and pattern.search(text, end, end + right)))


NUMBER_SIGN = re.compile(r"#\s*$")
OURS_WORD = words_for("numbering")


def is_numbering(text: str, start: int, *, within: int = 30) -> bool:
    """Tell whether what begins here is an order, ticket or other number of the site's own, by the words before it."""
    before = text[max(0, start - within) : start]
    return bool(NUMBER_SIGN.search(before) or OURS_WORD.search(before))


DIGIT_RUN = re.compile(r"\d+(?:[ \t./()\-]{1,3}\d+)*")
DIGITS = re.compile(r"\d+")
MOST_GROUPS = 400  # a run of more is a table or an attempt to keep us busy


def digit_runs(text: str, least: int) -> Iterable[Sequence[tuple[int, int]]]:
    """Yield each run of digits with its separators as the places of its groups; runs with fewer digits are left out."""
    for run in DIGIT_RUN.finditer(text):
        if sum(character.isdigit() for character in run.group()) >= least:
            yield [group.span() for group in islice(DIGITS.finditer(text, *run.span()), MOST_GROUPS)]


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
