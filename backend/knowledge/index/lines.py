"""Whether the lines of a paragraph are lines of their own, or one text that an editor has wrapped.

Rules: an address, opening hours or rows of a file keep their lines; prose that was wrapped is one text again. A line
that ends in two spaces or a backslash ends there, whatever its length.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from backend.domain.toml import read_toml

LONGEST_OWN_LINE = 80  # characters: longer ones are mostly prose
LEAST_WRAPPED = 45  # characters that an editor leaves in a line at least before it wraps
ENDS_HERE = re.compile(r"(?:(?<! ) {2,}+|\\)\Z")
GOES_ON = re.compile(r"\A\W*[^\W\d_]", re.UNICODE)
ROW = re.compile(r"[^\s;|,]\s*([;|])\s*[^\s;|]|\S([ \t])(?:[ ]{2,}|(?<=\t))[ \t]*\S")  # fields that a mark parts
LEADS_ON = frozenset(read_toml(Path(__file__).with_suffix(".toml"))["leads_on"])


def join_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines that stand for themselves, each with those that only go on in the next line."""
    if is_of_lines(lines):
        return [_bare(line) for line in lines]
    joined: list[str] = []
    ended = True
    for line in lines:
        if ended:
            joined.append(_bare(line))
        else:
            joined[-1] = f"{joined[-1]} {_bare(line)}"
        ended = bool(ENDS_HERE.search(line))
    return joined


def is_of_lines(lines: Sequence[str]) -> bool:
    """Tell whether each line stands for itself: rows of a file, or short lines that none goes on in the next."""
    said = [line.strip() for line in lines]
    if len(said) < 2:
        return False
    if _are_rows(said):
        return True
    if max(map(len, said)) > LONGEST_OWN_LINE or _is_wrapped(said):
        return False
    return not any(_goes_on(line, following) for line, following in pairwise(said))


def _are_rows(lines: Sequence[str]) -> bool:
    """Tell whether every line has the same mark between its fields, as rows of a table that was saved as text have."""
    marks = [frozenset(found[1] or " " for found in ROW.finditer(line)) for line in lines]
    return bool(frozenset.intersection(*marks))


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Tell whether each line is as full as it can be: the next line's first word had no room in it."""
    width = max(map(len, lines))
    if width < LEAST_WRAPPED:
        return False
    return all(len(line) + 1 + len(following.split(" ", 1)[0]) > width for line, following in pairwise(lines))


def _goes_on(line: str, following: str) -> bool:
    first = GOES_ON.match(following)
    begins_small = first is not None and first[0][-1].islower()
    return begins_small or line.endswith((",", "-", "–", "(", "&")) or _ends_within(line)


def _ends_within(line: str) -> bool:
    """Tell whether a line stops in the middle: behind a word that no sentence and no entry ends with."""
    return line.rsplit(" ", 1)[-1].casefold() in LEADS_ON


def _bare(line: str) -> str:
    return ENDS_HERE.sub("", line).strip()
