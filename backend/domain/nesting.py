"""How deep a JSON text is nested, told without recursion: whoever parses it may recurse."""

from __future__ import annotations

import re

STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?+|[\[\]{}]', re.DOTALL)
STEPS = {"{": 1, "[": 1, "}": -1, "]": -1}


def is_nested_deeper(text: str, most: int) -> bool:
    """Tell whether some bracket of a JSON text stands in more than so many others, itself counted."""
    if text.count("{") + text.count("[") <= most:
        return False
    depth = 0
    for found in STRING_OR_BRACKET.finditer(text):
        depth += STEPS.get(found.group(), 0)
        if depth > most:
            return True
    return False
