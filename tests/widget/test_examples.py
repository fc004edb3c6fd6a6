"""The pages of `examples/`: each opens, is answered and puts no barrier before anyone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.widget.conftest import Visitor
from tests.widget.scripted_api import ROOT, SITE_KEY, ScriptedApi
from tests.widget.states import finds_no_barrier

PAGES = sorted((ROOT / "examples").glob("*/*.html"))


def open_example(visitor: Visitor, api: ScriptedApi, page: Path) -> None:
    """Put up the example's page, and what lies beside it, as it stands but for the site's key."""
    markup = re.sub(r'data-site="\w+"', f'data-site="{SITE_KEY}"', page.read_text(encoding="utf-8"))
    for style in page.parent.glob("*.css"):
        api.page(f"/{page.parent.name}/{style.name}", style.read_text(encoding="utf-8"), Content_Type="text/css")
    visitor.page.goto(api.page(f"/{page.parent.name}/{page.name}", markup))
    visitor.page.wait_for_selector("deskbell-widget", state="attached")
    if not visitor.part("panel").is_visible() and visitor.part("launcher").count():
        visitor.open()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_an_example_is_answered_and_open_to_everyone(visitor: Visitor, api: ScriptedApi, page: Path) -> None:
    api.play("plain")
    open_example(visitor, api, page)
    visitor.ask().is_done()
    finds_no_barrier(visitor)
    assert visitor.errors == []


def test_a_single_page_app_keeps_the_conversation_over_its_views(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    open_example(visitor, api, ROOT / "examples" / "help-centre" / "app.html")
    visitor.ask().is_done().page.evaluate("location.hash = '#products'")
    visitor.page.get_by_role("heading", name="Products").wait_for()
    assert "A tent that has been used" in visitor.text()


def test_the_arabic_page_has_an_arabic_assistant_on_its_left(visitor: Visitor, api: ScriptedApi) -> None:
    open_example(visitor, api, ROOT / "examples" / "help-centre" / "arabic.html")
    box = visitor.part("panel").bounding_box()
    assert box is not None
    assert round(box["x"]) == 24
    assert visitor.part("question").get_attribute("placeholder") == "اطرح سؤالًا"


def test_a_shop_gives_the_assistant_its_own_colour_letters_and_corners(visitor: Visitor, api: ScriptedApi) -> None:
    open_example(visitor, api, ROOT / "examples" / "help-centre" / "theme.html")
    style = "element => (({fontFamily, borderRadius}) => ({fontFamily, borderRadius}))(getComputedStyle(element))"
    assert visitor.part("panel").evaluate(style)["borderRadius"] == "2px"
    assert visitor.part("question").evaluate(style)["fontFamily"].startswith("Georgia")
    visitor.page.get_by_role("button", name="Close").click()
    assert visitor.part("launcher").evaluate(style)["borderRadius"] == "2px"
    assert visitor.part("launcher").evaluate("it => getComputedStyle(it).backgroundColor") == "rgb(109, 35, 72)"
