"""What people wrote is shown in the console as the widget shows it, and never runs."""

from __future__ import annotations

import json
import re

import pytest

from backend.console.formatted import formatted
from tests.servers import ROOT

ALLOWED = re.compile(r"</?(?:p|br|b|i|code|ul|ol|li)>")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Yes.", "<p>Yes.</p>"),
        ("You have **60 days**, *not* more.", "<p>You have <b>60 days</b>, <i>not</i> more.</p>"),
        ("One\nTwo\n\nThree", "<p>One<br>Two</p><p>Three</p>"),
        ("Bring:\n- the tent\n- `SK-40`", "<p>Bring:</p><ul><li>the tent</li><li><code>SK-40</code></li></ul>"),
        ("1. open\n2. close", "<ol><li>open</li><li>close</li></ol>"),
        ("[Returns](https://shop.example/r)", "<p>Returns (https://shop.example/r)</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("2 * 3 * 4 and a_b_c", "<p>2 * 3 * 4 and a_b_c</p>"),
        ("**<b>hi</b>**", "<p><b>&lt;b&gt;hi&lt;/b&gt;</b></p>"),
        ("", ""),
    ],
)
def test_simple_marks_are_shown_and_nothing_else(text: str, shown: str) -> None:
    assert formatted(text) == shown


def test_no_text_of_a_stranger_becomes_markup_of_its_own() -> None:
    lines = (ROOT / "tests" / "widget" / "cases" / "xss_payloads.jsonl").read_text().splitlines()
    for text in (json.loads(line)["text"] for line in lines):
        for wrapped in (text, f"**{text}**", f"- `{text}`", f"[{text}](https://a.example/{text})"):
            left = ALLOWED.sub("", formatted(wrapped))
            assert "<" not in left, wrapped
