"""A decided item is judged anew by somebody who does not see the decision: how far the team agrees is measured by it.

Where two people differ, the item goes back before staff. The same person's second judgement is a repeat: it tells how
steady they are, and opens nothing.

One asks for a second look on its page, or meets it unasked: behind one of so many decisions comes a decided item, which
looks as if it still waited.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from backend.domain.accounts import Person
from backend.domain.errors import InvalidRequest, NotFound
from backend.domain.items import DecisionKind, Drawn, Item, Reason, SecondLook, Waiting
from backend.domain.site import Site
from backend.review import Agreement, agreement
from backend.services.review_parts import ReviewParts

Of = TypeVar("Of", bound=Hashable)
FORGOTTEN_AFTER = timedelta(days=7)  # one's own decision
ONE_IN = 25  # decisions, behind which a decided item comes unasked: 4 of 100 that a person opens


@dataclass(frozen=True, slots=True)
class TeamAgreement:
    """How far two people agree, and how far one with themselves a week later; None without a pair.

    `pairs` tells it of each two people (of one and the same where they looked twice), `by_reason` of each reason; those
    with the most replies first.
    """

    between: Agreement | None
    repeated: Agreement | None
    pairs: Sequence[tuple[tuple[int, int], Agreement]] = ()
    by_reason: Sequence[tuple[Reason, Agreement]] = ()


def draw_for_second_look(site: Site, person: Person, parts: ReviewParts) -> Item | None:
    """Return a decided item for this person to judge anew, None where there is none."""
    found = parts.items.for_second_look(site, person.id, parts.time() - FORGOTTEN_AFTER)
    return None if found is None else parts.items.item(found)


def repeat_behind(decision: int, site: Site, person: Person, parts: ReviewParts) -> Item | None:
    """Return a decided item to be looked at behind this decision: behind one in so many, by lot, where there is one."""
    lot = hashlib.sha256(f"repeat {decision}".encode()).digest()
    return None if int.from_bytes(lot[:4]) % ONE_IN else draw_for_second_look(site, person, parts)


def as_waiting(site: Site, item: Item, person: Person, parts: ReviewParts) -> Item | None:
    """Return a decided item as if it still waited, where it is the one that this person is to judge anew."""
    if item.state != "done":
        return None
    drawn = parts.items.for_second_look(site, person.id, parts.time() - FORGOTTEN_AFTER)
    return replace(item, state="open", decision=None, lock=None) if drawn == item.id else None


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
    known = [(sorted_pair(look.by, look.again_by), look) for look in looks if look.by is not None]
    return TeamAgreement(
        agreement([(look.first, look.second) for look in looks if not look.is_repeat]),
        agreement([(look.first, look.second) for look in looks if look.is_repeat]),
        agreements(known),
        agreements([(reason, look) for look in looks if not look.is_repeat for reason in look.reasons]),
    )


def sorted_pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one <= other else (other, one)


def agreements(looks: Sequence[tuple[Of, SecondLook]]) -> list[tuple[Of, Agreement]]:
    """Return the agreement of each kind of looks, the kind with the most looks first."""
    found: dict[Of, list[tuple[DecisionKind, DecisionKind]]] = {}
    for of, look in looks:
        found.setdefault(of, []).append((look.first, look.second))
    told = [(of, made) for of, pairs in found.items() if (made := agreement(pairs))]
    return sorted(told, key=lambda each: -each[1].pairs)
