"""The CPU time that a page's main thread has used, and what the page itself notices: long tasks and layout shifts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, CDPSession, Page, ViewportSize, sync_playwright

from tests.conftest import CHROMIUM, FLAGS

VIEWPORT: ViewportSize = {"width": 1280, "height": 800}
NOTICE = """
  window.noticed = {longTasks: [], shift: 0};
  new PerformanceObserver((list) => noticed.longTasks.push(...list.getEntries().map((each) => each.duration)))
    .observe({type: "longtask", buffered: true});
  new PerformanceObserver((list) => list.getEntries().forEach((each) => noticed.shift += each.value))
    .observe({type: "layout-shift", buffered: true});
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Cost:
    """What something has cost a page: CPU of its main thread, tasks of more than 50 ms, layout shift."""

    cpu_ms: float
    long_tasks: int
    shift: float


def typical(costs: Sequence[Cost]) -> Cost:
    """Return what several runs have cost: the median of their CPU, of long tasks the fewest, of shifts the largest.

    A task that is long by itself is long in every run; one that another process on the machine has interrupted is not.
    """
    return Cost(
        median(each.cpu_ms for each in costs),
        min(each.long_tasks for each in costs),
        max(each.shift for each in costs),
    )


class Metered:
    """A page whose main thread is watched. `slowed` makes its processor that many times slower."""

    def __init__(self, browser: Browser, *, slowed: int = 1) -> None:
        self.context = browser.new_context(viewport=VIEWPORT, locale="en-AU")
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.add_init_script(NOTICE)
        self._session: CDPSession = self.context.new_cdp_session(self.page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})
        if slowed > 1:
            self._session.send("Emulation.setCPUThrottlingRate", {"rate": slowed})

    def cost_of(self, act: Callable[[Page], None]) -> Cost:
        """Let something happen on the page; return what it has cost since."""
        before = self._cpu_ms()
        self.page.evaluate("noticed.longTasks.length = 0, noticed.shift = 0")
        act(self.page)
        return self._since(before)

    def cost_of_opening(self, address: str, settle: Callable[[Page], None]) -> Cost:
        """Go to a page, for the first time; return what it has cost in all, once it has settled."""
        self.page.goto(address, wait_until="load")
        settle(self.page)
        return self._since(0.0)  # a page of another origin has a process of its own, whose clock begins with it

    def _since(self, before_ms: float) -> Cost:
        cpu_ms = self._cpu_ms() - before_ms
        noticed = self.page.evaluate("noticed")  # only now: a look into the page is paid for by the page
        return Cost(cpu_ms, len(noticed["longTasks"]), noticed["shift"])

    def _cpu_ms(self) -> float:
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return 1000 * float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))

    def close(self) -> None:
        self.context.close()
