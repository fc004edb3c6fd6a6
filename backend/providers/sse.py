"""Reads the event stream of the Messages protocol from bytes, without looking twice at any of them.

1. Bytes come cut anywhere; a frame is handed out only when its blank line has arrived.
2. Only `data` lines matter: every event of this protocol repeats its name as `type` inside its JSON.
3. A frame that is not JSON is a failure of the stream, never skipped: what follows it cannot be trusted.
4. `[DONE]`, which some gateways write behind a stream, is an event of its own.
5. A frame may not grow without end: more than MOST_BYTES without a blank line is a failure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

MOST_BYTES = 1_000_000


class BadFrame(ValueError):
    """Something in the stream is not a frame of the Messages protocol."""


class EventReader:
    """Turns chunks of bytes into the JSON objects of their events."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> Iterator[dict[str, Any]]:
        """Yield every event that this chunk completes; raise BadFrame."""
        pending = self._rest + chunk
        if b"\r" in pending:
            pending = pending.replace(b"\r\n", b"\n")
        *frames, self._rest = pending.split(b"\n\n")
        if len(self._rest) > MOST_BYTES:
            raise BadFrame("a frame without an end")
        if (events := events_at_once(frames)) is not None:
            yield from events
            return
        for frame in frames:
            event = event_of(frame)
            if event is not None:
                yield event


def events_at_once(frames: Sequence[bytes]) -> Sequence[dict[str, Any]] | None:
    """Return the events of frames of the usual form, read as one text of JSON; None where one is of another form."""
    bodies = []
    for frame in frames:
        head, mark, body = frame.rpartition(b"\ndata:")
        if not mark or b"\n" in body or b"data:" in head:
            return None
        bodies.append(body)
    try:
        events: list[dict[str, Any]] = orjson.loads(b"[%s]" % b",".join(bodies))
    except orjson.JSONDecodeError:
        return None
    is_one_each = len(events) == len(bodies) and all(type(event) is dict for event in events)
    return events if is_one_each else None


def event_of(frame: bytes) -> dict[str, Any] | None:
    """Return the JSON object of one frame; None for a frame without data, such as a comment."""
    head, mark, body = frame.rpartition(b"\ndata:")
    if not mark or b"\n" in body or b"data:" in head:  # not the usual frame: a name, and then one line of data
        body = b"\n".join(line[5:].lstrip(b" ") for line in frame.split(b"\n") if line.startswith(b"data:"))
    if not body:
        return None
    if body.strip() == b"[DONE]":
        return {"type": "[DONE]"}
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError as broken:
        raise BadFrame(f"an event that is not JSON: {broken}") from broken
    if not isinstance(event, dict):
        raise BadFrame("an event that is not an object")
    return event
