"""What a visitor did after an answer says something about it: asked again in other words, or left after a doubt.

It is looked at a while later, by the process for jobs: nobody who asks waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from backend.domain.conversation import AnsweredTurn
from backend.domain.items import Drawn, Reason, Waiting
from backend.domain.site import Site
from backend.domain.small_talk import small_talk_in
from backend.knowledge.index import find_terms, language_of
from backend.review import jaccard
from backend.services.group_items import group_items
from backend.services.review_parts import ReviewParts

QUIET = timedelta(minutes=30)  # after which a conversation is taken for ended
MOST_AT_ONCE = 500  # turns
MOST_SITES = 200
OTHER_WORDS = 0.3  # of the words of both: less is another question
SAME_WORDS = 0.99  # more is the same question, sent again


def look_back(parts: ReviewParts) -> int:
    """Raise what the last conversations that ended tell; return how many turns were looked at."""
    looked_at = 0
    for site in list(parts.sites.sites())[:MOST_SITES]:
        turns = parts.items.not_looked_back(site, parts.time() - QUIET, MOST_AT_ONCE)
        for turn, reason in doubts_of(turns, site):
            drawn = Drawn.of(turn.turn, site.settings.review.sample)
            parts.items.raise_turn(turn.turn, Waiting((reason,), "", drawn))
        if settled := [turn for turn in turns if turn.is_settled]:
            parts.items.looked_back(site, settled[-1].serial)
            group_items(site, parts)
        looked_at += len(settled)
    return looked_at


def doubts_of(turns: Sequence[AnsweredTurn], site: Site) -> Iterator[tuple[AnsweredTurn, Reason]]:
    """Yield the turns after which the visitor asked the same in other words, or left although there was a doubt."""
    language = language_of(site.settings.locale)
    by_conversation: dict[str, list[AnsweredTurn]] = {}
    for turn in turns:
        by_conversation.setdefault(turn.conversation, []).append(turn)
    for asked in by_conversation.values():
        for turn, following in zip(asked, [*asked[1:], None], strict=True):
            if not turn.is_settled or small_talk_in(turn.question, site.settings.locale):
                continue
            if following is None:
                if turn.is_doubtful:
                    yield turn, "left_in_doubt"
            elif OTHER_WORDS <= likeness(turn.question, following.question, language) < SAME_WORDS:
                yield turn, "asked_again"


def likeness(one: str, other: str, language: str) -> float:
    return jaccard(frozenset(find_terms(one, language)), frozenset(find_terms(other, language)))
