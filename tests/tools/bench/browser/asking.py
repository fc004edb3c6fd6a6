"""How many round trips lie between a visitor's press and what it shows, over a wire on which one can be seen.

Everything real: browser, TLS and HTTP/2 by nginx, the product, a scripted model that answers at once. The same presses
are timed over a wire without delay and over one with; the difference is counted in round trips.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page

from tests.journeys.conftest import PAGE, Product, product
from tests.nginx.conftest import write_certificate
from tests.servers import ModelServer, model_server
from tests.slow_wire import SlowWire

ROUND_TRIP_S = 0.2
ROUNDS = 3
SETTLED_MS = 1500  # a visitor who has looked at the page before the first press
FIRST_WORD = "Indeed"
QUESTIONS = ("How long do I have to return a tent?", "And boots?")
QUIET_MS = 600
# Watched in the page itself: looking from outside takes a while of its own.
STOPWATCH = """([end, act]) => new Promise((resolve) => {
  const shadow = document.querySelector("deskbell-widget").shadowRoot;
  const part = (name) => shadow.querySelector(`[part~="${name}"]`);
  const isThere = () => end === "panel"
    ? part("panel")?.checkVisibility() && part("question").checkVisibility()
    : part("log").innerText.split(end).length > count;
  const count = end === "panel" ? 0 : part("log").innerText.split(end).length;
  const began = performance.now();
  part(act).click();
  const look = () => isThere() ? resolve(performance.now() - began) : requestAnimationFrame(look);
  look();
})"""


@dataclass(frozen=True)
class Press:
    """Round trips until it shows, and what passed the wire for it."""

    round_trips: float
    requests: int
    preflights: int
    connections: int


@dataclass(frozen=True)
class Asking:
    panel: Press
    question: Press


@dataclass(frozen=True)
class Timed:
    ms: float
    requests: list[str]
    connections: int


def measure_asking(browser: Browser) -> Asking:
    with tempfile.TemporaryDirectory(prefix="deskbell-bench-") as named, model_server() as model:
        folder = Path(named)
        key = {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": model.url}
        with product(folder, write_certificate(folder), **key) as running:
            log = folder / "access.log"
            near, far = (press_all(browser, running, model, log, seconds) for seconds in (0.0, ROUND_TRIP_S))
    return Asking(compare(near[0], far[0]), compare(near[1], far[1]))


def compare(near: list[Timed], far: list[Timed]) -> Press:
    waited_ms = median(each.ms for each in far) - median(each.ms for each in near)
    typical = far[-1]
    preflights = sum(line.startswith("OPTIONS") for line in typical.requests)
    return Press(waited_ms / ROUND_TRIP_S / 1000, len(typical.requests), preflights, typical.connections)


def press_all(
    browser: Browser, running: Product, model: ModelServer, access_log: Path, round_trip_s: float
) -> tuple[list[Timed], list[Timed]]:
    """Open the panel and ask, as several visitors; the second question of each knows the visitor already."""
    model.play({"reply": {"message": f"{FIRST_WORD}, within 60 days.", "confidence": 0.9, "followups": []}})
    panels: list[Timed] = []
    questions: list[Timed] = []
    with SlowWire(int(running.url.rsplit(":", 1)[1]), round_trip_s) as wire:
        for _ in range(ROUNDS):
            context = browser.new_context(ignore_https_errors=True)
            page = context.new_page()
            running.shop.page = PAGE.format(url=f"https://127.0.0.1:{wire.port}")
            page.goto(running.allowed_shop)
            page.wait_for_selector("deskbell-widget", state="attached")
            page.wait_for_timeout(SETTLED_MS)
            panels.append(press(page, wire, access_log, "launcher", "panel"))
            for question in QUESTIONS:
                page.locator('deskbell-widget [part="question"]').fill(question)
                questions.append(press(page, wire, access_log, "send", FIRST_WORD))
                page.locator('deskbell-widget [part="thumb-up"]').last.wait_for()
            context.close()
    return panels, questions


def press(page: Page, wire: SlowWire, access_log: Path, part: str, shows: str) -> Timed:
    """Press a part and wait until that shows; say how long it took and what has passed the wire, in the page's wake."""
    requests, connections = len(lines_of(access_log)), wire.connections
    ms = page.evaluate(STOPWATCH, [shows, part])
    page.wait_for_timeout(QUIET_MS)  # nginx writes its line when an answer has ended
    return Timed(ms, lines_of(access_log)[requests:], wire.connections - connections)


def lines_of(access_log: Path) -> list[str]:
    return [f"{line.split()[2]} {line.split()[3]}" for line in access_log.read_text().splitlines()]
