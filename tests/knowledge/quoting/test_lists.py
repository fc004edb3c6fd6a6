"""Lists that were cut where a passage ends."""

from __future__ import annotations

import pytest

from backend.domain.knowledge import Passage
from backend.knowledge.quoting.lists import cut_lists
from backend.knowledge.quoting.units import split_units


def told(*texts: str, step: int = 1) -> list[list[str]]:
    """Return the lists that go through several passages, which stand one behind the other; each by its parts."""
    passages = [Passage(number * step, "page", "Page", "", "", text) for number, text in enumerate(texts, 1)]
    pages = [(passage, split_units(passage.text, "en")) for passage in passages]
    return [[units[at].text for _, units, at in parts] for parts in cut_lists(pages)]


def test_a_list_may_go_on_through_several_passages() -> None:
    assert told("Do:\n\n1. a\n2. b", "3. c\n4. d", "5. e\n\nThe end.") == [["Do:\n\n1. a\n2. b", "3. c\n4. d", "5. e"]]


def test_each_list_is_told_by_itself() -> None:
    assert told("- a", "- b\n\nThen do this:\n\n1. c", "2. d") == [["- a", "- b"], ["Then do this:\n\n1. c", "2. d"]]


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("1. a\n2. b", "1. c"),
        ("1. a", "3. c"),
        ("1. a", "2) b"),
        ("- a", "* b"),
        ("- a\n\nSo far.", "- b"),
        ("- a", "b"),
    ],
)
def test_another_list_is_no_part_of_it(before: str, behind: str) -> None:
    assert told(before, behind) == []


def test_passages_that_do_not_stand_side_by_side_share_no_list() -> None:
    assert told("- a", "- b", step=2) == []
