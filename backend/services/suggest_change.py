"""What a correction suggests for the draft: a page that says it, an answer of its own, or a rule for the assistant.

Visitors see nothing of it until the draft is published. Taken back with its decision, the draft is as it was; what
somebody changed in it since stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from backend.domain.audit import Change as Recorded
from backend.domain.errors import SettingsError
from backend.domain.items import DecisionKind, Effect, Item, Suggestion
from backend.domain.site import Site
from backend.knowledge.index import ADDED, Change
from backend.services.answer_question import answer_question, is_answer
from backend.services.change_draft import change_draft
from backend.services.correct_reply import asked_before
from backend.services.effect_rules import Cause, Caused, EffectRule
from backend.services.keep_documents import keep_documents
from backend.services.record_change import record_change
from backend.services.review_parts import ReviewParts
from backend.sites.as_document import settings_as_document

CORRECTED: frozenset[DecisionKind] = frozenset({"corrected"})
RULE = "Whoever asks “{question}” is told: {reply}"


def suggest(cause: Cause, parts: ReviewParts) -> Sequence[Caused]:
    """Put what the correction suggests into the draft; nothing where it suggests nothing, or its page is gone."""
    wanted, item = cause.decision.decided.suggest, cause.items[0]
    asked = asked_before(cause.site, item, parts) if wanted else None
    if not wanted or asked is None:
        return []
    caused = MAKE[wanted](cause, item, asked.question, parts)
    if caused:
        after = {"suggestion": wanted, "ref": caused.ref}
        record_change(Recorded("draft.suggested", caused.ref, None, after, cause.site.id), cause.by, parts)
    return [caused] if caused else []


def write_answer(cause: Cause, _item: Item, question: str, parts: ReviewParts) -> Caused | None:
    draft = parts.drafts.draft(cause.site).site
    key = answer_question(draft, question, reply_of(cause), parts.in_draft)
    return Caused(key, {"what": "answer"})


def write_on_page(cause: Cause, item: Item, question: str, parts: ReviewParts) -> Caused | None:
    """Add the question with its answer to the end of the page that the search put first."""
    draft = parts.drafts.draft(cause.site).site
    document = parts.in_draft.passages.document(draft.id, item.page) if item.page else None
    if document is None or is_answer(document.key):
        return write_answer(cause, item, question, parts)
    is_drafted = parts.passages.document(draft.id, item.page) is not None
    added = f"\n\n## {' '.join(question.split())}\n\n{reply_of(cause)}"
    put_text(draft, item.page, document.text.rstrip() + added, parts)
    return Caused(item.page, {"what": "page", "added": len(added), "is_drafted": is_drafted})


def write_rule(cause: Cause, _item: Item, question: str, parts: ReviewParts) -> Caused | None:
    rule = RULE.format(question=" ".join(question.split()), reply=reply_of(cause))
    try:
        change_rules(cause, [*rules_of(cause.site, parts), rule], parts)
    except SettingsError:
        return None  # the draft takes no more: the correction stands all the same
    return Caused("constraints", {"what": "persona", "decision": cause.decision.id})


def take_out(cause: Cause, effect: Effect, parts: ReviewParts) -> None:
    """Take a suggestion out of the draft again, as far as it still stands there."""
    TAKE[str(effect.before.get("what"))](cause, effect, parts)


def take_answer(cause: Cause, effect: Effect, parts: ReviewParts) -> None:
    draft = parts.drafts.draft(cause.site).site
    document = parts.passages.document(draft.id, effect.ref)
    if document is not None and reply_of(cause) in document.text:
        keep_documents(draft, Change(gone=[effect.ref]), parts)


def take_from_page(cause: Cause, effect: Effect, parts: ReviewParts) -> None:
    draft = parts.drafts.draft(cause.site).site
    document = parts.passages.document(draft.id, effect.ref)
    if document is None or not document.text.endswith(reply_of(cause)):
        return
    if effect.before.get("is_drafted"):
        put_text(draft, effect.ref, document.text[: -int(str(effect.before.get("added")))], parts)
    else:
        keep_documents(draft, Change(gone=[effect.ref]), parts)


def take_rule(cause: Cause, effect: Effect, parts: ReviewParts) -> None:  # noqa: ARG001 - as the others
    asked = asked_before(cause.site, cause.items[0], parts)
    rule = RULE.format(question=" ".join(asked.question.split()), reply=reply_of(cause)) if asked else ""
    rules = rules_of(cause.site, parts)
    if rule in rules:
        change_rules(cause, [each for each in rules if each != rule], parts)


def put_text(draft: Site, key: str, text: str, parts: ReviewParts) -> None:
    document = parts.in_draft.passages.document(draft.id, key)
    if document is not None:
        keep_documents(draft, Change([replace(document, text=text)], ADDED), parts.in_draft)


def rules_of(site: Site, parts: ReviewParts) -> Sequence[str]:
    return parts.drafts.draft(site).settings.constraints


def change_rules(cause: Cause, rules: Sequence[str], parts: ReviewParts) -> None:
    draft = parts.drafts.draft(cause.site)
    document = {**settings_as_document(draft.settings), "constraints": list(rules)}
    change_draft(cause.site, document, draft.revision, cause.by.who, parts)


def reply_of(cause: Cause) -> str:
    return cause.decision.decided.reply.strip()


Make = Callable[[Cause, Item, str, ReviewParts], Caused | None]
MAKE: Mapping[Suggestion, Make] = {"answer": write_answer, "page": write_on_page, "persona": write_rule}
TAKE: Mapping[str, Callable[[Cause, Effect, ReviewParts], None]] = {
    "answer": take_answer,
    "page": take_from_page,
    "persona": take_rule,
}
SUGGESTED = EffectRule("suggested", CORRECTED, suggest, take_out)
