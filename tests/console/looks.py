"""Axe and the page's width, in every look of one page: light, dark, forced colours, desk, tablet, phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Page

from tests.servers import ROOT

AXE = ROOT / "widget" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa")
# What colours and widths can change; everything else of a page is the same in every look.
RULES_OF_LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
HEIGHT = 900


@dataclass(frozen=True)
class Look:
    scheme: Literal["light", "dark"]
    width: int
    forced: Literal["none", "active"] = "none"


FIRST, *OTHERS = (
    Look("light", 1440),
    Look("dark", 1440),
    Look("light", 1440, "active"),
    Look("dark", 900),
    Look("light", 390),
)


def finds_nothing(page: Page, what: str) -> None:
    """Look at the page as it stands with all rules, and in all its other looks with those that a look can change."""
    page.add_script_tag(path=AXE)
    looks_well(page, what, FIRST, RULES)
    for look in OTHERS:
        looks_well(page, what, look, RULES_OF_LOOKS)
    show(page, FIRST)


def looks_well(page: Page, what: str, look: Look, rules: tuple[str, ...]) -> None:
    show(page, look)
    found = violations(page, rules)
    assert found == [], (what, look, found)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (what, look)


def show(page: Page, look: Look) -> None:
    page.emulate_media(color_scheme=look.scheme, forced_colors=look.forced, reduced_motion="reduce")
    page.set_viewport_size({"width": look.width, "height": HEIGHT})


def violations(page: Page, rules: tuple[str, ...] = RULES) -> list[tuple[str, list[str]]]:
    """Return what axe finds on the page: the rule, and where it is broken."""
    found = page.evaluate(
        """async (rules) => {
            const frame = await axe.run(document, { runOnly: rules, iframes: false, preload: false });
            return frame.violations.map((each) => [each.id, each.nodes.map((node) => node.target.join(" "))]);
        }""",
        list(rules),
    )
    return [(rule, where) for rule, where in found]
