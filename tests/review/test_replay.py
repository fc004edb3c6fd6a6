"""A turn played again."""

from __future__ import annotations

import random

import pytest

from backend.domain.events import Delta, Done, Failed, Notice, Replace, Start
from backend.domain.reply import Reply, Usage
from backend.domain.timeline import Moment, Seen, kind_of, read, record
from backend.review import Connection, Screen, Stop, connections_of, screen_at, stops_of
from backend.turn.egress import DocumentWriter

DONE = Done("end_turn", is_valid=True, is_flagged=False, confidence=0.9, usage=Usage())
STOPPED = Done("stopped", is_valid=True, is_flagged=False, confidence=0.9, usage=Usage())

TURN = [
    Moment(0, "start"),
    Moment(700, "delta", "Yes, with "),
    Moment(900, "delta", "the door open."),
    Moment(2_200, "sources"),
    Moment(2_300, "replace", "No. Never light it inside."),
    Moment(2_300, "disclaimer"),
    Moment(2_400, "done"),
]


def test_each_place_of_the_time_line_has_its_name() -> None:
    assert stops_of(TURN) == [
        Stop(0, "asked"),
        Stop(700, "first_text"),
        Stop(900, "stall", 1_300),
        Stop(2_300, "taken_back", 1_600, "Yes, with the door open."),
        Stop(2_300, "disclaimer"),
        Stop(2_400, "done"),
    ]


LOST = [
    Moment(0, "start"),
    Moment(500, "delta", "One "),
    Moment(900, "delta", "two "),
    Moment(2_000, "delta", "three."),
    Moment(2_600, "resumed", "2"),
    Moment(3_000, "done"),
]


def test_a_connection_is_lost_where_something_did_not_arrive_and_comes_back_behind_what_did() -> None:
    assert connections_of(LOST) == [Connection(0, 900, 1, 2), Connection(2_600, None, 3, 5)]
    assert [(stop.ms, stop.name, stop.lasted_ms, stop.count) for stop in stops_of(LOST)] == [
        (0, "asked", 0, 0),
        (500, "first_text", 0, 0),
        (900, "lost", 1_700, 0),
        (2_600, "resumed", 0, 2),
        (3_000, "done", 0, 0),
    ]


@pytest.mark.parametrize("number", ["0", "5", "9"])
def test_a_reader_to_whom_nothing_was_lost_breaks_no_connection(number: str) -> None:
    moments = [*LOST[:4], Moment(2_600, "resumed", number), LOST[-1]]
    assert connections_of(moments) == [Connection(0, None, 1, 5)]
    assert ("opened_anew" if number == "0" else "resumed") in [stop.name for stop in stops_of(moments)]


def test_connections_that_are_lost_again_and_again_bring_each_event_once() -> None:
    moments = [*LOST[:5], Moment(2_700, "resumed", "1"), Moment(2_800, "resumed", "3"), LOST[-1]]
    parts = connections_of(moments)
    assert [number for each in parts for number in range(each.first, each.last + 1)] == [1, 2, 3, 4, 5]
    assert [each.answered_ms for each in parts] == [0, 2_600, 2_800]


def test_the_screen_shows_what_had_come_by_then() -> None:
    assert screen_at(TURN, 0) == Screen("", ())
    assert screen_at(TURN, 800).text == "Yes, with "
    assert screen_at(TURN, 2_299) == Screen("Yes, with the door open.", ())
    assert screen_at(TURN, 9_999) == Screen("No. Never light it inside.", ("replace", "disclaimer"))


def test_an_answer_that_begins_again_drops_what_stood_there() -> None:
    turn = [Moment(0, "start"), Moment(1, "delta", "One"), Moment(2, "restarted"), Moment(3, "delta", "Two")]

    assert screen_at(turn, 2) == Screen("", ("restarted",))
    assert screen_at(turn, 3).text == "Two"
    assert [stop.name for stop in stops_of(turn)] == ["asked", "first_text", "taken_back"]


def test_waiting_for_the_first_word_is_no_stall() -> None:
    turn = [Moment(0, "start"), Moment(5_000, "delta", "One"), Moment(5_001, "stopped")]

    assert [stop.name for stop in stops_of(turn)] == ["asked", "first_text", "stopped"]
    assert stops_of([]) == []


@pytest.mark.parametrize("seed", range(200))
def test_the_end_of_every_kind_of_turn_is_what_the_browser_showed(seed: int) -> None:
    draw, at, shown = random.Random(seed), 0.0, ""
    seen: list[Seen] = [(0.0, Start("t", "c", None, "m"))]
    for attempt in range(draw.choice((1, 1, 2, 3))):
        if attempt:
            at, shown = at + draw.random(), ""
            seen.append((at, Notice("restarted", "again")))
        writer = DocumentWriter()
        for _ in range(draw.randrange(1, 12)):
            at += draw.choice((0.04, 0.2, 1.4))
            text = "".join(draw.choices('ab \n"\\é漢🚚', k=draw.randrange(1, 9)))
            if written := writer.write(text):
                seen.append((at, Delta(written)))
        shown = writer.message
    if draw.random() < 0.3:
        shown = "Taken back 🚚"
        seen.append((at := at + 0.5, Replace(Reply(shown, 0.0), "why")))
    end = draw.choice((Failed("timeout", "…", is_retryable=True), DONE, STOPPED))
    seen.append((at + 0.1, end))

    moments = list(read(record(seen)))

    assert screen_at(moments, moments[-1].ms).text == shown
    assert [kind_of(event) for _, event in seen] == [moment.event for moment in moments]
    assert all(abs(moment.ms - 1000 * when) < 50 for moment, (when, _) in zip(moments, seen, strict=True))
