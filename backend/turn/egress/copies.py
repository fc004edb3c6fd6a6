"""Long copies of documents that their owner protects: quoting a sentence is an answer, reciting a page is not."""

from __future__ import annotations

from collections.abc import Sequence

from backend.domain.letters import WORD, plain_words, without_points

LONGEST_QUOTE = 40  # words in a row; a long sentence has thirty


def longest_copy(message: str, document: str) -> tuple[int, int] | None:
    """Return the place in the message of the first run of words that is a copy; None where no run is that long.

    Marks, blanks and capitals make no difference. Every run of that length holds one of the blocks whole, so that only
    those are looked for.
    """
    found = list(WORD.finditer(message))
    words = [without_points(word.group()).lower() for word in found]
    if len(words) < LONGEST_QUOTE:
        return None
    pages = f" {' '.join(plain_words(document))} "
    block = LONGEST_QUOTE // 2
    for start in range(0, len(words) - block + 1, block):
        if stands_in(words[start : start + block], pages):
            first, end = grown(words, start, start + block, pages)
            if end - first >= LONGEST_QUOTE:
                return found[first].start(), found[end - 1].end()
    return None


def grown(words: Sequence[str], first: int, end: int, pages: str) -> tuple[int, int]:
    """Return the run with all words before and after it that are copied with it."""
    while end < len(words) and stands_in(words[first : end + 1], pages):
        end += 1
    while first and stands_in(words[first - 1 : end], pages):
        first -= 1
    return first, end


def stands_in(run: Sequence[str], pages: str) -> bool:
    return f" {' '.join(run)} " in pages
