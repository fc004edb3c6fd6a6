"""What stands in angles is a tag only where it can be one."""

from __future__ import annotations

import pytest

from backend.knowledge.intake.formats.tags import Tags


@pytest.mark.parametrize(
    ("text", "is_tag"),
    [
        ("<b>bold</b>", True),
        ("<b>bold", False),
        ("<br>", True),
        ("<img src='a.png'>", True),
        ("<path>", False),
        ("<A to Z> and <a href='x'>x</a>", False),
        ("<Card title='x'>", True),
        ("<Tab>x</Tab>", True),
        ("<Icon />", True),
        ("<KG 20 cost>", False),
        ("<table border cellpadding=0>", True),
        ("<!-- x -->", True),
        ("<!doctype html>", True),
        ("<!NOTE x>", False),
        ("</p>", True),
        ("</KG>", False),
        ("<3", False),
    ],
)
def test_a_tag_is_one_of_html_or_closed_or_has_values(text: str, is_tag: bool) -> None:
    assert Tags(text).begins_at(text, 0) is is_tag


def test_what_is_no_tag_is_text_to_a_browser_too() -> None:
    text = "<td>Small <KG 20</td><!-- <x> -->"
    assert Tags(text).escape_others(text) == "<td>Small &lt;KG 20</td><!-- <x> -->"
