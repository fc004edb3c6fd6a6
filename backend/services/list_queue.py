"""The queue of staff is read: what waits, the most harmful first, and what is found in it by words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backend.domain.items import Counts, Queued, Wanted
from backend.domain.site import Site
from backend.services.group_items import group_items
from backend.services.review_parts import ReviewParts

MOST_COUNTED = 1_000
MOST_SEARCHED = 5_000  # questions are sealed: to look into one is to open it
SLICE = 500


def list_queue(
    site: Site,
    wanted: Wanted,
    parts: ReviewParts,
    *,
    after: str | None = None,
    most: int = 50,
    words: str = "",
    are_grouped: bool = False,
) -> tuple[Sequence[Queued], str | None]:
    """Return items of a site and the cursor where there are more; with `words`, those whose question holds all of them.

    A search looks at so many items at most; its cursor goes on where it stopped. `are_grouped` where the caller knows
    that every item has its group.
    """
    if not are_grouped:
        group_items(site, parts)
    if not words.strip():
        return parts.items.queue(site, wanted, after, most)
    found: list[Queued] = []
    for each, cursor in _searched(site, wanted, parts, after):
        if _holds(each, words):
            found.append(each)
        if len(found) == most:
            return found, cursor
    return found, None


def count_queue(site: Site, person: int | None, parts: ReviewParts) -> Counts:
    """Return how many items wait, and for whom."""
    return parts.items.counts(site, person, MOST_COUNTED)


def _searched(site: Site, wanted: Wanted, parts: ReviewParts, after: str | None) -> Iterator[tuple[Queued, str | None]]:
    """Yield items one by one, each with the cursor behind it."""
    for _ in range(MOST_SEARCHED // SLICE):
        items, after = parts.items.queue(site, wanted, after, SLICE)
        for each in items:
            done = wanted.state == "done"
            yield each, f"{each.item.decision}" if done else f"{each.item.rank}.{each.item.id}"
        if after is None:
            return


def _holds(queued: Queued, words: str) -> bool:
    question = queued.question.casefold()
    return all(word in question for word in words.casefold().split())
