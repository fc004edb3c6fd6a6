"""`/v1/conversations/…`: a visitor's own conversation, to show again and to erase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog
from flask import Blueprint, Response, jsonify, request

from backend.domain.conversation import StoredTurn, is_stars
from backend.domain.email import can_be_answered
from backend.domain.errors import InvalidRequest, NotFound
from backend.domain.live import LiveEvent
from backend.domain.site import Site
from backend.http.body import read_body, text_of
from backend.services.erase_conversation import erase_conversation
from backend.services.hand_over import hand_over
from backend.web.live import event_document, live_stream
from backend.web.parts import parts, visitor_of_request
from backend.web.turns import site_by_id
from backend.wire.reader import check_cursor, read_cursor

door = Blueprint("conversations", __name__)
log = structlog.get_logger("web")

MOST_EMAIL, MOST_NOTE = 254, 4_000


@door.get("/v1/conversations/<conversation>")
def show(conversation: str) -> Response:
    site = site_of_conversation(conversation)
    turns = [turn_document(turn) for turn in parts().book.conversation(site, conversation)]
    response = jsonify(turns=turns, **besides(site, conversation, turns))
    response.headers["Cache-Control"] = "no-store"
    return response


@door.delete("/v1/conversations/<conversation>")
def erase(conversation: str) -> Response:
    """Erase it everywhere."""
    erase_conversation(site_of_conversation(conversation), conversation, parts().book, parts().log)
    return Response(status=204)


@door.post("/v1/conversations/<conversation>/handoff")
def ask_for_person(conversation: str) -> Response:
    """Keep the visitor's address and note for the staff, who take it from there."""
    site = site_of_conversation(conversation)
    document = read_body(request)
    email = text_of(document, "email", needed=True, most=MOST_EMAIL).strip()
    if not can_be_answered(email):
        raise InvalidRequest("email: not an address like name@example.com; nothing has been sent yet")
    note = text_of(document, "note", most=MOST_NOTE).strip()
    hand_over(site, conversation, email, note, parts().house)
    log.info("conversation.handed_over", site=site.key, conversation=conversation)
    return Response(status=202)


@door.get("/v1/conversations/<conversation>/events")
def events(conversation: str) -> Response:
    """Tell what happens besides turns; the stream stays open while a person is in the conversation."""
    site = site_of_conversation(conversation)
    after = read_cursor(request.headers.get("Last-Event-ID") or request.args.get("after"))
    presence = parts().house.live.presence(site, conversation)
    check_cursor(after, presence.last if presence else 0)
    parts().house.live.see_visitor(site, conversation)
    return live_stream(site, conversation, after)


@door.post("/v1/conversations/<conversation>/stars")
def rate(conversation: str) -> Response:
    """Keep how many stars of five the visitor gives the conversation; the last ones count."""
    site = site_of_conversation(conversation)
    stars = read_body(request).get("stars")
    if not is_stars(stars):
        raise InvalidRequest("stars: must be a whole number from 1 to 5")
    if not site.settings.stars:
        raise InvalidRequest("stars: this site does not ask for them")
    parts().book.give_stars(site, conversation, stars)
    return Response(status=204)


@door.post("/v1/conversations/<conversation>/typing")
def typing(conversation: str) -> Response:
    """Let the person who is in the conversation know that the visitor is typing."""
    site = site_of_conversation(conversation)
    parts().house.live.type(site, conversation)
    return Response(status=204)


def besides(site: Site, conversation: str, turns: Sequence[dict[str, object]]) -> dict[str, object]:
    """Return what happened besides turns, where anything did; what the team corrected stands at its turn."""
    events = parts().house.live.events(site, conversation)
    corrections = {each.after: each for each in events if each.kind == "correction"}
    for turn in turns:
        if (found := corrections.get(str(turn["turn"]))) and found.text:
            turn["correction"] = {"name": found.name, "text": found.text, "at": f"{found.at:%Y-%m-%dT%H:%M:%SZ}"}
    told = [each if is_current(each, corrections) else replace(each, text="") for each in events]
    return {"events": list(map(event_document, told))} if told else {}


def is_current(event: LiveEvent, corrections: Mapping[str, LiveEvent]) -> bool:
    """Tell whether an event still says what counts: of many corrections of a turn the last one does."""
    return event.kind != "correction" or corrections[event.after] is event


def turn_document(turn: StoredTurn) -> dict[str, object]:
    stated = turn.reply.confidence if turn.reply else None
    told = {} if turn.calibrated in (None, stated) else {"confidence": turn.calibrated}
    return {
        **told,
        "turn": turn.turn,
        "question": turn.question,
        "reply": turn.reply.document() if turn.reply else None,
        "status": turn.status,
        "sources": [source.document() for source in turn.sources],
        "notices": list(turn.notices),
        **({"found": False} if turn.found_nothing else {}),
    }


def site_of_conversation(conversation: str) -> Site:
    """Return the conversation's site; raise NotFound unless it is this visitor's."""
    visitor = visitor_of_request()
    if parts().book.conversation_owner(conversation) != visitor:
        raise NotFound("conversation: there is no such conversation of this visitor")
    site = site_by_id(visitor[0])
    parts().origins.check(request.headers.get("Origin"), site)
    return site
