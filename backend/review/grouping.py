"""Which questions are alike: they found the same page first, and share enough of their words.

Rules:
1. Groups only grow by the nearest member, one question at a time: nothing is ever grouped anew.
2. What a question costs does not grow with those before it: of those that share one of its rarer words, and the page,
   the newest are looked at. Two questions that share so much of their words share one of the rarer words of each.

Measured by `tests/tools/evals/grouping.py`; the figures stand in docs/reference/review.md.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ALIKE_WITH_PAGE = 0.30  # of the words of both
ALIKE_WITHOUT = 0.45
MOST_NEIGHBOURS = 50  # that share one word


@dataclass(frozen=True, slots=True)
class Member:
    """A question of a group, with its stems."""

    group: int
    words: frozenset[str]


class Groups:
    """Groups that grow by one question after the other. `usual` is how often each word stands in all of them."""

    def __init__(
        self, usual: Mapping[str, int], with_page: float = ALIKE_WITH_PAGE, without: float = ALIKE_WITHOUT
    ) -> None:
        self._usual = usual
        self._least = (without, with_page)
        self._same: dict[tuple[str, frozenset[str]], int] = {}
        self._near: dict[tuple[str, str], deque[Member]] = defaultdict(lambda: deque(maxlen=MOST_NEIGHBOURS))
        self._count = 0

    def place(self, words: frozenset[str], page: str) -> int:
        """Return the group of the next question: that of the nearest before it, or a new one."""
        known = self._same.get((page, words))
        return self._join(words, page) if known is None else known

    def _join(self, words: frozenset[str], page: str) -> int:
        least = self._least[bool(page)]
        places = [self._near[page, word] for word in self._rarer(words, least)]
        group = nearest_group(words, {id(each): each for place in places for each in place}.values(), least=least)
        if group is None:
            self._count, group = self._count + 1, self._count
        self._same[page, words] = group
        member = Member(group, words)
        for place in places:
            place.append(member)
        return group

    def _rarer(self, words: frozenset[str], least: float) -> list[str]:
        """Return the words of which a question that is alike shares one, since it shares so many of all."""
        most = len(words) - math.ceil(least * len(words)) + 1
        return sorted(words, key=lambda word: (self._usual.get(word, 0), word))[:most]


def nearest_group(words: frozenset[str], members: Iterable[Member], *, least: float) -> int | None:
    """Return the group of the member that a question is most like; None where it is like none."""
    scored = [(jaccard(words, each.words), -each.group) for each in members]
    likeness, group = max(scored, default=(0.0, 0))
    return -group if likeness >= least else None


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Return which share of the words of both stands in each."""
    return len(one & other) / len(one | other) if one or other else 1.0
