"""A question asked of the draft, answered as a stream: as visitors are, with what made the answer before its end."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from itertools import chain

from flask import Blueprint, Response

from backend.console.api.callers import access, site_for
from backend.console.api.shapes import body, prompt_shape
from backend.console.parts import house
from backend.domain.errors import InvalidRequest
from backend.domain.events import Event
from backend.domain.trace import Made
from backend.domain.turn import Page
from backend.http.body import text_of
from backend.services.lay_out_again import prompt_of
from backend.services.try_draft import Wanted, try_draft
from backend.wire.events import event_on_the_wire
from backend.wire.frames import RETRY, encode_frame

door = Blueprint("trying", __name__)
LONGEST_ADDRESS = 2_048
HEADERS = {"X-Accel-Buffering": "no"}


@door.post("/sites/<key>/try")
def ask(key: str) -> Response:
    site = site_for(key, "edit")
    draft = house().drafts.draft(site)
    events = try_draft(draft, wanted_from(body()), access().person.id, house())
    first = next(events)  # whatever refuses the question does so before the stream begins
    return Response(
        frames(chain([first], events), house().time().date()),
        headers=HEADERS,
        content_type="text/event-stream; charset=utf-8",
    )


def wanted_from(sent: dict[str, object]) -> Wanted:
    """Return what is asked, in the fields of `POST /v1/chat`; raise InvalidRequest naming the field."""
    page = sent.get("page") or {}
    if not isinstance(page, dict):
        raise InvalidRequest('page: must be an object {"url", "title"}')
    try:
        turn = str(uuid.UUID(text_of(sent, "turn") or str(uuid.uuid4())))
    except ValueError:
        raise InvalidRequest("turn: must be a UUID, made anew for each question") from None
    return Wanted(
        message=text_of(sent, "message", needed=True),
        turn=turn,
        conversation=text_of(sent, "conversation") or None,
        page=Page(text_of(page, "url", most=LONGEST_ADDRESS), text_of(page, "title", most=LONGEST_ADDRESS)),
        locale=text_of(sent, "locale", most=100),
    )


def frames(events: Iterator[Event | Made], today: date) -> Iterator[bytes]:
    """Yield the stream's frames; whoever leaves stops the turn."""
    yield RETRY
    for number, event in enumerate(events, start=1):
        name, fields = ("trace", trace_shape(event, today)) if isinstance(event, Made) else event_on_the_wire(event)
        yield encode_frame(name, fields, number=number)


def trace_shape(made: Made, today: date) -> dict[str, object]:
    opening, outcome = made.opening, made.outcome
    route, prompt = made.route, prompt_of(made, today)
    cost, timings = outcome.usage.cost_usd, outcome.timings
    return {
        "prompt": None if prompt is None else prompt_shape(prompt),
        "passages": [
            {
                "document": hit.passage.document,
                "title": hit.passage.title,
                "heading": hit.passage.heading,
                "text": hit.passage.text,
                "score": hit.score,
            }
            for hit in opening.found.hits
        ],
        "found_confidence": opening.found.confidence,
        "route": {"model": route.model.id, "because": route.because},
        "verdicts": [{"reason": flag.reason, "evidence": flag.evidence} for flag in outcome.flags],
        "timings": {
            "admitted_ms": timings.admitted_ms,
            "found_ms": timings.found_ms,
            "asked_ms": timings.asked_ms,
            "first_text_ms": timings.first_text_ms,
            "ended_ms": timings.ended_ms,
        },
        "cost_usd": None if cost is None else f"{cost:.6f}",
    }
