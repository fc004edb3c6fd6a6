"""A turn's row in the database: from what the corridor knows, and back to what a visitor may see again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from backend.domain.conversation import StoredTurn
from backend.domain.knowledge import Found
from backend.domain.reply import Reply, Source, Usage
from backend.domain.site import Site
from backend.domain.turn import Opening, Outcome, Page, PastTurn, Timings, TurnStatus
from backend.store import tables
from backend.store.sealing import SiteSeal

TIMES = tuple(field.name for field in fields(Timings))
STREAMING, DONE, STOPPED, FAILED = "streaming", "done", "stopped", "failed"
BY_PERSON = "(A person of our team answered here:)"
TAKEN_OVER = "(A person of our team took care of this.)"
FOR_PERSON: TurnStatus = "for_person"


def row_of(opening: Opening, seal: SiteSeal, now: datetime) -> dict[str, object]:
    asked, route, found = opening.asked, opening.route, opening.found
    page = json.dumps({"url": asked.page.url, "title": asked.page.title}, ensure_ascii=False)
    return {
        "id": asked.turn,
        "site_id": asked.site.id,
        "visitor_id": asked.visitor,
        "conversation_id": asked.conversation,
        "fingerprint": asked.fingerprint,
        "was_anonymous": asked.was_anonymous,
        "status": STREAMING,
        "question_sealed": seal.seal(opening.question.text, "turn", asked.turn, "question_sealed"),
        "page_sealed": seal.seal(page, "turn", asked.turn, "page_sealed"),
        "locale": asked.locale,
        "version": asked.site.version,
        "model": route.model.id,
        "because": route.because,
        "passages": _passages_of(found),
        "found_confidence": found.confidence,
        "stop_reason": "",
        "is_valid": True,
        "is_flagged": bool(opening.question.flags),
        "request_id": "",
        "sources": [],
        "notices": [],
        "timings": _timings(opening.timings),
        "error": "",
        "created_at": now,
    }


def for_person(row: dict[str, object], now: datetime) -> dict[str, object]:
    """Return the row of a question that a person of the staff is to answer: no model is asked."""
    nothing: dict[str, object] = {"model": "", "because": FOR_PERSON, "passages": [], "found_confidence": 1.0}
    return {**row, **nothing, "status": FOR_PERSON, "stop_reason": FOR_PERSON, "ended_at": now}


def _passages_of(found: Found) -> list[dict[str, object]]:
    return [{"id": hit.passage.id, "document": hit.passage.document, "score": hit.score} for hit in found.hits]


def values_of(outcome: Outcome, seal: SiteSeal, turn: str) -> dict[str, object]:
    reply, usage = outcome.reply, outcome.usage
    flagged = {"is_flagged": True} if outcome.flags else {}  # else as the question left it
    routed = {"model": outcome.route.model.id, "because": outcome.route.because} if outcome.route else {}
    return {
        **flagged,
        **routed,
        "status": outcome.status,
        "reply_sealed": None if reply is None else _seal_reply(reply, seal, turn),
        "confidence": None if reply is None else reply.confidence,
        "calibrated": None if reply is None else outcome.calibrated,
        "stop_reason": outcome.stop_reason,
        "is_valid": outcome.is_valid,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "cost_usd": usage.cost_usd,
        "request_id": outcome.request_id,
        "sources": [source.document() for source in outcome.sources],
        "notices": list(outcome.notices),
        "timings": _timings(outcome.timings),
        "error": outcome.error,
    }


def _timings(timings: Timings) -> dict[str, float | None]:
    return {name: getattr(timings, name) for name in TIMES}


def _seal_reply(reply: Reply, seal: SiteSeal, turn: str) -> bytes:
    written = json.dumps(reply.document(), ensure_ascii=False)
    return seal.seal(written, "turn", turn, "reply_sealed")


def turns_of(site: Site) -> Select[Any]:
    return select(tables.turn).where(tables.turn.c.site_id == site.id)


def past_turn(row: Row[Any], seal: SiteSeal, said: Sequence[str] = ()) -> PastTurn:
    """Return a turn for the prompt. What a person of the staff wrote stands where it was written, and says so."""
    reply = None if row.reply_sealed is None else _reply(row, seal)
    if reply is not None and not said:
        return PastTurn(question_of(row, seal), reply)
    by_person = f"{BY_PERSON} {' '.join(said)}".strip() if said else TAKEN_OVER
    message = by_person if reply is None else f"{reply.message}\n\n{by_person}"
    return PastTurn(question_of(row, seal), Reply(message, 1.0 if reply is None else reply.confidence))


def stored_turn(row: Row[Any], seal: SiteSeal) -> StoredTurn:
    return StoredTurn(
        turn=row.id,
        conversation=row.conversation_id,
        question=question_of(row, seal),
        reply=None if row.reply_sealed is None else _reply(row, seal),
        status=row.status,
        sources=tuple(Source(each["id"], each["title"], each["url"]) for each in row.sources),
        stop_reason=row.stop_reason,
        notices=tuple(row.notices),
        is_valid=row.is_valid,
        is_flagged=row.is_flagged,
        usage={} if row.input_tokens is None else _usage(row).document(),
        error=row.error,
        model=row.model,
        calibrated=row.calibrated,
    )


def question_of(row: Any, seal: SiteSeal) -> str:
    return seal.open(row.question_sealed, "turn", row.id, "question_sealed")


def _reply(row: Row[Any], seal: SiteSeal) -> Reply:
    document = json.loads(seal.open(row.reply_sealed, "turn", row.id, "reply_sealed"))
    return Reply(document["message"], document["confidence"], tuple(document["followups"]))


def _usage(row: Row[Any]) -> Usage:
    return Usage(row.input_tokens, row.output_tokens, row.cache_read_tokens, row.cache_write_tokens, row.cost_usd)


def page_of(row: Any, seal: SiteSeal) -> Page:
    """Return the page on which a question was asked."""
    kept = json.loads(seal.open(row.page_sealed, "turn", row.id, "page_sealed"))
    return Page(kept["url"], kept["title"])
