"""`/v1/turns/…`: read a turn again, stop it, say what it was worth. A turn is shown to its visitor alone."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, request

from backend.domain.errors import InvalidRequest, NotFound
from backend.domain.site import Site
from backend.http.body import read_body, text_of
from backend.web.parts import parts, visitor_of_request
from backend.web.streams import event_stream, stored_stream, stream_at_end
from backend.wire.reader import check_cursor, read_cursor

door = Blueprint("turns", __name__)
RATINGS = ("up", "down")
MOST_COMMENT = 2_000


@door.get("/v1/turns/<turn>/events")
def events(turn: str) -> Response:
    turn, site = turn_of_visitor(turn)
    after = read_cursor(request.headers.get("Last-Event-ID") or request.args.get("after"))
    log = parts().log
    if not log.knows(turn):
        return stored_stream(site, turn, after)
    last, has_ended = log.last_id(turn)
    if 0 < after <= log.earlier(turn):
        return stream_at_end(site, turn, after)
    if has_ended and after > last and log.was_interrupted(turn):
        return stored_stream(site, turn, after)  # of events that were sent and then lost with their process
    if not log.may_come(turn, after):
        check_cursor(after, last)
    if has_ended and after == last:
        return Response(status=204)
    parts().producer.came_back(turn, after)
    return event_stream(turn, after)


@door.post("/v1/turns/<turn>/stop")
def stop(turn: str) -> Response:
    turn, _ = turn_of_visitor(turn)
    parts().log.ask_to_stop(turn)
    return Response(status=204)


@door.post("/v1/turns/<turn>/feedback")
def feedback(turn: str) -> Response:
    turn, site = turn_of_visitor(turn)
    document = read_body(request)
    rating = text_of(document, "rating", needed=True)
    if rating not in RATINGS:
        raise InvalidRequest("rating: must be `up` or `down`")
    parts().book.rate(site, turn, rating, text_of(document, "comment", most=MOST_COMMENT))
    return Response(status=204)


def turn_of_visitor(turn: str) -> tuple[str, Site]:
    """Return the turn's canonical id and its site; raise NotFound unless it is this visitor's."""
    site_id, visitor = visitor_of_request()
    try:
        turn = str(uuid.UUID(turn))
    except ValueError as problem:
        raise NotFound("turn: there is no such turn of this visitor") from problem
    owner = parts().book.owner(turn)
    if owner is None or (owner.site_id, owner.visitor) != (site_id, visitor):
        raise NotFound("turn: there is no such turn of this visitor")
    site = site_by_id(site_id)
    parts().origins.check(request.headers.get("Origin"), site)
    return turn, site


def site_by_id(site_id: int) -> Site:
    """Return the site that a visitor's token was made for; raise NotFound where it is gone."""
    site = parts().sites.with_id(site_id)
    if site is None:
        raise NotFound("the site of this visitor is no more")
    return site
