"""The vectors by which an embedder compares a site's passages are made and kept.

Rules: it is made after the passages are in, a few at a time, so that a page is found by its words at once and a command
that is stopped has lost little; it is made once, and only by commands and jobs, never while a visitor waits.
"""

from __future__ import annotations

from collections.abc import Callable

from backend.domain.ports import Embedder, PassageBook

AT_ONCE = 32


def fill_meanings(
    book: PassageBook, site_id: int, embedder: Embedder | None, tell: Callable[[int], None] | None = None
) -> int:
    """Make what is missing, telling after each step how many are done; return for how many passages that was.

    Without an embedder nothing is made.
    """
    filled, last = 0, 0
    while embedder is not None and (passages := book.without_meaning(site_id, last, AT_ONCE, embedder.name)):
        book.keep_meanings(site_id, {passage.id: embedder.embed(passage) for passage in passages}, embedder.name)
        filled, last = filled + len(passages), passages[-1].id
        if tell:
            tell(filled)
    return filled
