"""What a correction causes besides: the visitors who got the wrong answer are told what is right.

The old reply stands with the new text beside it as soon as they look again. The letter waits a few minutes, since most
corrections that are taken back are taken back at once; one that went out is not unsent.
"""

from __future__ import annotations

from collections.abc import Sequence

from backend.domain.errors import NotFound
from backend.domain.items import DecisionKind, Effect
from backend.services.effect_rules import Cause, Caused, EffectRule
from backend.services.join_conversation import name_for_visitors
from backend.services.review_parts import ReviewParts
from backend.services.tell_visitor import tell_visitor, untell_visitor

CORRECTED: frozenset[DecisionKind] = frozenset({"corrected"})


def tell(cause: Cause, parts: ReviewParts) -> Sequence[Caused]:
    """Tell the visitor of each turn; whoever has erased the conversation is told nothing."""
    person = None if cause.by.person_id is None else parts.people.person(cause.by.person_id)
    name, told = name_for_visitors(person) if person else "", []
    for item in cause.items:
        try:
            letters = tell_visitor(cause.site, item.turn, cause.decision.decided.reply.strip(), name, parts)
        except NotFound:
            continue
        told.append(Caused(item.turn, {"letters": list(letters)}))
    return told


def untell(cause: Cause, effect: Effect, parts: ReviewParts) -> None:
    letters = effect.before.get("letters")
    untell_visitor(cause.site, effect.ref, list(map(str, letters)) if isinstance(letters, list) else [], parts)


def untell_one(cause: Cause, effect: Effect, parts: ReviewParts) -> bool:
    is_theirs = effect.ref == cause.items[0].turn
    if is_theirs:
        untell(cause, effect, parts)
    return is_theirs


TOLD = EffectRule("told", CORRECTED, tell, untell, untell_one)
