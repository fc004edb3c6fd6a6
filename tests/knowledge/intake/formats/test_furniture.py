"""Furniture goes and is told; text stays, whatever it is called."""

from __future__ import annotations

import pytest

from backend.knowledge.intake.formats.html import WebPage, read_page
from backend.knowledge.intake.formats.refusal import read_limits

TEXT = "This page says a lot about our shop and all of its bikes, so that it is long enough to be a page."


def page_with(html: str, beside: str = "") -> WebPage:
    page = f"<html><body>{beside}<main><p>{TEXT}</p>{html}</main></body></html>"
    return read_page(page.encode(), read_limits())


def text_of(html: str) -> str:
    return page_with(html).text.removeprefix(TEXT).strip()


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ('<p>Start in <span class="menu">Safe mode</span> now.</p>', "Start in Safe mode now."),
        ("<p>Press <button>OK</button> twice.</p>", "Press OK twice."),
        (
            '<section id="sharing-a-list"><h2>Sharing a list</h2><p>Tap it.</p></section>',
            "## Sharing a list\n\nTap it.",
        ),
        ('<section id="pagination"><h2>Pagination</h2><p>Use it.</p></section>', "## Pagination\n\nUse it."),
        (
            '<div class="related"><p>Related fees are paid by the sender.</p></div>',
            "Related fees are paid by the sender.",
        ),
        ('<div class="feedback-for-sellers"><p>Answer within a day.</p></div>', "Answer within a day."),
        ('<aside class="note"><p>Bring the receipt.</p></aside>', "Bring the receipt."),
        (
            "<p>Pay by card or cash at the desk, or later at home.</p>"
            '<div class="sidebar"><p><b>Note</b></p><p>Cash is counted before you '
            "go, and the receipt that you get shows what you gave.</p></div><p>Both cost nothing.</p>",
            "Pay by card or cash at the desk, or later at home.\n\n**Note**\n\nCash is counted before you "
            "go, and the receipt that you get shows what you gave.\n\n"
            "Both cost nothing.",
        ),
        ('<div role="heading" aria-level="3">Hours</div><p>9-5</p>', "### Hours\n\n9-5"),
    ],
)
def test_what_is_only_called_like_furniture_is_text(html: str, read: str) -> None:
    assert text_of(html) == read


@pytest.mark.parametrize(
    ("html", "went"),
    [
        ('<div class="social-links"><a>Here</a> <a>There</a></div>', "Here There"),
        ('<div class="share-buttons">Share on every network</div>', "Share on every network"),
        ('<div id="comments" class="comments-area"><h2>Comments</h2><p>Bob: bad.</p></div>', "Comments Bob: bad."),
        ('<ul class="nav nav-pills"><li><a>One</a></li><li><a>Two</a></li></ul>', "One Two"),
        ('<table class="navheader"><tr><td><a>Prev</a></td><th>Chapter 2</th></tr></table>', "Prev Chapter 2"),
        ('<div class="article-votes">Was this helpful? <button>Yes</button></div>', "Was this helpful? Yes"),
        ('<p style="display:none">Hidden words</p>', "Hidden words"),
        ('<div class="js-cookie-banner">We use cookies</div>', "We use cookies"),
    ],
)
def test_furniture_goes_and_is_told(html: str, went: str) -> None:
    assert text_of(html) == ""
    assert went in page_with(html).left_out


def test_what_stands_beside_the_page_is_told() -> None:
    assert "Offers of our partners" in page_with("", beside="<div><p>Offers of our partners</p></div>").left_out


@pytest.mark.parametrize(
    "html",
    [
        '<h2><button aria-expanded="false" aria-controls="a">Do you ship?</button></h2><div id="a" hidden>Yes.</div>',
        '<h2><button aria-expanded="false">Do you ship?</button></h2><div hidden>Yes.</div>',
        '<div><button>Do you ship?</button><div style="display: none"><p>Yes.</p></div></div>',
        '<div><div role="button">Do you ship?</div><div aria-hidden="true">Yes.</div></div>',
        '<a data-bs-target="#a" aria-expanded="false" href="#">Do you ship?</a><div id="a" hidden>Yes.</div>',
        "<details><summary>Do you ship?</summary>Yes.</details>",
        '<div><div role="button" aria-controls="a">Do you ship?</div><nav id="a"><p>Yes.</p></nav></div>',
        '<div class="faq-item"><div class="faq-question">Do you ship?</div><div class="faq-answer">Yes.</div></div>',
        '<div class="box"><p class="accordion-title">Do you ship?</p><div class="accordion-body">Yes.</div></div>',
        '<div itemtype="https://schema.org/Question"><span itemprop="name">Do you ship?</span><div>Yes.</div></div>',
    ],
)
def test_an_answer_that_a_click_opens_stands_under_its_question(html: str) -> None:
    assert text_of(html) == "## Do you ship?\n\nYes."


def test_a_button_that_only_opens_is_no_heading() -> None:
    assert text_of('<button aria-controls="a">Show more</button><div id="a" hidden>On Sundays too.</div>') == (
        "On Sundays too."
    )


def test_a_box_that_is_called_a_question_and_holds_its_answer_is_no_heading() -> None:
    box = '<div class="question"><p>Do you ship?</p><p>Yes.</p></div><div class="question"><p>To us?</p></div>'
    assert text_of(box) == "Do you ship?\n\nYes.\n\nTo us?"


def test_pictures_that_lead_up_and_buttons_that_copy_say_nothing() -> None:
    assert (
        text_of('<p>Run <code>x</code><button>Copy</button> now.</p><a href="#top"><img alt="top"></a>')
        == "Run `x` now."
    )


def test_tabs_are_headings_of_what_they_show() -> None:
    tabs = "".join(f'<button role="tab" aria-controls="{key}">{key}</button>' for key in ("Windows", "Mac"))
    panels = '<div id="Windows">Run it.</div><div id="Mac" hidden>Open it.</div>'
    assert text_of(f'<div role="tablist">{tabs}</div>{panels}') == "## Windows\n\nRun it.\n\n## Mac\n\nOpen it."


def test_the_menu_of_a_site_opens_no_answer() -> None:
    menu = (
        '<nav><button aria-controls="m" aria-expanded="false">Bikes</button><ul id="m" hidden><li>Red</li></ul></nav>'
    )
    assert page_with("", beside=menu).text == TEXT
