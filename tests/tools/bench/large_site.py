"""A site as large as is asked for, made of the examples' own pages: each copy has some of its words exchanged.

Rules: the same seed gives the same pages; words are exchanged for others of the examples and, more rarely, for words
that no page holds, so that the vocabulary grows with the site as that of real ones does.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import count, islice

from backend.domain.indexed import Cut
from backend.domain.knowledge import Document
from backend.domain.ports import PassageBook
from backend.knowledge.index.postings import cut, digest
from backend.knowledge.intake.folder import read_knowledge
from tests.servers import ROOT

EXAMPLES = ("handbook", "health-faq", "help-centre")
SEED = 7
EXCHANGED = 5  # one word of so many
NEVER_SEEN = 20  # of so many of these, one becomes a word that is in no dictionary
SYLLABLES = ("ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "zu", "dan", "fer", "gol", "hin", "pur", "wex")
WORD = re.compile(r"[^\W\d_]{3,}")
BATCH = 4_000  # passages in one transaction


@cache
def example_pages() -> tuple[Document, ...]:
    """Return the pages of every example."""
    folders = (ROOT / "examples" / name / "kb" for name in EXAMPLES)
    return tuple(document for folder in folders for document in read_knowledge(folder).documents)


def pages(seed: int = SEED) -> Iterator[Document]:
    """Yield pages without end: the examples' own first, then copies with words exchanged."""
    dice = random.Random(seed)
    words = [word for page in example_pages() for word in WORD.findall(page.text)]
    for copy in count():
        for page in example_pages():
            if copy:
                title, text = (exchange_words(part, words, dice) for part in (page.title, page.text))
                yield replace(page, key=f"{copy}/{page.key}", title=title, text=text)
            else:
                yield page


def exchange_words(text: str, words: Sequence[str], dice: random.Random) -> str:
    parts = re.split(r"([^\W\d_]{3,})", text)
    for at in range(1, len(parts), 2):
        draw = dice.random()
        if draw < 1 / NEVER_SEEN / EXCHANGED:
            parts[at] = "".join(dice.choices(SYLLABLES, k=5))
        elif draw < 1 / EXCHANGED:
            parts[at] = words[int(dice.random() * len(words))]
    return "".join(parts)


def cut_pages(passages: int) -> Iterator[list[tuple[Cut, str]]]:
    """Yield the pages of a site of about so many passages, as the book takes them, a batch at a time."""
    batch: list[tuple[Cut, str]] = []
    held = all_in_all = 0
    for page in pages():
        cutting = cut(page, "en")
        batch.append((cutting, digest(page, "en")))
        held += len(cutting.passages)
        if all_in_all + held >= passages:
            break
        if held >= BATCH:
            yield batch
            all_in_all, held, batch = all_in_all + held, 0, []
    yield batch


def fill(site_id: int, passages: int, *books: PassageBook) -> None:
    """Put the same pages into each of these books."""
    for batch in cut_pages(passages):
        for book in books:
            book.put(site_id, batch)


def questions(most: int, seed: int = SEED) -> list[str]:
    """Return questions in the words of the pages: a title, or a run of words from the middle of a text."""
    dice = random.Random(seed)
    asked = []
    for page in islice(pages(seed), len(example_pages()) * 2):
        words = page.text.split()
        at = dice.randrange(max(1, len(words) - 12))
        asked += [page.title, " ".join(words[at : at + dice.randrange(4, 13)])]
    return dice.sample(asked, min(most, len(asked)))
