"""Items that came since are put into groups of alike ones, out of every visitor's way."""

from __future__ import annotations

from backend.domain.items import Queued
from backend.domain.site import Site
from backend.knowledge.index import find_terms, language_of
from backend.review import ALIKE_WITH_PAGE, ALIKE_WITHOUT, Member, nearest_group
from backend.services.review_parts import ReviewParts

MOST_AT_ONCE = 100
MOST_NEIGHBOURS = 100  # the newest with the same first page


def group_items(site: Site, parts: ReviewParts, most: int = MOST_AT_ONCE) -> int:
    """Give each new item its group, the oldest first; return how many got one."""
    fresh = parts.items.ungrouped(site, most)
    for queued in fresh:
        parts.items.join_group(queued.item, _group_of(queued, site, parts), None)
    return len(fresh)


def _group_of(queued: Queued, site: Site, parts: ReviewParts) -> int:
    item, language = queued.item, language_of(site.settings.locale)
    near = parts.items.neighbours(item, MOST_NEIGHBOURS)
    members = [Member(each.item.group, _words(each.question, language)) for each, _ in near]
    least = ALIKE_WITH_PAGE if item.page else ALIKE_WITHOUT
    found = nearest_group(_words(queued.question, language), members, least=least)
    return item.id if found is None else found


def _words(question: str, language: str) -> frozenset[str]:
    return frozenset(find_terms(question, language)) or frozenset([question.casefold()])
