"""An item is decided, or its decision is taken back, with all that it causes.

What a decision causes stands in one table, `EFFECTS`: each row names the decisions that cause it, does it, and takes it
back. Effects are done in the order of the table and taken back in the reverse one. A corrected text stays sealed: the
record of changes says what was decided, and not in which words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backend.domain.audit import By, Change
from backend.domain.errors import InvalidRequest, NotFound
from backend.domain.items import Decided, Decision, Item, Lock
from backend.domain.site import Site
from backend.services.announce import announce
from backend.services.correct_reply import APPROVED, CASE
from backend.services.effect_rules import Cause, EffectRule
from backend.services.lock_item import locked_by
from backend.services.mention_people import MENTIONED
from backend.services.record_change import record_change
from backend.services.review_parts import ReviewParts
from backend.services.suggest_change import SUGGESTED
from backend.services.tell_corrected import TOLD

LONGEST_REPLY = 8_000
LONGEST_NOTE = 2_000
MOST_ALSO = 200


EFFECTS: tuple[EffectRule, ...] = (APPROVED, CASE, SUGGESTED, TOLD, MENTIONED)


def decide_item(
    site: Site,
    item: Item,
    decided: Decided,
    by: By,
    parts: ReviewParts,
    also: Sequence[int] = (),
    effects: Sequence[EffectRule] = EFFECTS,
) -> Decision:
    """Decide an item and, along with it, others that are open and free; what stood before is taken back first.

    Raise Locked where somebody else works on it, InvalidRequest for a decision that lacks its text.
    """
    check(decided, also)
    if item.decision is not None:
        take_back(site, item, by, parts, effects)
    made = parts.items.decide(item, decided, by.person_id, by.who, also)
    if isinstance(made, Lock):
        raise locked_by(made, parts)
    decision = made[0]
    items = [item, *(found for each in made[1:] if (found := parts.items.item(each.item)))]
    cause = Cause(site, decision, items, by)
    for rule in effects:
        if decided.kind in rule.of:
            for caused in rule.do(cause, parts):
                parts.items.add_effect(decision, rule.kind, caused.ref, caused.before)
    after = {"decision": decided.kind, "also": [each.item for each in made[1:]]}
    record_change(Change("item.decided", str(item.id), None, after, site.id), by, parts)
    tell(site, item, after, parts)
    return decision


def tell(site: Site, item: Item, what: Mapping[str, object], parts: ReviewParts) -> None:
    """Announce a decision to the site's webhooks, without its words."""
    owner = parts.book.owner(item.turn)
    details = {"item": item.id, "turn": item.turn, **what}
    conversation = owner.conversation if owner else None
    announce(site, "item.decided", details, parts, page=f"queue/{item.id}", conversation=conversation)


def take_back(site: Site, item: Item, by: By, parts: ReviewParts, effects: Sequence[EffectRule] = EFFECTS) -> Decision:
    """Take back what was decided about an item, with all that it caused; raise NotFound where nothing stands.

    Those that it took along are open again with it. One that was taken along is open again alone: what the decision
    caused stays for the others.
    """
    decision = None if item.decision is None else parts.items.decision(site.id, item.decision)
    if decision is None:
        raise NotFound(f"item {item.id}: nothing was decided about it that could be taken back")
    along = parts.items.along_with(decision)
    if not parts.items.undo(decision, by.who):
        raise NotFound(f"item {item.id}: this was taken back already")
    items = [item, *(found for each in along if (found := parts.items.item(each.item)))]
    undo_effects(Cause(site, decision, items, by), parts, effects)
    if decision.along_with and (other := parts.items.decision(site.id, decision.along_with)):
        leave_effects(Cause(site, other, [item], by), parts, effects)
    before = {"decision": decision.decided.kind, "also": [each.item for each in along]}
    record_change(Change("item.decision_undone", str(item.id), before, None, site.id), by, parts)
    return decision


def undo_effects(cause: Cause, parts: ReviewParts, effects: Sequence[EffectRule]) -> None:
    """Take back what a decision caused, the last first."""
    rules = {rule.kind: rule for rule in effects}
    for effect in reversed(parts.items.effects(cause.decision)):
        if rule := rules.get(effect.kind):
            rule.undo(cause, effect, parts)
            parts.items.end_effect(effect, cause.decision)


def leave_effects(cause: Cause, parts: ReviewParts, effects: Sequence[EffectRule]) -> None:
    """Take back what a decision caused for one item that it took along."""
    rules = {rule.kind: rule for rule in effects}
    for effect in reversed(parts.items.effects(cause.decision)):
        if (rule := rules.get(effect.kind)) and rule.leave(cause, effect, parts):
            parts.items.end_effect(effect, cause.decision)


def check(decided: Decided, also: Sequence[int]) -> None:
    """Raise InvalidRequest for a decision that cannot be made as it is."""
    if decided.kind == "corrected" and not decided.reply.strip():
        raise InvalidRequest("reply: missing; a correction needs the text that is right")
    if len(decided.reply) > LONGEST_REPLY:
        raise InvalidRequest(f"reply: has more than {LONGEST_REPLY} characters")
    if len(decided.note) > LONGEST_NOTE:
        raise InvalidRequest(f"note: has more than {LONGEST_NOTE} characters")
    if len(also) > MOST_ALSO:
        raise InvalidRequest(f"also: names more than {MOST_ALSO} items")
