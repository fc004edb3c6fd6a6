"""Which items are alike."""

from __future__ import annotations

import pytest

from backend.review import Member, is_the_same, jaccard, nearest_group

STOVE = frozenset({"stove", "tent", "use"})


def test_the_nearest_member_decides_and_not_the_first() -> None:
    members = [Member(1, frozenset({"stove"})), Member(2, STOVE), Member(3, frozenset({"jacket"}))]

    assert nearest_group(STOVE, members, has_page=True) == 2


def test_without_a_page_more_words_must_agree() -> None:
    members = [Member(1, frozenset({"stove", "boat"}))]

    assert nearest_group(frozenset({"stove", "tent"}), members, has_page=True) == 1
    assert nearest_group(frozenset({"stove", "tent"}), members, has_page=False) is None


def test_a_question_like_none_begins_its_own_group() -> None:
    assert nearest_group(STOVE, [], has_page=True) is None
    assert nearest_group(STOVE, [Member(1, frozenset({"jacket"}))], has_page=True) is None


@pytest.mark.parametrize(
    ("other", "same"),
    [("  is IT safe ", True), ("Is it safe?!", True), ("Is it not safe?", False), ("Is it safe for 2?", False)],
)
def test_the_same_question_is_the_same_word_for_word(other: str, same: bool) -> None:
    assert is_the_same("Is it safe?", other) is same


def test_likeness_is_the_share_of_the_words_of_both() -> None:
    assert jaccard(STOVE, STOVE) == 1
    assert jaccard(STOVE, frozenset({"stove"})) == pytest.approx(1 / 3)
    assert jaccard(frozenset(), frozenset()) == 1
