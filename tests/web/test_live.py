"""What happens besides turns goes to the visitor as a stream: each event once, in order, while a person is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from backend.domain.errors import TooManyStreams
from backend.domain.live import LiveEvent, Presence
from backend.domain.site import Site, SiteSettings
from backend.web import live
from backend.web.live import counted, event_document, live_frames
from tests.api.client import parse_stream

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
SITE = Site(1, "pk_tea", 1, SiteSettings("Tea", ("https://tea.example",)))


class Talk:
    """A conversation whose events the test adds while a reader pauses."""

    def __init__(self, *steps: object) -> None:
        self.steps = list(steps)
        self.told: list[LiveEvent] = []
        self.person: int | None = None
        self.types = False
        self.paused = 0.0

    def pause(self, seconds: float) -> None:
        self.paused += seconds
        step = self.steps.pop(0) if self.steps else "left"
        if isinstance(step, bool):
            self.types = step
        elif step:
            self.add(str(step))

    def add(self, what: str) -> None:
        kind, _, text = what.partition(" ")
        self.person = {"joined": 1, "left": None}.get(kind, self.person)
        self.told.append(LiveEvent(len(self.told) + 1, kind, f"e{len(self.told)}", "MK", text, "t1", AT))  # type: ignore[arg-type]

    def presence(self, _site: Site, _conversation: str) -> Presence:
        return Presence(self.person, "MK", 1, len(self.told), AT, self.types, False, None)

    def events(self, _site: Site, _conversation: str, after: int = 0) -> Sequence[LiveEvent]:
        return self.told[after:]


def read(talk: Talk, after: int = 0) -> str:
    frames = live_frames(talk, SITE, "c1", after, lambda: False, talk.pause)  # type: ignore[arg-type]
    return b"".join(frames).decode()


def test_events_come_as_they_happen_until_the_person_leaves() -> None:
    talk = Talk("message Hello", "", "message How are you?", "left")
    talk.add("joined")
    heard = parse_stream(read(talk))
    assert [(each.id, each.event) for each in heard] == [(1, "joined"), (2, "message"), (3, "message"), (4, "left")]
    assert heard[1].data == {"id": "e1", "name": "MK", "text": "Hello", "after": "t1", "at": "2026-05-01T12:00:00Z"}


def test_who_comes_back_hears_the_rest_once() -> None:
    talk = Talk()
    for what in ("joined", "message One", "message Two", "left"):
        talk.add(what)
    for after in range(5):
        assert [each.id for each in parse_stream(read(talk, after))] == list(range(after + 1, 5))


def test_with_nobody_there_the_stream_ends_at_once() -> None:
    talk = Talk("joined")
    assert parse_stream(read(talk)) == []
    assert talk.paused == 0


def test_typing_is_told_when_it_begins_and_ends_and_moves_no_cursor() -> None:
    talk = Talk(True, "", False, "left")
    talk.add("joined")
    heard = parse_stream(read(talk))
    assert [(each.id, each.event, each.data.get("on")) for each in heard] == [
        (1, "joined", None),
        (1, "typing", True),
        (1, "typing", False),
        (2, "left", None),
    ]


def test_a_silent_stream_sends_a_comment_now_and_then() -> None:
    talk = Talk(*[""] * 60)
    talk.add("joined")
    assert read(talk).count(": still here") == 2


def test_a_reader_who_has_left_is_not_read_to() -> None:
    talk = Talk()
    talk.add("joined")
    frames = live_frames(talk, SITE, "c1", 0, lambda: True, talk.pause)  # type: ignore[arg-type]
    assert b"".join(frames).startswith(b"retry:")
    assert talk.paused == 0


def test_a_correction_names_its_turn() -> None:
    event = LiveEvent(3, "correction", "correction 3", "RS", "60 days.", "t1", AT)
    told = {"id": "correction 3", "name": "RS", "text": "60 days.", "turn": "t1", "at": "2026-05-01T12:00:00Z"}
    assert event_document(event) == {"number": 3, "kind": "correction", "after": "t1", **told}


def test_a_conversation_has_a_few_streams_and_no_more() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b""

    streams = [counted("c9", endless()) for _ in range(live.MOST_STREAMS)]
    for each in streams:
        next(each)
    with pytest.raises(TooManyStreams):
        live.live_stream(SITE, "c9", 0)
    for each in streams:
        each.close()
    assert "c9" not in live.open_streams
