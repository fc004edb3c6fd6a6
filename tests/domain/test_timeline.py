"""What a visitor's screen was sent, and when: what is kept says again what was sent."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.events import Delta, Done, Failed, Notice, Replace, Sources, Start
from backend.domain.reply import Reply, Usage
from backend.domain.timeline import CameBack, Moment, Recorded, Seen, read, record
from backend.turn.egress import DocumentWriter

START = Start("t", "c", None, "m")
DONE = Done("end_turn", is_valid=True, is_flagged=False, confidence=0.9, usage=Usage())


def said(seen: list[Seen]) -> list[tuple[int, str, str]]:
    return [(each.ms, each.event, each.text) for each in read(record(seen))]


def document(pieces: list[str]) -> list[str]:
    writer = DocumentWriter()
    return [*(written for piece in pieces if (written := writer.write(piece))), writer.close(0.9, ("More?",))]


def test_pieces_of_a_reply_come_back_with_their_times() -> None:
    pieces = document(['He said "hi', '" 🚚\n', "and went."])
    times = [0.1, 0.25, 0.3, 0.4]
    seen: list[Seen] = [(0.0, START), *((at, Delta(each)) for at, each in zip(times, pieces, strict=True)), (0.5, DONE)]

    assert said(seen) == [
        (0, "start", ""),
        (100, "delta", 'He said "hi'),
        (250, "delta", '" 🚚\n'),
        (300, "delta", "and went."),
        (400, "delta", ""),
        (500, "done", ""),
    ]


def test_what_was_given_up_and_what_was_taken_back_is_seen_again() -> None:
    seen: list[Seen] = [
        (5.0, START),
        (5.1, Delta(document(["First"])[0])),
        (5.2, Notice("restarted", "again")),
        (5.3, Delta(document(["Second"])[0])),
        (5.4, Replace(Reply("Taken back", 0.0), "why")),
        (5.5, Notice("disclaimer", "…")),
        (5.6, DONE),
    ]

    assert [each[1:] for each in said(seen)] == [
        ("start", ""),
        ("delta", "First"),
        ("restarted", ""),
        ("delta", "Second"),
        ("replace", "Taken back"),
        ("disclaimer", ""),
        ("done", ""),
    ]
    assert record(seen).texts == ("First", "Second", "Taken back")


def test_a_restart_before_any_text_gives_nothing_up() -> None:
    seen: list[Seen] = [(0, START), (1, Notice("restarted", "")), (2, Delta(document(["One"])[0])), (3, DONE)]

    assert record(seen).texts == ("One",)
    assert ("delta", "One") in [each[1:] for each in said(seen)]


def test_every_end_has_its_name() -> None:
    stopped = Done("stopped", is_valid=False, is_flagged=False, confidence=0.0, usage=Usage())
    failed = Failed("timeout", "…", is_retryable=True)
    assert [each[1] for each in said([(0, START), (1, Sources(())), (2, stopped)])] == ["start", "sources", "stopped"]
    assert said([(0, failed)]) == [(0, "error", "")]
    assert said([]) == []


@given(st.lists(st.text(min_size=1), max_size=20), st.lists(st.floats(0, 3), min_size=22, max_size=22))
def test_whatever_was_sent_comes_back_within_a_millisecond(pieces: list[str], pauses: list[float]) -> None:
    at, seen = 7.0, list[Seen]([(7.0, START)])
    written = [each for each in document(pieces) if each]
    for piece, pause in zip(written, pauses, strict=False):
        at += pause
        seen.append((at, Delta(piece)))
    seen.append((at, DONE))

    kept = list(read(record(seen)))

    assert [each.event for each in kept] == ["start", *["delta"] * len(written), "done"]
    assert all(abs(each.ms - 1000 * (when - 7.0)) <= 0.51 for each, (when, _) in zip(kept, seen, strict=True))
    message = json.loads("".join(written))["message"] if written else ""
    assert "".join(each.text for each in kept) == message


@pytest.mark.parametrize(("deltas", "most"), [(20, 80), (400, 1_300), (800, 2_600)])
def test_a_long_reply_takes_three_bytes_a_piece(deltas: int, most: int) -> None:
    pieces = document(["word "] * deltas)
    seen: list[Seen] = [(0.04 * number, Delta(piece)) for number, piece in enumerate(pieces)]

    assert len(record(seen).moments) <= most


def test_bytes_that_are_cut_off_are_left_out() -> None:
    kept = record([(0, START), (1, DONE)])

    assert list(read(Recorded(kept.moments[:-1], kept.texts))) == [Moment(0, "start")]


def test_a_reader_that_came_back_is_told_with_what_it_had() -> None:
    seen: list[Seen] = [(0, START), (0.2, Delta(document(["One"])[0])), (1.7, CameBack(2)), (2, DONE)]

    assert said(seen)[2:] == [(1_700, "resumed", "2"), (2_000, "done", "")]
