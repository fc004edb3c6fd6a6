"""The journey of a visitor on pages that are made with real frameworks: open, ask, read, go on."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.widget.conftest import Visitor
from tests.widget.scripted_api import SITE_KEY, ScriptedApi

FOLDER = Path(__file__).parent / "frameworks"


@pytest.fixture(scope="module")
def scripts() -> dict[str, str]:
    """The pages' scripts, by the framework's name."""
    if not (FOLDER / "node_modules").exists():
        pytest.skip("the frameworks are not installed (npm ci --prefix tests/widget/frameworks)")
    built = subprocess.run(["node", "build.mjs"], cwd=FOLDER, capture_output=True, text=True, check=True)
    bundled: dict[str, str] = json.loads(built.stdout)
    return bundled


class FrameworkPage:
    """A page with our tag and the script of a framework."""

    def __init__(self, visitor: Visitor, api: ScriptedApi, name: str, script: str) -> None:
        self.visitor, self.api, self.name = visitor, api, name
        api.page(f"/{name}.js", script, Content_Type="text/javascript")

    def put_up(self, path: str, body: str, attributes: str = "") -> str:
        tag = f'<script async src="{self.api.origin}/widget.js" data-site="{SITE_KEY}" {attributes}></script>'
        head = f'<head><title>{self.name}</title><link rel="icon" href="data:,">{tag}</head>'
        return self.api.page(path, f'<!doctype html><html lang="en">{head}<body>{body}</body></html>')

    def opens(self, body: str, attributes: str = "") -> Visitor:
        script = f'<script src="/{self.name}.js"></script>'
        self.visitor.page.goto(self.put_up("/page", body + script, attributes))
        self.visitor.page.wait_for_selector("deskbell-widget", state="attached")
        return self.visitor


def types_and_is_answered(visitor: Visitor) -> None:
    """Ask by the keyboard, as a person does; not a key and not the focus may be lost."""
    visitor.part("question").click()
    visitor.page.keyboard.type("Can I send back a tent?")
    expect(visitor.part("question")).to_have_value("Can I send back a tent?")
    visitor.page.keyboard.press("Enter")
    visitor.is_done()
    expect(visitor.part("question")).to_be_focused()


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("mui", "[role=dialog] h2"),
        ("bootstrap", ".modal.show"),
        ("headlessui", "[role=dialog] h2"),
        ("tinymce", ".tox-tinymce"),
    ],
)
def test_what_holds_the_focus_leaves_the_visitor_theirs(
    visitor: Visitor, api: ScriptedApi, scripts: dict[str, str], name: str, held: str
) -> None:
    api.play("plain")
    FrameworkPage(visitor, api, name, scripts[name]).opens('<h1>Shop</h1><div id="app"></div>')
    visitor.page.locator(held).first.wait_for(state="attached")
    visitor.page.evaluate("Deskbell.open()")
    types_and_is_answered(visitor)
    assert visitor.page.locator("deskbell-widget").get_attribute("aria-hidden") is None
    assert visitor.errors == []


@pytest.mark.parametrize("name", ["turbo", "astro"])
def test_a_page_that_swaps_its_body_keeps_the_conversation(
    visitor: Visitor, api: ScriptedApi, scripts: dict[str, str], name: str
) -> None:
    api.play("plain")
    api.play("no_followups")
    page = FrameworkPage(visitor, api, name, scripts[name])
    script = f'<script src="/{name}.js"></script>'
    page.put_up("/tents", f'<h1>Tents</h1><a href="/page">Packs</a>{script}')
    page.opens('<h1>Packs</h1><a href="/tents">Tents</a>')
    visitor.open()
    types_and_is_answered(visitor)
    visitor.page.get_by_role("link", name="Tents").click()
    visitor.page.get_by_role("heading", name="Tents").wait_for()
    visitor.is_open().reads("A tent that has been used")
    visitor.ask("In blue?").reads("in all colours")
    visitor.page.get_by_role("link", name="Packs").click()
    visitor.page.get_by_role("heading", name="Packs").wait_for()
    visitor.is_open().reads("in all colours")
    assert visitor.page.locator("deskbell-widget").count() == 1
    assert visitor.errors == []


def test_react_that_makes_the_document_anew_keeps_the_conversation(
    visitor: Visitor, api: ScriptedApi, scripts: dict[str, str]
) -> None:
    api.play("plain")
    FrameworkPage(visitor, api, "react", scripts["react"]).opens("<h1>Other words than React has</h1>")
    visitor.open()
    types_and_is_answered(visitor)
    visitor.page.evaluate("hydrate()")
    visitor.page.wait_for_function("window.wasMadeAnew")
    visitor.page.get_by_role("heading", name="packs").wait_for()
    visitor.is_open().reads("A tent that has been used")
    visitor.page.get_by_role("button", name="Tents").click()
    visitor.page.get_by_role("heading", name="tents").wait_for()
    visitor.is_open().reads("A tent that has been used")
    assert visitor.page.locator("deskbell-widget").count() == 1


def test_a_view_of_vues_router_takes_it_away_and_brings_it_back(
    visitor: Visitor, api: ScriptedApi, scripts: dict[str, str]
) -> None:
    api.play("plain")
    FrameworkPage(visitor, api, "vue", scripts["vue"]).opens('<h1>Shop</h1><div id="app"></div>', 'data-target="#help"')
    visitor.is_open()
    types_and_is_answered(visitor)
    visitor.page.get_by_role("link", name="Tents").click()
    expect(visitor.page.locator("deskbell-widget")).to_have_count(0)
    visitor.page.get_by_role("link", name="Help").click()
    visitor.is_open().reads("A tent that has been used")
    assert visitor.page.locator("#help > deskbell-widget").count() == 1
    assert visitor.errors == []
