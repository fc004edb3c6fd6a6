"""What goes over the wire, byte for byte; the golden streams are the ones that the widget's suite reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from backend.domain.errors import InvalidRequest, ModelOverloaded
from backend.domain.events import Delta, Done, Event, Failed, Notice, Replace, Sources, Start
from backend.domain.reply import Reply, Source, Usage
from backend.wire.events import event_on_the_wire
from backend.wire.frames import RETRY, WireError, encode_delta, encode_frame
from backend.wire.reader import check_cursor, read_cursor

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))


def event_of(name: str, fields: dict[str, Any]) -> Event:
    """Return the domain event that a golden stream's event is."""
    match name:
        case "start":
            return Start(fields["turn"], fields["conversation"], fields.get("visitor"), fields["model"])
        case "delta":
            return Delta(fields["json"])
        case "replace":
            return Replace(reply_of(fields["reply"]), fields["reason"], fields["kind"])
        case "notice":
            return Notice(fields["kind"], fields["text"])
        case "sources":
            return Sources(tuple(Source(**source) for source in fields["sources"]))
        case "done":
            return Done(
                fields["stop_reason"],
                fields["valid"],
                fields["flagged"],
                fields["confidence"],
                Usage(**fields["usage"]),
            )
        case "error":
            return Failed(fields["code"], fields["message"], fields["retryable"], fields.get("retry_after"))
    raise AssertionError(f"the contract has no event {name!r}")


def reply_of(document: dict[str, Any]) -> Reply:
    return Reply(document["message"], document["confidence"], tuple(document["followups"]))


@pytest.mark.parametrize("text", ["plain", 'a "quoted"\nline\r\n\0 \u2028', "é😀 data: x\n\nid: 7", ""])
def test_the_short_way_to_a_delta_is_the_long_one(text: str) -> None:
    assert encode_delta(text, number=12) == encode_frame("delta", {"json": text}, number=12)


def test_there_are_golden_streams() -> None:
    assert len(GOLDEN) >= 8


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_our_frames_are_the_golden_ones(path: Path) -> None:
    golden = json.loads(path.read_text())
    written = RETRY.decode()
    for event in golden["events"]:
        name, fields = event_on_the_wire(event_of(event["event"], event["data"]))
        assert name == event["event"]
        written += encode_frame(name, fields, number=int(event["id"])).decode()
    frames = [frame for frame in golden["stream"].split("\n\n") if not frame.startswith(":")]
    assert written == "\n\n".join(frames)
    assert golden["events"][-1]["event"] == golden["end"]


@pytest.mark.parametrize("name", ["a\nb", "a\rb", "a\0b"])
def test_an_event_name_cannot_forge_a_field(name: str) -> None:
    with pytest.raises(WireError):
        encode_frame(name, {}, number=1)


def test_no_text_can_break_out_of_its_data_line() -> None:
    nasty = "a\n\ndata: x\r\nid: 9\u2028\u2029\0"
    frame = encode_frame("delta", {"json": nasty}, number=1).decode()
    assert frame.count("\n") == 4
    assert json.loads(frame.split("data: ", 1)[1])["json"] == nasty


def test_a_failure_says_what_it_is_and_when_to_come_again() -> None:
    name, fields = event_on_the_wire(Failed.because(ModelOverloaded(retry_after_s=3)))
    assert name == "error"
    assert list(fields) == ["code", "message", "retryable", "retry_after"]
    assert fields["code"] == "overloaded"


@pytest.mark.parametrize("text", ["-1", "1.5", "abc", " 1", "1e3", "٣", "9" * 30, "0x1", "+1"])
def test_a_nonsense_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest, match="Last-Event-ID"):
        read_cursor(text)


def test_a_cursor_is_a_number_that_was_sent() -> None:
    assert read_cursor(None) == read_cursor("") == read_cursor("0") == 0
    assert read_cursor("17") == 17
    check_cursor(5, 5)
    with pytest.raises(InvalidRequest, match="6"):
        check_cursor(6, 5)
