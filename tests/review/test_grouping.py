"""Which items are alike."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pytest

from backend.review import ALIKE_WITH_PAGE, ALIKE_WITHOUT, Groups, Member, jaccard, nearest_group

STOVE = frozenset({"stove", "tent", "use"})


def test_the_nearest_member_decides_and_not_the_first() -> None:
    members = [Member(1, frozenset({"stove"})), Member(2, STOVE), Member(3, frozenset({"jacket"}))]

    assert nearest_group(STOVE, members, least=ALIKE_WITH_PAGE) == 2


def test_without_a_page_more_words_must_agree() -> None:
    members = [Member(1, frozenset({"stove", "boat"}))]

    assert nearest_group(frozenset({"stove", "tent"}), members, least=ALIKE_WITH_PAGE) == 1
    assert nearest_group(frozenset({"stove", "tent"}), members, least=ALIKE_WITHOUT) is None


def test_a_question_like_none_begins_its_own_group() -> None:
    assert nearest_group(STOVE, [], least=ALIKE_WITH_PAGE) is None
    assert nearest_group(STOVE, [Member(1, frozenset({"jacket"}))], least=ALIKE_WITH_PAGE) is None


def test_likeness_is_the_share_of_the_words_of_both() -> None:
    assert jaccard(STOVE, STOVE) == 1
    assert jaccard(STOVE, frozenset({"stove"})) == pytest.approx(1 / 3)
    assert jaccard(frozenset(), frozenset()) == 1


def placed(asked: list[tuple[frozenset[str], str]]) -> list[int]:
    groups = Groups(Counter(word for words, _ in asked for word in words))
    return [groups.place(words, page) for words, page in asked]


def test_groups_grow_by_the_nearest_question_on_their_page_alone() -> None:
    tent, jacket = frozenset({"stove", "tent"}), frozenset({"jacket", "zip"})
    asked = [(STOVE, "a"), (tent, "a"), (jacket, "a"), (STOVE, "b"), (STOVE, "a"), (tent, "")]
    assert placed(asked) == [0, 0, 1, 2, 0, 3]


@pytest.mark.parametrize("seed", range(20))
def test_looking_at_the_rarer_words_alone_misses_none_that_is_alike(seed: int) -> None:
    draw = random.Random(seed)
    words = [f"w{number}" for number in range(30)]
    asked = [(frozenset(draw.sample(words, draw.randrange(1, 6))), draw.choice(("a", ""))) for _ in range(40)]
    found, members = [], dict[str, list[Member]]()
    fresh = itertools.count()
    for each, page in asked:
        least = ALIKE_WITH_PAGE if page else ALIKE_WITHOUT
        group = nearest_group(each, members.setdefault(page, []), least=least)
        found.append(next(fresh) if group is None else group)
        members[page].append(Member(found[-1], each))
    assert placed(asked) == found
