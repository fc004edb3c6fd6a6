"""Slips of the finger are counted."""

from __future__ import annotations

import pytest

from backend.knowledge.search.spelling import count_slips


@pytest.mark.parametrize(
    ("one", "other", "slips"), [("deliver", "delivre", 1), ("gift", "gifts", 1), ("abc", "abc", 0), ("cat", "dog", 3)]
)
def test_slips_of_the_finger_are_counted(one: str, other: str, slips: int) -> None:
    assert count_slips(one, other) == slips
