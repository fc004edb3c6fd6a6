"""Conversations and webhooks as they are drawn: no rule of axe broken, nothing that a stranger wrote runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from backend.domain.outgoing import EVENTS, TEST, Tried
from backend.domain.site import Site
from backend.services.join_conversation import join_conversation, say
from tests.api.client import Visitor
from tests.console.looks import finds_nothing
from tests.console.staff import Member, Staff
from tests.console.test_console_in_a_browser import browsing

HOSTILE = "<img src=x onerror=\"document.title='broken'\"> \u202e& 'quoted' \"twice\" https://evil.example/x.png"


@pytest.fixture
def talk(staff: Staff, site: Site, owner: Member) -> Iterator[str]:
    """A conversation with everything in it, hostile wherever a stranger may write."""
    visitor = Visitor(staff.server.url, site.key)
    talk = str(visitor.ask(HOSTILE)[0].data["conversation"])
    visitor.post(f"/v1/conversations/{talk}/handoff", {"email": "sam@mail.example", "note": HOSTILE})
    visitor.get(f"/v1/conversations/{talk}/events")
    person = staff.house.people.with_email(owner.email)
    assert person is not None
    join_conversation(site, talk, person, staff.house)
    say(site, talk, person, HOSTILE, staff.house)
    visitor.ask("Are you there?", conversation=talk)
    hook = staff.house.webhooks.add(site, "https://hooks.example/x", "slack", EVENTS, "whsec_eA==", "ada")
    staff.house.webhooks.switch_off(hook, HOSTILE)
    staff.house.webhooks.put_on_one(hook, TEST, {})
    staff.house.webhooks.settle(staff.house.webhooks.deliveries(hook, 1)[0], Tried(False, HOSTILE, 500), None)
    yield talk
    Visitor.show_all_out()


def test_axe_finds_nothing_and_nothing_runs(
    browser: Browser, staff: Staff, site: Site, owner: Member, talk: str
) -> None:
    hook = staff.house.webhooks.webhooks(site)[0].id
    with browsing(browser, owner, staff.server.url, bypass_csp=True) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for path in ("live", f"live/{talk}", "webhooks", f"webhooks/{hook}"):
            page.goto(f"/console/{site.key}/{path}")
            finds_nothing(page, path)
        expect(page).not_to_have_title("broken")
        assert [url for url in asked if not url.startswith(staff.server.url)] == []


def test_a_wish_is_answered_by_keys_alone(browser: Browser, staff: Staff, site: Site, owner: Member, talk: str) -> None:
    with browsing(browser, owner, staff.server.url) as page:
        page.goto(f"/console/{site.key}/live/{talk}")
        page.get_by_label("Write to the visitor").focus()
        page.keyboard.type("Yes, I am.")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".ans .said").last).to_have_text("Yes, I am.")
        expect(page.get_by_label("Write to the visitor")).to_have_value("")
        page.get_by_role("button", name="Leave").press("Enter")
        expect(page.locator(".rule").last).to_contain_text("left, the assistant answers again")
