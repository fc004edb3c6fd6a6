"""The time line of a replay: marks in hundredths of it, and the words that have room."""

from __future__ import annotations

from backend.console.time_line import drawing_of, marks_of
from backend.review import Stop


def test_a_mark_stands_where_it_happened_and_lasts_as_long() -> None:
    stops = [Stop(0, "asked"), Stop(2_000, "stall", 1_000), Stop(8_000, "taken_back", 500, "Yes"), Stop(10_000, "done")]
    marks = marks_of(stops, ["Asked", "Stall", "Taken back", "Done"], 10_000)
    assert [(mark.x, mark.width, mark.anchor) for mark in marks] == [
        (0, 0, "start"),
        (20, 10, "middle"),
        (80, 0, "middle"),
        (100, 0, "end"),
    ]
    assert [mark.is_long for mark in marks] == [False, True, False, False]
    assert [mark.is_bad for mark in marks] == [False, False, True, False]
    assert all(mark.words for mark in marks)


def test_words_that_would_lie_over_more_telling_ones_are_left_out() -> None:
    stops = [Stop(0, "asked"), Stop(100, "first_text"), Stop(9_900, "taken_back"), Stop(10_000, "stopped")]
    marks = marks_of(stops, ["Asked", "First text 0.1 s", "Taken back 9.9 s", "Stopped 10.0 s"], 10_000)
    assert [mark.words for mark in marks] == ["Asked", "", "", "Stopped 10.0 s"]


def test_a_turn_that_took_no_time_is_a_line_all_the_same() -> None:
    assert [mark.x for mark in marks_of([Stop(0, "asked"), Stop(0, "error")], ["Asked", "Broke off"], 0)] == [0, 0]


def test_what_is_said_beside_a_reply_has_a_drawing_too() -> None:
    assert (drawing_of(Stop(0, "truncated")), drawing_of(Stop(0, "asked"))) == ("alert", "chat")
