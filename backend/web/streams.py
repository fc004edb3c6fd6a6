"""Event streams as responses."""

from __future__ import annotations

from flask import Response

from backend.domain.errors import NotFound
from backend.domain.site import Site
from backend.web.parts import parts
from backend.wire.reader import follow, replay

HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx as it comes would hold the stream back and send it as one
    "X-Content-Type-Options": "nosniff",
}


def event_stream(turn: str, after: int = 0) -> Response:
    """Return the stream of a turn in the log, from after a cursor."""
    return Response(follow(parts().log, turn, after), headers=HEADERS, content_type="text/event-stream; charset=utf-8")


def stored_stream(site: Site, turn: str, after: int = 0) -> Response:
    """Return the stream of a turn whose log has gone, from its stored reply."""
    stored = parts().book.turn(site, turn)
    if stored is None:
        raise NotFound("turn: there is no such turn of this visitor")
    return Response(replay(stored, after), headers=HEADERS, content_type="text/event-stream; charset=utf-8")
