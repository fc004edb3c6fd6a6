"""What a reply rests on: the pages that carry its sentences.

Each sentence votes for the one text that holds most of its words, if that is at least half of them: a passage that was
found, or where none does a page of a knowledge base that went into the prompt whole. A page that only shares a few
words with the whole gets no vote. This is the support score of grounded generation in its plainest form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence, Set
from functools import lru_cache

from backend.domain.knowledge import Document, Found
from backend.domain.letters import plain_words
from backend.domain.one_line import in_one_line
from backend.domain.reply import Source

LEAST_LETTERS = 3  # of a word that votes
SENTENCE_END = re.compile(r"(?<=[.!?।۔؟])\s+|\n+")
MOST_SOURCES = 3
LONGEST_TITLE = 200  # characters
LONGEST_ADDRESS = 2_048
WEB_ADDRESS = re.compile(r"\A(?:https?://|/(?!/))\S+\Z", re.I)  # a path leads into the site itself
PAGES_KEPT = 128  # visitors ask about the same few
LEAST_WORDS = 3  # a sentence with fewer says nothing that a page could carry
LEAST_SHARE = 0.5  # of a sentence's words
LEAST_VOTES = 0.15  # of all votes: one stray sentence does not make a source


def sources_of(message: str, found: Found) -> tuple[Source, ...]:
    """Return at most three pages that carry the message, the one that carries most first; none where none does."""
    passages = [
        (Source(passage.document, passage.title, passage.url), words_of_page(f"{passage.heading} {passage.text}"))
        for passage in found.passages
    ]
    return elect(message, passages, [page_of(document) for document in found.whole])


def shown_sources(
    sources: Sequence[Source], kind_in: Callable[[str], str | None]
) -> tuple[tuple[Source, ...], Sequence[str]]:
    """Return the sources that a visitor may see, each title in one short line, and the kinds of what the others hold.

    `kind_in` is the screen's word on a text. An address that is no web address is left out of its source.
    """
    shown, kinds = [], []
    for source in sources:
        url = source.url if WEB_ADDRESS.match(source.url) and len(source.url) <= LONGEST_ADDRESS else ""
        if kind := kind_in(source.title) or (kind_in(url) if url else None):
            kinds.append(kind)
        else:
            shown.append(Source(source.id, in_one_line(source.title, LONGEST_TITLE), url))
    return tuple(shown), kinds


def page_of(document: Document) -> tuple[Source, Set[str]]:
    return Source(document.key, document.title, document.url), words_of_page(document.text)


def elect(message: str, *candidates: Sequence[tuple[Source, Set[str]]]) -> tuple[Source, ...]:
    """Let each sentence vote with its words for what carries it, among the first candidates where one of them does."""
    votes: Counter[Source] = Counter()
    for sentence in SENTENCE_END.split(message):
        words = words_in(sentence)
        if len(words) < LEAST_WORDS:
            continue
        carriers = filter(None, (carrier_of(words, among) for among in candidates))
        if source := next(carriers, None):
            votes[source] += len(words)
    most = votes.most_common(MOST_SOURCES)
    return tuple(source for source, count in most if count >= LEAST_VOTES * votes.total())


def carrier_of(words: Set[str], candidates: Sequence[tuple[Source, Set[str]]]) -> Source | None:
    """Return the candidate that holds most of these words, the earlier of two; None where none holds enough."""
    if not candidates:
        return None
    source, held = max(candidates, key=lambda candidate: len(words & candidate[1]))
    return source if len(words & held) >= LEAST_SHARE * len(words) else None


def words_in(text: str) -> frozenset[str]:
    return frozenset(word for word in plain_words(text) if len(word) >= LEAST_LETTERS)


words_of_page = lru_cache(maxsize=PAGES_KEPT)(words_in)
