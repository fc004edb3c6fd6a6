"""The model's events are read at every cut, and what is no event is refused."""

from __future__ import annotations

import pytest

from backend.providers.sse import MOST_BYTES, BadFrame, EventReader


def test_events_are_read_at_every_cut() -> None:
    stream = 'event: a\ndata: {"type":"a","t":"é😀"}\n\n: comment\n\ndata: {"type":"b"}\r\n\r\n'.encode()
    for at in range(len(stream) + 1):
        reader = EventReader()
        events = [*reader.feed(stream[:at]), *reader.feed(stream[at:])]
        assert events == [{"type": "a", "t": "é😀"}, {"type": "b"}]


def test_what_is_no_event_is_refused() -> None:
    with pytest.raises(BadFrame):
        list(EventReader().feed(b"data: {broken\n\n"))
    with pytest.raises(BadFrame):
        list(EventReader().feed(b"data: [1]\n\n"))
    with pytest.raises(BadFrame):
        list(EventReader().feed(b"x" * (MOST_BYTES + 1)))
