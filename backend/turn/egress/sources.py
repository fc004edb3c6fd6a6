"""What a reply rests on: the documents whose words its sentences share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backend.domain.knowledge import Passage
from backend.domain.reply import Source

WORD = re.compile(r"[^\W_]{4,}")  # short words are everywhere and prove nothing
MOST_SOURCES = 3
LEAST_SHARE = 0.25  # of the reply's words
NEAR_BEST = 0.6  # of the best passage's share: what is far behind it only happens to share words


def sources_of(message: str, passages: Sequence[Passage]) -> tuple[Source, ...]:
    """Return at most three documents that carry the message, the best first; none where none does."""
    words = words_in(message)
    if not words:
        return ()
    shares = [(len(words & words_in(passage.text)) / len(words), passage) for passage in passages]
    best = max((share for share, _ in shares), default=0.0)
    chosen: dict[str, Source] = {}
    for share, passage in sorted(shares, key=lambda pair: -pair[0]):
        if share >= max(LEAST_SHARE, best * NEAR_BEST):
            chosen.setdefault(passage.document, Source(passage.document, passage.title, passage.url))
    return tuple(chosen.values())[:MOST_SOURCES]


def words_in(text: str) -> set[str]:
    return {word.lower() for word in WORD.findall(text)}
