"""How far two people agree."""

from __future__ import annotations

import pytest

from backend.review import agreement


def pairs(both_right: int, first_right: int, second_right: int, both_wrong: int) -> list[tuple[str, str]]:
    kinds = [("right", "right"), ("right", "wrong"), ("wrong", "right"), ("wrong", "wrong")]
    counts = (both_right, first_right, second_right, both_wrong)
    return [pair for pair, count in zip(kinds, counts, strict=True) for _ in range(count)]


def test_no_pair_says_nothing() -> None:
    assert agreement([]) is None


def test_two_who_always_agree_agree_wholly() -> None:
    found = agreement(pairs(80, 0, 0, 20))
    assert found
    assert (found.share, found.kappa, found.ac1, found.give_or_take) == (1, 1, 1, 0)


def test_where_only_one_thing_is_ever_said_kappa_says_nothing() -> None:
    found = agreement(pairs(10, 0, 0, 0))
    assert found
    assert (found.share, found.kappa, found.ac1) == (1, None, 1)


@pytest.mark.parametrize(
    ("counts", "share", "kappa", "ac1"),
    [((80, 5, 5, 10), 0.90, 0.61, 0.87), ((925, 25, 25, 25), 0.95, 0.47, 0.945), ((25, 25, 25, 25), 0.5, 0, 0)],
)
def test_kappa_is_low_where_nearly_all_is_right_and_ac1_is_not(
    counts: tuple[int, int, int, int], share: float, kappa: float, ac1: float
) -> None:
    found = agreement(pairs(*counts))
    assert found
    assert found.share == pytest.approx(share)
    assert found.kappa == pytest.approx(kappa, abs=0.01)
    assert found.ac1 == pytest.approx(ac1, abs=0.01)


def test_few_pairs_are_not_sure() -> None:
    few, many = agreement(pairs(17, 1, 1, 1)), agreement(pairs(170, 10, 10, 10))
    assert few
    assert many
    assert (few.is_sure, many.is_sure) == (False, True)
    assert few.give_or_take > many.give_or_take
