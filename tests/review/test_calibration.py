"""The confidence of replies is fitted on what staff decided, and weighed by how each reply came before them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from backend.domain.calibration import CEILING, FEW, Curve
from backend.review.calibration import (
    HALF_LIFE_DAYS,
    MOST_WEIGHT,
    Decided,
    error_of,
    fit,
    reliability,
    right_order,
    weight_of,
)

SURE = Decided(0.95, 0.9, is_right=True, propensity=1.0)
UNSURE = Decided(0.4, 0.3, is_right=False, propensity=1.0)


def draw(dice: random.Random, truth: Curve, count: int) -> list[Decided]:
    """Return replies whose chance to be right is what this curve says."""
    replies = [Decided(dice.random(), dice.random(), is_right=True, propensity=1.0) for _ in range(count)]
    return [replace(each, is_right=dice.random() < truth.of(each.stated, each.found)) for each in replies]


def test_without_decisions_the_weights_of_all_sites_hold() -> None:
    assert fit([]) == Curve(1.0, 0.0, 0)
    assert Curve().of(0.5, 0.5) < Curve().of(0.9, 0.5) < Curve().of(0.9, 0.9)


@pytest.mark.parametrize("truth", [Curve(1.0, -1.5), Curve(0.4, 0.5), Curve(1.6, 1.0)])
def test_many_decisions_find_the_curve_that_they_were_drawn_from(truth: Curve) -> None:
    found = fit(draw(random.Random(5), truth, 4_000))
    assert found.slope == pytest.approx(truth.slope, abs=0.15)
    assert found.level == pytest.approx(truth.level, abs=0.2)
    assert found.decisions == 4_000


def test_few_decisions_move_the_level_alone() -> None:
    few = fit([UNSURE] * (FEW - 1))
    assert few.slope == 1.0
    assert few.level < 0
    assert not few.is_enough
    assert fit([UNSURE, SURE] * FEW).is_enough


def test_what_was_flagged_is_weighed_against_what_was_drawn_by_lot() -> None:
    flagged = [replace(UNSURE, propensity=0.9)] * 60 + [replace(UNSURE, is_right=True, propensity=0.9)] * 40
    drawn = [replace(SURE, propensity=0.02)] * 9 + [replace(SURE, is_right=False, propensity=0.02)]
    weighed, plain = fit([*flagged, *drawn]), fit([replace(each, propensity=1.0) for each in (*flagged, *drawn)])
    assert abs(weighed.of(0.95, 0.9) - 0.9) < abs(plain.of(0.95, 0.9) - 0.9)


def test_a_decision_counts_for_its_kind_for_a_while_and_never_without_bound() -> None:
    assert weight_of(SURE) == 1.0
    assert weight_of(replace(SURE, propensity=0.5)) == 2.0
    assert weight_of(replace(SURE, propensity=0.0)) == MOST_WEIGHT
    assert weight_of(replace(SURE, age_days=HALF_LIFE_DAYS)) == pytest.approx(0.5)


def test_the_error_is_small_where_the_curve_is_true_and_large_where_it_is_not() -> None:
    truth = Curve(1.0, -1.0)
    replies = draw(random.Random(3), truth, 4_000)
    bins = reliability(replies, truth)
    assert error_of(bins) < 0.04
    assert error_of(reliability(replies, Curve(1.0, 2.0))) > 0.15
    assert all(each.least <= each.right <= each.most for each in bins)
    assert sum(each.count for each in bins) == len(replies)
    assert [each.said for each in bins] == sorted(each.said for each in bins)
    assert error_of(reliability([], truth)) == 0.0


def test_the_right_order_is_half_for_guessing_and_one_for_knowing() -> None:
    assert right_order([SURE, UNSURE], Curve()) == 1.0
    assert right_order([replace(SURE, is_right=False), replace(UNSURE, is_right=True)], Curve()) == 0.0
    assert right_order([SURE, replace(SURE, is_right=False)], Curve()) == 0.5
    assert right_order([SURE, SURE], Curve()) is None


def test_a_site_with_few_decisions_leans_on_those_of_all_sites() -> None:
    all_sites = fit(draw(random.Random(2), Curve(1.4, -1.0), 2_000))
    alone, leaning = fit([SURE] * 3), fit([SURE] * 3, all_sites)
    assert abs(leaning.level - all_sites.level) < abs(alone.level - all_sites.level)
    assert leaning.slope == pytest.approx(all_sites.slope)
    assert fit([], all_sites) == Curve(all_sites.slope, all_sites.level, 0)


def test_one_decision_that_stands_for_many_moves_the_curve_no_further_than_one() -> None:
    by_lot = fit([replace(UNSURE, propensity=0.02)])
    assert by_lot == fit([UNSURE])


def test_no_decision_however_many_makes_a_reply_surer_than_the_ceiling() -> None:
    assert fit([SURE] * 1_000).of(1.0, 1.0) <= CEILING < 1
