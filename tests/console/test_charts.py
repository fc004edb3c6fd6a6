"""A chart's names do not touch and stand on the paper; a gap lifts the pen; its top is a round number."""

from __future__ import annotations

import itertools

import pytest

from backend.console.charts import APART, BOTTOM, HEIGHT, WIDTH, Series, chart_of, nice_top, path_of, push_apart


@pytest.mark.parametrize(("most", "top"), [(0, 2), (1, 2), (3, 4), (5, 6), (7, 10), (11, 20), (199, 200), (201, 400)])
def test_the_top_is_round_and_its_half_is_whole(most: float, top: float) -> None:
    assert nice_top(most) == pytest.approx(top)
    assert (nice_top(most) / 2).is_integer()


def test_names_are_pushed_apart_and_stay_on_the_paper() -> None:
    pushed = push_apart([HEIGHT - BOTTOM, HEIGHT - BOTTOM, HEIGHT - BOTTOM - 3])
    gaps = sorted(pushed)
    assert all(later - earlier >= APART for earlier, later in itertools.pairwise(gaps))
    assert max(pushed) <= HEIGHT - BOTTOM


def test_a_gap_lifts_the_pen() -> None:
    assert path_of([1.0, None, 2.0], 10).count("M") == 2
    assert path_of([], 10) == ""


def test_the_longest_name_has_its_room() -> None:
    chart = chart_of([Series("Asked for a person", [1, 2]), Series("B", [None, None])], ["a", "b"])
    assert chart.right + 8 + 7 * len("Asked for a person") <= WIDTH
    assert [line.kind for line in chart.lines] == ["l1", "l2"]
    assert chart_of([], []).grid
