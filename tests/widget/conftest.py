"""People with a real browser, and an API that plays recorded streams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import PATIENCE_MS
from tests.widget.scripted_api import SITE_KEY, ScriptedApi, scripted_api

VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'


@pytest.fixture
def api() -> Iterator[ScriptedApi]:
    with scripted_api() as running:
        yield running


class Visitor:
    """A person with a browser on the customer's page. What the page's console says is kept."""

    def __init__(self, browser: Browser, api: ScriptedApi, **context: Any) -> None:
        options = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", "locale": "en-AU", **context}
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.api = api
        self.console: list[str] = []
        self.errors: list[str] = []
        self.page.on("console", lambda message: self.console.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def visit(self, attributes: str = "", *, html: str = "", head: str = "", **headers: str) -> Visitor:
        """Open a page that embeds the widget with the one-line tag."""
        tag = f'<script async src="{self.api.origin}/widget.js" data-site="{SITE_KEY}" {attributes}></script>'
        body = html or "<h1>Haldon 55</h1><p>A pack for a week of huts.</p>"
        top = f'<!doctype html><html lang="en"><head><title>Packs</title>{VIEWPORT}{head}</head>'
        markup = f"{top}<body><main>{body}</main>{tag}</body></html>"
        self.page.goto(self.api.page("/packs", markup, **headers))
        self.page.wait_for_selector("deskbell-widget", state="attached")
        return self

    def part(self, name: str) -> Any:
        return self.page.locator(f'deskbell-widget [part="{name}"]')

    def open(self) -> Visitor:
        self.part("launcher").click()
        self.part("panel").wait_for(state="visible")
        return self

    def reload(self) -> Visitor:
        """Come back to the page in the same tab, where the panel is as it was left: open."""
        self.page.reload()
        return self.is_open()

    def is_open(self) -> Visitor:
        """Wait until the panel is open without anyone's doing, as it was on the page before."""
        self.part("panel").wait_for(state="visible")
        return self

    def ask(self, question: str = "Can I send back a tent?") -> Visitor:
        self.part("question").fill(question)
        self.part("question").press("Enter")
        return self

    def reads(self, words: str) -> Visitor:
        """Wait until these words can be read in the panel."""
        self.part("panel").get_by_text(words).first.wait_for(state="visible")
        return self

    def is_done(self) -> Visitor:
        """Wait until the answer has ended and all of it is on the screen."""
        self.part("stop").wait_for(state="hidden")
        self.part("thumb-up").last.wait_for(state="visible")
        return self

    def text(self) -> str:
        return str(self.part("log").inner_text())


@pytest.fixture
def visitor(browser: Browser, api: ScriptedApi) -> Iterator[Visitor]:
    someone = Visitor(browser, api)
    yield someone
    someone.context.close()


@pytest.fixture
def visit(browser: Browser, api: ScriptedApi) -> Iterator[Any]:
    """Return a maker of visitors with a browser of their own kind (dark, a phone, touch)."""
    people: list[Visitor] = []

    def make(**context: Any) -> Visitor:
        people.append(Visitor(browser, api, **context))
        return people[-1]

    yield make
    for someone in people:
        someone.context.close()
