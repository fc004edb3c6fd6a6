"""Which items are alike."""

from __future__ import annotations

import pytest

from backend.review import Member, jaccard, nearest_group

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


def test_likeness_is_the_share_of_the_words_of_both() -> None:
    assert jaccard(STOVE, STOVE) == 1
    assert jaccard(STOVE, frozenset({"stove"})) == pytest.approx(1 / 3)
    assert jaccard(frozenset(), frozenset()) == 1
