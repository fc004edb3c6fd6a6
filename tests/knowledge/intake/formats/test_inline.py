"""What stands within a line keeps its meaning and its words apart."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from backend.knowledge.intake.formats.inline import Inline, escape_text, write_inline


def written(html: str, url: str = "") -> str:
    body = LexborHTMLParser(f"<body>{html}").body
    assert body is not None
    return write_inline(body.iter(include_text=True), Inline(url)).strip()


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ("<span>Price</span><span>9 €</span>", "Price 9 €"),
        ("<a href='/a'>Home</a><a href='/b'>Shop</a>", "Home Shop"),
        ("<span>T</span>he", "The"),
        ("un<b>believ</b>able", "unbelievable"),
        ("x<sup>n+1</sup>, 10<sup>-3</sup>, 2<sup>nd</sup>", "x^(n+1), 10^-3, 2nd"),
        ("H<sub>2</sub>O, x<sub>max</sub>", "H₂O, x_max"),
        ("<s>49 €</s> 39 €", "~~49 €~~ 39 €"),
        ("<q>soon</q>", "“soon”"),
        ("<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>", "漢字(かんじ)"),
        ("<code>a `b`</code>", "`` a `b` ``"),
        ("Title<a class='headerlink' href='#title'>¶</a>", "Title"),
        ("<img alt='Our shop' src='a'>", "Our shop"),
        ("<img alt='a.png' src='a'>", ""),
        ("<math><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>=</mo><mn>2</mn></math>", "a/b = 2"),
        (
            "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x^2</annotation></semantics></math>",
            "$x^2$",
        ),
        ("<input type=checkbox checked>sold", "[x] sold"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"),
        ("<a href='https://x.example/a (b)'>x</a>", "[x](https://x.example/a%20%28b%29)"),
    ],
)
def test_what_an_element_means_is_kept(html: str, read: str) -> None:
    assert written(html) == read


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("2 * 3 * 4, snake_case_name, x < y & z, <your name>", "2 * 3 * 4, snake_case_name, x < y & z, <your name>"),
        ("*bold*", "\\*bold\\*"),
        ("_a_", "\\_a\\_"),
        ("C:\\*", "C:\\\\*"),
        ("<b>", "\\<b>"),
        ("&amp;", "\\&amp;"),
        ("[a](b)", "[a\\](b)"),
    ],
)
def test_only_what_looks_like_a_mark_is_escaped(text: str, escaped: str) -> None:
    assert escape_text(text) == escaped
