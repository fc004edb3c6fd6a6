"""Numbers that nobody gave: each figure of a reply should stand in the pages, the question or the conversation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,\u202f\u00a0' ]\d{3})*(?:[.,]\d+)?(?!\w)")
LIST_MARK = re.compile(r"^[ \t]*\d{1,3}[.)](?=\s)", re.MULTILINE)
GROUPING = re.compile(r"[\u202f\u00a0' ]|[.,](?=\d{3}(?:\D|$))")
COUNTED_BY_HAND = 10  # small whole numbers are counts ("two steps"), not facts


def unsupported_numbers(message: str, texts: Iterable[str]) -> list[str]:
    """Return the numbers of a message, as written, that stand in none of the texts."""
    wanted = {value_of(written): written for written in numbers_in(LIST_MARK.sub("", message))}
    wanted = {value: written for value, written in wanted.items() if not is_a_count(value)}
    for text in texts:
        if not wanted:
            break
        for written in numbers_in(text):
            wanted.pop(value_of(written), None)
    return list(wanted.values())


def numbers_in(text: str) -> Iterator[str]:
    return (found.group() for found in NUMBER.finditer(text))


def value_of(written: str) -> str:
    """Return a number's value in one spelling: 1,000.50 and 1000.5 are the same."""
    bare = GROUPING.sub("", written).replace(",", ".")
    if "." in bare:
        bare = bare.rstrip("0").rstrip(".")
    return bare.lstrip("0") or "0"


def is_a_count(value: str) -> bool:
    return value.isdigit() and int(value) <= COUNTED_BY_HAND
