"""What the widget can look like: how to bring it into each state, and whether a state keeps anyone out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.widget.conftest import Visitor
from tests.widget.scripted_api import ScriptedApi, stream_of

AXE = Path(__file__).parents[2] / "widget" / "node_modules" / "axe-core" / "axe.min.js"
RICH_ANSWER = (
    "# Returns\n\nYes, within **60 days**. See [the rules](https://shop.example/returns).\n\n- clean\n- dry\n\n"
    "| What | Pay |\n|---|--:|\n| Refund | $0 |\n\n```\nRETURN 48213\n```\n\n> Used is fine."
)
STATES = [
    "closed",
    "empty",
    "waiting",
    "writing",
    "done",
    "doubt",
    "error",
    "stopped",
    "refused",
    "held",
    "menu",
    "person",
    "corrected",
    "unreachable",
]
KINDS: dict[str, dict[str, Any]] = {
    "desk": {},
    "phone": {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True},
}
COLOURS: tuple[dict[str, Any], ...] = ({"color_scheme": "dark"}, {"color_scheme": "light", "forced_colors": "active"})


def show_a_correction(visitor: Visitor, api: ScriptedApi) -> None:
    """Come back to a conversation of which one reply was put right meanwhile."""
    api.play("plain")
    visitor.open().ask("Does the Fenn fit any cartridge?").is_done()
    reply = {"message": "Yes, any of them.", "confidence": 0.9, "followups": ["Which do you sell?"]}
    right = {"name": "MK", "at": "2026-11-20T09:12:00Z", "text": "No. It fits **screw-on** cartridges (EN 417) only."}
    api.turns = [
        {"turn": "t1", "question": "Does it?", "reply": reply, "status": "done", "sources": [], "correction": right}
    ]
    visitor.reload().reads("screw-on").part("thumb-up").wait_for()


def bring_to(state: str, visitor: Visitor, api: ScriptedApi) -> None:
    if state == "unreachable":
        visitor.page.route("**/v1/**", lambda route: route.abort())
    visitor.visit()
    if state == "closed":
        return
    if state == "corrected":
        show_a_correction(visitor, api)
        return
    visitor.open()
    if state == "waiting":
        api.answer(stream_of(RICH_ANSWER), hold_at=2)
        visitor.ask().reads("Looking in the help pages")
    elif state == "writing":
        api.answer(stream_of(RICH_ANSWER), hold_at=9)
        visitor.ask().reads("60 days")
    elif state == "done":
        api.answer(stream_of(RICH_ANSWER, followups=("More?", "And boots?")))
        visitor.ask().is_done()
        visitor.part("thumb-up").click()
    elif state == "doubt":
        api.answer(stream_of(RICH_ANSWER, confidence=0.2))
        visitor.ask().is_done()
    elif state == "error":
        api.play("error_midway")
        visitor.ask().part("retry").wait_for()
    elif state == "stopped":
        api.answer(stream_of(RICH_ANSWER), hold_at=9)
        visitor.ask().reads("60 days").part("stop").click()
        visitor.part("retry").wait_for()
    elif state == "refused":
        api.refuse("pii_detected", 422, kinds=["CREDIT_CARD"])
        visitor.ask().reads("card number")
    elif state == "held":
        api.refuse("rate_limited", 429, retry_after_s=60)
        visitor.ask().reads("Please wait")
    elif state == "person":
        api.play("plain")
        visitor.ask().is_done().page.get_by_role("button", name="Ask a person").click()
        visitor.page.get_by_role("button", name="Send to the team").click()
        visitor.reads("This is not a whole address")
    elif state == "menu":
        visitor.page.get_by_role("button", name="More").click()
    elif state == "unreachable":
        visitor.ask().part("retry").wait_for()


def finds_no_barrier(visitor: Visitor) -> None:
    """Let axe-core look at the page as it stands: with all rules, then in other colours with those about colours."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed (npm ci --prefix widget)")
    visitor.page.evaluate(AXE.read_text(encoding="utf-8"))
    assert barriers(visitor, {}) == []
    for colours in COLOURS:
        visitor.page.emulate_media(**colours)
        found = barriers(visitor, {"runOnly": ["color-contrast", "link-in-text-block"]})
        assert found == [], (colours, found)
    visitor.page.emulate_media(color_scheme=None, forced_colors=None)


def barriers(visitor: Visitor, options: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Return what axe finds: the rule, and what breaks it."""
    found = visitor.page.evaluate("options => axe.run(document, {resultTypes: ['violations'], ...options})", options)
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]
