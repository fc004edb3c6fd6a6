"""Markdown loses none of its words, and HTML in it is read as HTML is."""

from __future__ import annotations

import pytest

from backend.knowledge.intake.formats.markdown import read_markdown_text
from backend.knowledge.intake.formats.refusal import Refused


@pytest.mark.parametrize(
    ("source", "read"),
    [
        (
            "Bags <KG 20 cost 9 euros, bags >KG 20 cost 25 euros.",
            "Bags <KG 20 cost 9 euros, bags >KG 20 cost 25 euros.",
        ),
        ("Write <your name> and <CODE 7>, x < y.", "Write <your name> and <CODE 7>, x < y."),
        ("<!IMPORTANT closed on Monday>", "<!IMPORTANT closed on Monday>"),
        ("<P 5 is full, use >P 6.", "<P 5 is full, use >P 6."),
        ("<td>Small <KG 20</td>", "Small <KG 20"),
        ("[Note]: closed on Sundays", "[Note]: closed on Sundays"),
        ("Run `set <ANGLES> <!-- stays -->` now<!-- goes -->.", "Run `set <ANGLES> <!-- stays -->` now."),
        ("C:\\Users\\me and 5 \\* 3", "C:\\Users\\me and 5 * 3"),
        ("the file __init__.py and *really* **all**", "the file __init__.py and *really* **all**"),
        ("<b>Now</b> ~~49 €~~ <del>59 €</del> 39 €", "Now ~~49 €~~ ~~59 €~~ 39 €"),
        ("10<sup>3</sup>, H<sub>2</sub>O, 1<sup>st</sup>", "10^3, H₂O, 1st"),
        ("![A map of the shop](map.png) and ![](a.png)![logo.png](logo.png)", "A map of the shop and"),
    ],
)
def test_no_word_of_a_line_is_lost(source: str, read: str) -> None:
    assert read_markdown_text(source) == read


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("1. Print\n    ```sh\n    lp <FILE>\n    ```\n2. Post", "1. Print\n   ```sh\n   lp <FILE>\n   ```\n2. Post"),
        ("- Print\n\n        ```\n        lp\n        ```", "- Print\n  ```\n  lp\n  ```"),
        ("Text\n      ```\n      lp\n      ```\nafter", "Text\n\n```\nlp\n```\n\nafter"),
        ("~~~py title=\"a.py\"\nx = '<b>'\n~~~", "a.py\n\n```py\nx = '<b>'\n```"),
    ],
)
def test_a_fence_is_code_however_far_it_is_indented(source: str, read: str) -> None:
    assert read_markdown_text(source) == read


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("<details><summary>Can I swap?</summary>\n\nYes, *always*.\n\n</details>", "## Can I swap?\n\nYes, *always*."),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        (
            "<table><tr><th>Day</th><th>Open</th></tr><tr><td>Monday</td><td><ul><li>9-12</li><li>14-18</li></ul></td>"
            "</tr></table>",
            "| Day | Open |\n| --- | --- |\n| Monday | 9-12; 14-18 |",
        ),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<dl><dt>Swap?</dt><dd>Yes</dd></dl>", "## Swap?\n\nYes"),
        ('<script type="application/ld+json">{"a": "b"}</script>\n\nText', "Text"),
        ("Press <button>Save</button> now", "Press Save now"),
    ],
)
def test_html_in_markdown_is_read_as_html(source: str, read: str) -> None:
    assert read_markdown_text(source) == read


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ('Nine<span style="display: none"> or one</span> euros', "Nine euros"),
        ('<p style="visibility:hidden">One euro</p>\n\nNine euros', "Nine euros"),
        ("<div hidden>\n\n- **One** euro\n- Two\n\nMore\n\n</div>\n\nNine euros", "Nine euros"),
        ('Nine<b aria-hidden="true"> or one</b><i style="font-size:0px"> or two</i> euros', "Nine euros"),
        ('Nine <span style="font-size: 0.9em">euros</span> and `<p hidden>`', "Nine euros and `<p hidden>`"),
        ('<button aria-controls="a">Price</button>\n\n<div id="a" hidden>\n\nNine\n\n</div>', "## Price\n\nNine"),
    ],
)
def test_what_the_html_in_markdown_hides_is_no_text(source: str, read: str) -> None:
    assert read_markdown_text(source) == read


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("Term\n: Meaning", "- **Term**: Meaning"),
        ("Net[^1].\n\n[^1]: Without tax.", "Net[1].\n\n[1] Without tax."),
        ("- [ ] buy\n- [x] sold", "- [ ] buy\n- [x] sold"),
        ("Bicycle shop\nMain Street 5\n1010 Vienna", "Bicycle shop\nMain Street 5\n1010 Vienna"),
        ("Mon-Fri 9-18<br>Sat 10-14", "Mon-Fri 9-18\nSat 10-14"),
        ("| a | b |\n|:--|--:|\n| 1<br>2 | `x` |", "| a | b |\n| --- | --- |\n| 1 2 | `x` |"),
        ("Head\n====\n\nText", "# Head\n\nText"),
        ("- one\n\n  two\n- three", "- one\n\n  two\n- three"),
    ],
)
def test_what_has_lines_keeps_them(source: str, read: str) -> None:
    assert read_markdown_text(source) == read
    assert read_markdown_text(read) == read


@pytest.mark.parametrize(
    "source",
    [
        "**Q: Do you ship?**\nA: Yes.",
        "**Q: Do you ship?**\n\nA: Yes.",
        "**Q:** Do you ship?\n**A:** Yes.",
        "Q. Do you ship?\n\n**A.** Yes.",
        "**Question: Do you ship?**\n\n**Answer:** Yes.",
        "Q1: Do you\nship?\nA1: Yes.",
        "F: Do you ship?\nA: Yes.",
        "P: Do you ship?\n\nR: Yes.",
    ],
)
def test_a_labelled_question_is_a_heading_above_its_answer(source: str) -> None:
    assert read_markdown_text(f"## Delivery\n\n{source}") == "## Delivery\n\n### Do you ship?\n\nYes."


@pytest.mark.parametrize(
    "source", ["Q: is the key for quitting.\n\nR: is the key for reading.", "A: first\n\nB: second"]
)
def test_letters_in_a_list_are_no_labels(source: str) -> None:
    assert read_markdown_text(source) == source


@pytest.mark.parametrize(
    "text", ["5*3*2 &amp;copy; \\<b\\>", "a \\`b\\` c", "\\[x\\](y)", "\\_\\_init\\_\\_", "\\~\\~a\\~\\~"]
)
def test_what_is_only_text_is_read_back_as_text(text: str) -> None:
    once = read_markdown_text(text)
    assert read_markdown_text(once) == once
    assert "~~a~~" not in once
    assert "**" not in once


def test_markdown_that_is_nested_to_harm_is_refused() -> None:
    with pytest.raises(Refused):
        read_markdown_text("> " * 5_000 + "x")
