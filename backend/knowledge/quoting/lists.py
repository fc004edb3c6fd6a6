"""Lists that were cut where a passage ends.

Rule: what stands at the beginning of the next passage under the same heading goes on with the list before it where it
counts on from its last item, 7 behind 6, or has the mark of its items.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from backend.domain.knowledge import Passage
from backend.knowledge.index import MarkdownBlock, split_blocks
from backend.knowledge.quoting.units import Unit

MARK = re.compile(r"\A[ \t]*+(?:(\d{1,3})([.)])|([-*+]))[ \t]")

Page = tuple[Passage, Sequence[Unit]]
Part = tuple[Passage, Sequence[Unit], int]  # which of the passage's units it is


def cut_lists(pages: Sequence[Page]) -> Iterator[list[Part]]:
    """Yield the parts of each list that goes through several passages, in reading order."""
    parts: list[Part] = []
    for before, page in pairwise(pages):
        if not (_is_behind(before[0], page[0]) and before[1] and page[1] and goes_on(before[1][-1], page[1][0])):
            continue
        if not parts or (parts[-1][0], parts[-1][2]) != (before[0], len(before[1]) - 1):
            if parts:
                yield parts
            parts = [(*before, len(before[1]) - 1)]
        parts.append((*page, 0))
    if parts:
        yield parts


def _is_behind(before: Passage, passage: Passage) -> bool:
    """Tell whether a passage stands right behind another in one section of one document."""
    is_next = passage.id == before.id + 1 and passage.document == before.document
    return is_next and passage.heading == before.heading


def goes_on(unit: Unit, following: Unit) -> bool:
    """Tell whether one unit is the rest of the list that the other one ends with."""
    if not MARK.match(following.text):
        return False
    last, first = split_blocks(unit.text)[-1:], split_blocks(following.text)[0]
    return bool(last) and last[0].kind == first.kind == "list" and _counts_on(last[0], first)


def _counts_on(block: MarkdownBlock, following: MarkdownBlock) -> bool:
    marks = [mark for part in block.parts if (mark := MARK.match(part))]
    first = MARK.match(following.parts[0])
    if not marks or first is None:
        return False
    if first[1]:
        return any(mark[1] and mark[2] == first[2] and int(mark[1]) + 1 == int(first[1]) for mark in marks)
    return marks[0][3] == first[3]
