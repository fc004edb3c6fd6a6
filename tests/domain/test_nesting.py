"""How deep a JSON text is nested is told whatever stands in its strings, and however deep it is."""

from __future__ import annotations

import json

import pytest

from backend.domain.nesting import is_nested_deeper


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("1", 0),
        ('{"a": "[[[[[[[{{{{{"}', 1),
        ('{"a": ["\\"[[[[", {"b": []}]}', 4),
        ("[" * 100_000, 100_000),
        ("[]" * 50, 1),
        ('{"a": "never closed [[[[[[', 1),
        ("]]]][[", 0),
    ],
)
def test_brackets_count_outside_of_strings(text: str, depth: int) -> None:
    assert not is_nested_deeper(text, max(depth, 0))
    if depth:
        assert is_nested_deeper(text, depth - 1)


def test_what_json_writes_is_as_deep_as_it_is() -> None:
    document: object = "x"
    for _ in range(16):
        document = [document]
    assert not is_nested_deeper(json.dumps(document), 16)
    assert is_nested_deeper(json.dumps([document]), 16)
