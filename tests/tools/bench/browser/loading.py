"""What a page pays for carrying the tag, before anybody has asked anything, beside the same page without it."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tests.tools.bench.browser.main_thread import Cost, Metered, typical
from tests.widget.scripted_api import SITE_KEY, ScriptedApi, scripted_api

ROUNDS = 9
SLOWED = 4  # a phone of some years ago
SETTLED_MS = 800  # by then the widget has its site's settings, which it asks for when the page is idle
TEXT = "<h1>Haldon 55</h1>" + "<p>A pack for a week of huts, in two sizes.</p>" * 12


@dataclass(frozen=True)
class Loading:
    blank: Cost
    ours: Cost


def measure_loading(browser: Browser) -> Loading:
    """Load both pages in turn, each in a browser profile of its own; return what is typical."""
    blank: list[Cost] = []
    ours: list[Cost] = []
    with scripted_api() as api:
        tag = f'<script async src="{api.origin}/widget.js" data-site="{SITE_KEY}"></script>'
        for _ in range(ROUNDS):
            blank.append(cost_of_loading(browser, api, ""))
            ours.append(cost_of_loading(browser, api, tag))
    return Loading(typical(blank), typical(ours))


def cost_of_loading(browser: Browser, api: ScriptedApi, tag: str) -> Cost:
    def settle(page: Page) -> None:
        # Nothing is looked up in the page meanwhile: the page would pay for that as well.
        page.wait_for_timeout(SETTLED_MS)

    metered = Metered(browser, slowed=SLOWED)
    cost = metered.cost_of_opening(api.page("/shop", page_with(TEXT + tag)), settle)
    metered.close()
    return cost


def page_with(body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><title>x</title><link rel="icon" href="data:,"></head>'
        f"<body>{body}</body></html>"
    )
