"""The stream of what happens in a conversation besides turns: open while a person of the staff is in it.

Rules:
1. Events come from the book, numbered; which worker a person or a visitor speaks to does not matter.
2. `typing` says that the person is typing, or is not any more. It has no number of its own: whoever comes back misses
   nothing.
3. A conversation has a few streams at most: one for each of the visitor's tabs.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator

from flask import Response, request

from backend.domain.errors import TooManyStreams
from backend.domain.live import LiveEvent, Presence
from backend.domain.ports import LiveBook
from backend.domain.site import Site
from backend.web.parts import parts
from backend.web.streams import EVENT_STREAM, HEADERS, Reader
from backend.wire.frames import COMMENT, RETRY, encode_frame

LOOKED_EVERY_S = 0.5
HEARTBEAT_S = 12.0
MOST_STREAMS = 8
SOON_S = 5
open_streams: Counter[str] = Counter()


def live_stream(site: Site, conversation: str, after: int) -> Response:
    """Return the stream after a cursor; raise TooManyStreams where the conversation has enough of them."""
    if open_streams[conversation] >= MOST_STREAMS:
        raise TooManyStreams(retry_after_s=SOON_S)
    reader, drain = Reader(request.environ.get("gunicorn.socket")), parts().drain
    frames = counted(
        conversation,
        live_frames(
            parts().house.live, site, conversation, after, lambda: reader.has_left() or drain.has_begun, time.sleep
        ),
    )
    return Response(reader.watched(frames, lambda: None), headers=HEADERS, content_type=EVENT_STREAM)


def live_frames(
    book: LiveBook,
    site: Site,
    conversation: str,
    after: int,
    is_over: Callable[[], bool],
    pause: Callable[[float], None],
) -> Iterator[bytes]:
    """Yield what happens after a cursor, until nobody of the staff is in the conversation."""
    yield RETRY
    silent_s, is_typing = 0.0, False
    while not is_over():
        presence = book.presence(site, conversation)
        events = book.events(site, conversation, after) if presence and presence.last > after else ()
        frames = b"".join(map(encode_live, events)) + typing_frame(
            presence, is_typing, events[-1].number if events else after
        )
        after, is_typing = (events[-1].number if events else after), bool(presence and presence.person_types)
        if frames or silent_s >= HEARTBEAT_S:
            yield frames or COMMENT
            silent_s = 0.0
        if presence is None or presence.person is None:
            return
        pause(LOOKED_EVERY_S)
        silent_s += LOOKED_EVERY_S


def counted(conversation: str, frames: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the frames, counted as one of the conversation's streams meanwhile."""
    open_streams[conversation] += 1
    try:
        yield from frames
    finally:
        open_streams[conversation] -= 1
        if not open_streams[conversation]:
            del open_streams[conversation]


def encode_live(event: LiveEvent) -> bytes:
    return encode_frame(event.kind, event_fields(event), number=event.number)


def typing_frame(presence: Presence | None, was_typing: bool, last: int) -> bytes:
    """Return the news that the person began or ended to type, numbered as the last event; nothing without news."""
    is_typing = bool(presence and presence.person_types)
    if presence is None or is_typing == was_typing:
        return b""
    return encode_frame("typing", {"on": is_typing}, number=last)


def event_fields(event: LiveEvent) -> dict[str, object]:
    fields: dict[str, object] = {"id": event.id, "name": event.name, "text": event.text, "after": event.after}
    if event.kind == "correction":
        fields["turn"] = event.after
    return {**fields, "at": f"{event.at:%Y-%m-%dT%H:%M:%SZ}"}


def event_document(event: LiveEvent) -> dict[str, object]:
    """Return an event as it stands in the conversation: numbered, and behind the turn that it follows."""
    return {"number": event.number, "kind": event.kind, **event_fields(event)}
