"""A decided item is judged anew by somebody who does not see the decision: how far the team agrees is measured by it.

Where two people differ, the item goes back before staff. The same person's second judgement is a repeat: it tells how
steady they are, and opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from backend.domain.accounts import Person
from backend.domain.errors import InvalidRequest, NotFound
from backend.domain.items import DecisionKind, Drawn, Item, Waiting
from backend.domain.site import Site
from backend.review import Agreement, agreement
from backend.services.review_parts import ReviewParts

FORGOTTEN_AFTER = timedelta(days=7)  # one's own decision


@dataclass(frozen=True, slots=True)
class TeamAgreement:
    """How far two people agree, and how far one with themselves a week later; None without a pair."""

    between: Agreement | None
    repeated: Agreement | None


def draw_for_second_look(site: Site, person: Person, parts: ReviewParts) -> Item | None:
    """Return a decided item for this person to judge anew, None where there is none."""
    found = parts.items.for_second_look(site, person.id, parts.time() - FORGOTTEN_AFTER)
    return None if found is None else parts.items.item(found)


def judge_again(site: Site, item: Item, kind: DecisionKind, person: Person, parts: ReviewParts) -> bool:
    """Keep what a person thinks of a decided item; return whether two people differ.

    Raise NotFound where nothing is decided, InvalidRequest where this person has said so before.
    """
    decision = None if item.decision is None else parts.items.decision(site.id, item.decision)
    if decision is None or item.state != "done":
        raise NotFound(f"item {item.id}: nothing is decided about it")
    if not parts.items.add_opinion(decision, site, person.id, kind):
        raise InvalidRequest(f"item {item.id}: you have judged it twice")
    differs = kind != decision.decided.kind and decision.person != person.id
    if differs:
        drawn = Drawn.of(item.turn, site.settings.review.sample)
        parts.items.raise_turn(item.turn, Waiting(("disagreement",), item.subject, drawn), opens_again=True)
    return differs


def team_agreement(site: Site, parts: ReviewParts) -> TeamAgreement:
    """Return how far the team agrees, by the second looks that were taken."""
    looks = parts.items.opinions(site)
    return TeamAgreement(
        agreement([(first, second) for first, second, is_repeat in looks if not is_repeat]),
        agreement([(first, second) for first, second, is_repeat in looks if is_repeat]),
    )
