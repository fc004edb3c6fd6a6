"""People in conversations: joined, written in, left; and visitors' wishes for a person."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from backend.accounts.permissions import require
from backend.console.api.callers import access, note, site_for
from backend.console.api.shapes import body, listing, moment, most_wanted, page_of
from backend.console.parts import house
from backend.domain.conversation import Handoff, HandoffState
from backend.domain.errors import InvalidRequest, NotFound, UnknownSite
from backend.domain.site import Site
from backend.services.join_conversation import join_conversation, leave_conversation, say

door = Blueprint("conversations", __name__)


@door.put("/conversations/<conversation>/joined")
def join(conversation: str) -> Response:
    """Join; `{"take": true}` takes it over from somebody else."""
    site = site_of(conversation)
    takes_over = body().get("take") is True
    number = join_conversation(site, conversation, access().person, house(), takes_over=takes_over)
    note("conversation.joined", site, conversation)
    return jsonify(joined=number)


@door.delete("/conversations/<conversation>/joined")
def leave(conversation: str) -> tuple[str, int]:
    site = site_of(conversation)
    if leave_conversation(site, conversation, access().person, house()):
        note("conversation.left", site, conversation)
    return "", 204


@door.post("/conversations/<conversation>/messages")
def write(conversation: str) -> tuple[Response, int]:
    """Write; the same `id` sent again changes nothing."""
    site, given = site_of(conversation), body()
    text, message = given.get("text"), given.get("id", "")
    if not isinstance(text, str) or not isinstance(message, str):
        raise InvalidRequest("text: must be a text" if not isinstance(text, str) else "id: must be a text")
    event = say(site, conversation, access().person, text, house(), message)
    return jsonify(id=event.id, number=event.number, text=event.text, name=event.name, at=moment(event.at)), 201


@door.get("/sites/<key>/handoffs")
def handoffs(key: str) -> Response:
    """List visitors' wishes for a person, the oldest first; `?state=open` those that wait."""
    site, most, given = site_for(key, "talk"), most_wanted(), request.args.get("state")
    state = None if given is None else state_of(given)
    found = house().book.handoffs(site, state, after=request.args.get("after"), most=most + 1)
    shown, after = page_of(found, most, lambda each: each.id)
    return listing(list(map(handoff_shape, shown)), after)


@door.put("/handoffs/<handoff>")
def settle(handoff: str) -> Response:
    given = body().get("state")
    site = site_with(house().book.site_of_handoff(handoff), f"handoff {handoff[:60]!r}")
    state = state_of(given)
    found = house().book.settle_handoff(site, handoff, state, access().person.email if state == "answered" else "")
    if found is None:
        raise NotFound(f"handoff {handoff[:60]!r}: there is no such wish")
    note("handoff.settled", site, handoff, None, state)
    return jsonify(handoff_shape(found))


def state_of(given: object) -> HandoffState:
    if given == "open":
        return "open"
    if given == "answered":
        return "answered"
    raise InvalidRequest("state: must be open or answered")


def site_of(conversation: str) -> Site:
    owner = house().book.conversation_owner(conversation)
    return site_with(owner[0] if owner else None, f"conversation {conversation[:60]!r}")


def site_with(site_id: int | None, what: str) -> Site:
    """Return the site that something belongs to; raise NotFound where it does not exist for the caller."""
    caller = access()
    site = None if site_id is None else house().sites.with_id(site_id)
    try:
        if site is not None:
            require(caller, site.id, "talk")
            return site
    except UnknownSite:
        pass
    raise NotFound(f"{what}: there is none")


def handoff_shape(handoff: Handoff) -> dict[str, object]:
    return {
        "id": handoff.id,
        "state": handoff.state,
        "conversation": handoff.conversation,
        "email": handoff.email,
        "note": handoff.note,
        "at": moment(handoff.at),
        "answered_at": moment(handoff.answered_at),
        "by": handoff.answered_by or None,
    }
