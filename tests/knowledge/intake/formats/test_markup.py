"""Tables and code keep their shape, whatever stands in their cells and lines."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from backend.knowledge.intake.formats.markup import write_markdown


@pytest.mark.parametrize(
    ("html", "read"),
    [
        (
            "<table><tr><th>Day</th><th>Open</th></tr><tr><td>Mon</td><td><ul><li>9-12</li><li>14-18</li></ul></td></tr></table>",
            "| Day | Open |\n| --- | --- |\n| Mon | 9-12; 14-18 |",
        ),
        (
            "<table><tr><th>A</th><th>B</th></tr><tr><td rowspan=2>x</td><td>1</td></tr><tr><td>2</td></tr></table>",
            "| A | B |\n| --- | --- |\n| x | 1 |\n| x | 2 |",
        ),
        (
            "<table><tr><th colspan=2>A</th></tr><tr><td>x</td><td>1</td></tr></table>",
            "| A |  |\n| --- | --- |\n| x | 1 |",
        ),
        (
            "<table><tr><th>A</th><th>B</th></tr><tr><td><pre>a\nb</pre></td><td>c|d</td></tr></table>",
            "| A | B |\n| --- | --- |\n| `a b` | c\\|d |",
        ),
        ("<table role=presentation><tr><td>One</td><td>Two</td></tr></table>", "One\n\nTwo"),
        ("<pre>one<br>two\n  three</pre>", "```\none\ntwo\n  three\n```"),
        ("<dl><dt>Term</dt><dd>Meaning</dd></dl>", "- **Term**: Meaning"),
        ("<ol start=3><li>c</li><li value=7>g</li><li>h</li></ol>", "3. c\n7. g\n8. h"),
        ("<ul><li><p>One</p><p>two</p></li></ul>", "- One\n\n  two"),
        ("<div>Price</div><div>9 €</div>", "Price\n\n9 €"),
        ('<span style="display:block">One</span><span style="display:block">two</span>', "One\n\ntwo"),
    ],
)
def test_shape_is_kept(html: str, read: str) -> None:
    body = LexborHTMLParser(f"<body>{html}").body
    assert body is not None
    assert write_markdown(body) == read
