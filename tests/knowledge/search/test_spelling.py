"""Slips of the finger are counted."""

from __future__ import annotations

import pytest

from backend.knowledge.search.spelling import Speller, count_slips


@pytest.mark.parametrize(
    ("one", "other", "slips"), [("deliver", "delivre", 1), ("gift", "gifts", 1), ("abc", "abc", 0), ("cat", "dog", 3)]
)
def test_slips_of_the_finger_are_counted(one: str, other: str, slips: int) -> None:
    assert count_slips(one, other) == slips


def test_a_word_with_a_prefix_is_no_slip_of_the_word_without_it() -> None:
    words = Speller(["install", "uninstalled", "payment", "deliver"])
    assert words.near("uninstall") == [(2, "uninstalled")]
    assert words.near("nonpayment") == []
    assert words.near("edeliver") == [(1, "deliver")], "one letter may be a slip"
