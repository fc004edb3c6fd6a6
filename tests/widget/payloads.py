"""Shows what an attacker would write in every place where the widget shows what somebody else has written.

The page plays the server and holds the clock (stage.js), so that each prefix of an answer is on the screen once. What
must not happen: a script runs, a node or attribute is there that text alone cannot make, a link leads to a script,
anything is loaded from elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.widget.scripted_api import ScriptedApi, scripted_api

STAGE = Path(__file__).with_name("stage.js")
PAGE = '<!doctype html><html lang="en"><title>x</title><link rel="icon" href="data:,"><main><h1>x</h1></main></html>'
# Only told of, not kept from: what would run, or load, is to be seen.
POLICY = "default-src 'none'; script-src {origin}; img-src data:; connect-src {origin}; form-action 'none'"


@dataclass(frozen=True)
class Seen:
    """What was found that should not be, and how many different texts the answer showed while it was written."""

    found: list[str]
    states: int


class Stage:
    """A page on which texts are played, one after the other."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self._happened: list[str] = []
        page.on("request", lambda request: self._note_foreign(request.url, origin))
        page.on("pageerror", lambda error: self._happened.append(f"error in the page: {error}"))
        page.on("framenavigated", lambda frame: self._happened.append(f"went to {frame.url}"))

    def _note_foreign(self, url: str, origin: str) -> None:
        if not url.startswith((origin, "data:,")):
            self._happened.append(f"asked for {url}")

    def play(self, text: str) -> Seen:
        self._happened.clear()
        seen = self.page.evaluate("(text) => stage.play(text)", text)
        return Seen([*seen["found"], *self._happened], seen["states"])


@contextmanager
def open_stage(browser: Browser) -> Iterator[Stage]:
    with scripted_api() as api:
        context = browser.new_context(viewport={"width": 1000, "height": 800})
        page = context.new_page()
        page.add_init_script(path=STAGE)
        page.goto(put_up(api))
        yield Stage(page, api.origin)
        context.close()


def put_up(api: ScriptedApi) -> str:
    """Put up the page at the widget's own origin, from where it loads the widget's file; return its address."""
    api.page("/stage", PAGE, Content_Security_Policy_Report_Only=POLICY.format(origin=api.origin))
    return f"{api.origin}/stage"


def rows_of(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
