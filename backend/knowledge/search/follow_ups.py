"""A question that leans on those before it: "and in Australia?", "how much is it?", "when?".

Rules: no model is asked; a question leans by its words, which stand in the table of its language, or by being a mere
fragment; it leans on the last question that stood on its own feet. The question itself comes first in what is read
together, for its first words count most. Where words are not parted by spaces, two letters count as a word, four of
Thai.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from backend.domain.letters import MARKS
from backend.knowledge.index import SPACELESS, find_words, table_of

MOST_WORDS_OF_A_FRAGMENT = 6
CERTAINLY_A_FRAGMENT = 3
LETTERS_OF_A_WORD, LETTERS_OF_A_PAIR = 4, 2
FIRST_OF_PAIRS = "\u3040"  # Japanese and Chinese; Thai and its neighbours come before
NO_LETTER = rf"(?![\w{MARKS}])"
NO_LETTER_BEFORE = rf"(?<![\w{MARKS}])"

RUN = re.compile(f"({SPACELESS.pattern})")


def leans(question: str, language: str) -> bool:
    """Tell whether a question may need the one before to be understood."""
    return bool(_leaning(language).search(question)) or _count_words(question) <= CERTAINLY_A_FRAGMENT


def is_fragment(question: str, language: str) -> bool:
    """Tell whether a question leans and is so short that what it finds by itself may be by chance."""
    return leans(question, language) and _count_words(question) <= MOST_WORDS_OF_A_FRAGMENT


def lean_on(before: Sequence[str], language: str) -> str:
    """Return the question that one with these before it leans on: the last that stood on its own feet."""
    on_its_own = [each for each in before if not leans(each, language)]
    return on_its_own[-1] if on_its_own else before[0]


def read_together(question: str, before: Sequence[str], language: str) -> str:
    """Return the question with the one that it leans on."""
    return f"{question}\n{lean_on(before, language)}"


def _count_words(question: str) -> int:
    return sum(_words_in(part) for part in _parts(question))


def _words_in(part: str) -> int:
    """Return how many words one word or one run of letters is worth; Korean parts its words."""
    if not SPACELESS.match(part) or _is_korean(part):
        return 1
    return max(1, len(part) // (LETTERS_OF_A_PAIR if part[0] >= FIRST_OF_PAIRS else LETTERS_OF_A_WORD))


def _parts(question: str) -> list[str]:
    return [part for word in find_words(question) for part in RUN.split(word) if part]


@cache
def _leaning(language: str) -> re.Pattern[str]:
    """Return what a question of this language leans by; of English where the language has no words for it."""
    table = table_of(language)
    if not table.leans_first:
        return _leaning("en") if language != "en" else re.compile(r"(?!)")
    first, alone, anywhere = map(_any_of, (table.leans_first, table.leans_alone, table.leans_on))
    return re.compile(rf"\A\W*{first}|\A\W*{alone}\W*\Z|{anywhere}", re.IGNORECASE)


def _any_of(phrases: Iterable[str]) -> str:
    """Return what meets one of these phrases: whole words where their script parts words."""
    by_length = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    spaceless = [re.escape(each) for each in by_length if SPACELESS.match(each) and not _is_korean(each)]
    others = [re.escape(each) for each in by_length if not SPACELESS.match(each) or _is_korean(each)]
    whole = [rf"{NO_LETTER_BEFORE}(?:{'|'.join(others)}){NO_LETTER}"] if others else []
    return f"(?:{'|'.join([*spaceless, *whole]) or '(?!)'})"


def _is_korean(phrase: str) -> bool:
    return "\uac00" <= phrase[0] <= "\ud7af"
