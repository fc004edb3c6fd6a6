"""What a correction causes: the same question is answered so from now on, and a case holds that it stays so.

The reply is kept as an approved answer, for the question of the item and of those that were decided along with it; it
is served as long as the page that the search puts first reads as it does now. The case holds the facts of the corrected
text, its figures, codes and links, and never whole sentences: a model words them anew each time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from backend.domain.approved import AskedBefore, NewApproved
from backend.domain.cases import Expected
from backend.domain.errors import SettingsError
from backend.domain.items import DecisionKind, Effect, Item
from backend.domain.reply import Reply
from backend.domain.site import Site
from backend.services.effect_rules import Cause, Caused, EffectRule
from backend.services.review_parts import ReviewParts
from backend.services.run_cases import MOST_WORDS, save_case

CORRECTED: frozenset[DecisionKind] = frozenset({"corrected"})
FACT = re.compile(r"https?://[^\s)>\]]+|(?:[^\W\d_]+-)?[^\W_]*\d[\w.,:/%-]*")
CERTAIN = 1.0


def approve(cause: Cause, parts: ReviewParts) -> Sequence[Caused]:
    """Keep the corrected reply as the answer to these questions."""
    asked = [found for item in cause.items if (found := asked_before(cause.site, item, parts))]
    if not asked:
        return []
    told = parts.book.turn(cause.site, cause.items[0].turn)
    followups = told.reply.followups if told and told.reply else ()
    pages = sorted({each.page for each in asked if each.page})
    new = NewApproved(
        Reply(cause.decision.decided.reply.strip(), CERTAIN, followups),
        asked,
        parts.passages.digests(cause.site.id, pages) if pages else {},
        cause.decision.who,
        cause.decision.item,
    )
    return [Caused(str(parts.approved.add(cause.site.id, new).id))]


def serve_no_more(cause: Cause, effect: Effect, parts: ReviewParts) -> None:
    parts.approved.remove(cause.site.id, int(effect.ref))


def leave_unanswered(cause: Cause, effect: Effect, parts: ReviewParts) -> bool:
    """Serve the answer no more to the question of this item; the others keep it."""
    asked = asked_before(cause.site, cause.items[0], parts)
    return asked is not None and parts.approved.forget(cause.site.id, int(effect.ref), asked)


def hold_by_case(cause: Cause, parts: ReviewParts) -> Sequence[Caused]:
    """Save a case that must pass before anything is published; none where the text holds no fact to look for."""
    item = cause.items[0]
    asked = asked_before(cause.site, item, parts)
    facts = facts_of(cause.decision.decided.reply)
    if asked is None or not facts:
        return []
    try:
        case = save_case(cause.site, Expected(asked.question, facts, is_must=True), cause.decision.who, parts)
    except SettingsError:
        return []  # the set is full: the correction stands all the same
    return [Caused(str(case.id))]


def drop_case(cause: Cause, effect: Effect, parts: ReviewParts) -> None:
    parts.cases.remove(cause.site, int(effect.ref))


def asked_before(site: Site, item: Item, parts: ReviewParts) -> AskedBefore | None:
    """Return the question of an item, with the page that was found first; None where its turn is gone."""
    trace = parts.traces.trace(site.id, item.turn)
    return AskedBefore(trace.question, item.page) if trace else None


def facts_of(text: str) -> tuple[str, ...]:
    """Return the figures, codes and links of a text, each once."""
    found = (match.group().rstrip(".,:;/-") for match in FACT.finditer(text))
    return tuple(dict.fromkeys(each for each in found if each))[:MOST_WORDS]


APPROVED = EffectRule("approved", CORRECTED, approve, serve_no_more, leave_unanswered)
CASE = EffectRule("case", CORRECTED, hold_by_case, drop_case)
