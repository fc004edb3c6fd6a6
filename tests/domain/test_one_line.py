"""A chip or a title is one line: nothing unseen, no blanks in a row, and an end."""

from __future__ import annotations

import pytest

from backend.domain.one_line import in_one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Returns", "Returns"),
        ("  Returns\n and\t repairs ", "Returns and repairs"),
        ("Re\u202eturns\u200b\x1b[31m", "Returns[31m"),
        ("", ""),
    ],
)
def test_a_text_becomes_one_line(text: str, line: str) -> None:
    assert in_one_line(text) == line


def test_a_long_line_ends_in_an_ellipsis() -> None:
    assert in_one_line("word " * 100, 20) == "word word word word…"
    assert in_one_line("x" * 20, 20) == "x" * 20
