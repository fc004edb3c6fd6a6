"""The picture of what replies say against how many are right."""

from __future__ import annotations

from backend.console.reliability import BASE, LEFT, RIGHT, TOP, reliability_chart
from backend.review.calibration import Bin

CURVE = [Bin(0.2, 0.25, 0.1, 0.4, 10), Bin(0.9, 0.95, 0.8, 1.0, 10)]


def test_exact_replies_lie_on_the_diagonal() -> None:
    chart = reliability_chart([Bin(0.0, 0.0, 0.0, 0.0, 1), Bin(1.0, 1.0, 1.0, 1.0, 1)], [], None)
    assert chart.points == [(LEFT, BASE), (RIGHT, TOP)]
    assert chart.calibrated == f"M{LEFT}.0 {BASE}.0L{RIGHT}.0 {TOP}.0"
    assert chart.at is None


def test_each_group_has_its_range_and_the_threshold_its_place() -> None:
    chart = reliability_chart(CURVE, CURVE, 0.5)
    assert chart.ranges.count("V") == len(CURVE)
    assert chart.at == (LEFT + RIGHT) / 2
    (_, first), (_, second) = chart.names
    assert abs(first - second) >= 16  # names of the same end do not touch


def test_nothing_decided_is_an_empty_picture() -> None:
    chart = reliability_chart([], [], None)
    assert (chart.calibrated, chart.stated, chart.points, chart.ranges) == ("", "", [], "")
