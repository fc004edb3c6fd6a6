"""Takes a picture of every state of the widget, to be looked at as a designer would.

python -m tests.tools.shots [FOLDER]     writes into `shots/`, which git ignores
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.conftest import CHROMIUM, FLAGS
from tests.widget.conftest import Visitor
from tests.widget.scripted_api import ROOT, SETTINGS, scripted_api
from tests.widget.states import KINDS, STATES, bring_to

LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": KINDS["phone"],
    "forced colours": {"forced_colors": "active"},
}


def shoot(browser: Browser, folder: Path) -> int:
    """Write one picture for each kind of screen and state; return how many."""
    count = 0
    for kind, context in LOOKS.items():
        for state in [*STATES, "nudge"]:
            with scripted_api() as api:
                visitor = Visitor(browser, api, **{"viewport": {"width": 900, "height": 780}, **context})
                if state == "nudge":
                    api.settings = {**SETTINGS, "nudge": "Shall I help you choose a pack?"}
                    visitor.visit().page.get_by_role("button", name="Shall I").wait_for()
                else:
                    bring_to(state, visitor, api)
                visitor.page.screenshot(path=folder / f"{kind.replace(' ', '-')}-{state}.png")
                visitor.context.close()
                count += 1
    return count


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "shots"
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        count = shoot(browser, folder)
        browser.close()
    print(f"{count} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
