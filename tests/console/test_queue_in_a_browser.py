"""The queue in a real browser: worked through by keys, by two people at once, and with hostile texts on every field."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.domain.events import Delta
from backend.domain.site import Site
from backend.domain.timeline import record
from tests.console.looks import finds_nothing
from tests.console.queued import WARRANTY, put_pages, waits
from tests.console.staff import Member, Staff
from tests.console.test_console_in_a_browser import browsing
from tests.contracts.items import item_of, open_items
from tests.servers import ROOT

BEACON = "![x](https://beacon.example/x.png)<img src=https://beacon.example/y.png>"


def heading(page: Page) -> Any:
    return page.locator("#item-title")


def test_axe_finds_nothing_in_the_queue(browser: Browser, staff: Staff, site: Site, owner: Member) -> None:
    put_pages(staff.house.store, site)
    turns = [waits(staff.house.store, site, f"Is the jacket {word}?") for word in ("red", "warm")]
    item = item_of(staff.house.store, site, turns[0])
    with browsing(browser, owner, staff.server.url, bypass_csp=True) as page:
        for path in (
            "queue",
            "queue?state=done",
            f"queue/{item.id}",
            f"queue/{item.id}?show=history",
            f"queue/{item.id}?show=replay",
        ):
            page.goto(f"/console/{site.key}/{path}")
            finds_nothing(page, path)


def test_twenty_items_are_worked_through_by_keys_alone(browser: Browser, staff: Staff, site: Site) -> None:
    store, reviewer = staff.house.store, staff.member("reviewer")
    put_pages(store, site)
    for number in range(20):
        waits(store, site, f"Has thing{number} the colour{number}?")
    with browsing(browser, reviewer, staff.server.url) as page:
        page.goto(f"/console/{site.key}/queue")
        first = heading(page).inner_text()
        page.keyboard.press("j")
        expect(heading(page)).not_to_have_text(first)
        page.keyboard.press("k")
        expect(heading(page)).to_have_text(first)
        page.keyboard.press("l")
        expect(heading(page)).not_to_have_text(first)
        page.keyboard.press("k")
        expect(heading(page)).to_have_text(first)

        page.keyboard.press("c")
        page.keyboard.press("Control+A")
        page.keyboard.type("Free over $120.")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("The reply is corrected.")).to_be_visible()
        expect(heading(page)).not_to_have_text(first)
        page.keyboard.press("z")
        expect(page.get_by_text("Taken back. It waits again.")).to_be_visible()
        expect(heading(page)).to_have_text(first)

        for left in range(19, -1, -1):
            now = heading(page).inner_text()
            page.keyboard.press("a")
            if left:
                expect(heading(page)).not_to_have_text(now)
        expect(page.get_by_role("heading", name="Nothing to review")).to_be_visible()
        page.keyboard.press("/")
        expect(page.get_by_role("searchbox")).to_be_focused()
    assert open_items(store, site) == []
    assert len(open_items(store, site, state="done")) == 20


def test_two_people_never_decide_one_item(browser: Browser, staff: Staff, site: Site) -> None:
    store, ada, bob = staff.house.store, staff.member("reviewer"), staff.member("reviewer")
    turn = waits(store, site, "Is the jacket warm?")
    item = item_of(store, site, turn)
    path = f"/console/{site.key}/queue/{item.id}"
    with browsing(browser, ada, staff.server.url) as hers, browsing(browser, bob, staff.server.url) as his:
        hers.goto(path)
        expect(hers.get_by_text("You have it")).to_be_visible()
        his.goto(path)
        expect(his.get_by_text(f"{ada.email.partition('@')[0]} is looking at it until")).to_be_visible()
        expect(his.get_by_role("button", name="It is fine")).to_be_disabled()
        forced = bob.post(f"{site.key}/queue/{item.id}/decide", {"decision": "corrected", "reply": "My own words"})
        assert forced.status_code == 409
        assert "My own words" in forced.text

        hers.goto(f"/console/{site.key}/queue?state=done")
        expect(hers.get_by_text("Nothing was decided yet")).to_be_visible()
        his.reload()
        expect(his.get_by_text("You have it")).to_be_visible()
        his.keyboard.press("a")
        expect(his.get_by_text("The reply is fine as it is.")).to_be_visible()
    assert item_of(store, site, turn).state == "done"


def test_what_is_new_is_counted_and_moves_nothing(browser: Browser, staff: Staff, site: Site, owner: Member) -> None:
    store = staff.house.store
    waits(store, site, "Is the jacket warm?", "truncated")
    with browsing(browser, owner, staff.server.url) as page:
        page.goto(f"/console/{site.key}/queue")
        rows = page.locator(".it")
        expect(rows).to_have_count(1)
        waits(store, site, "Is it dangerous?", "canary")
        expect(page.get_by_text("1 new above")).to_be_visible(timeout=30_000)
        expect(rows).to_have_count(1)
        page.get_by_text("1 new above").click()
        expect(rows).to_have_count(2)


def test_what_visitors_models_and_staff_wrote_never_runs(
    browser: Browser, staff: Staff, site: Site, owner: Member
) -> None:
    store = staff.house.store
    put_pages(store, site)
    lines = (ROOT / "tests" / "widget" / "cases" / "xss_payloads.jsonl").read_text().splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    everything = "\n".join([*texts, BEACON])[:7_000]
    hostile = [everything[at : at + 1_500] for at in range(0, len(everything), 1_500)]
    for text in hostile:
        turn = waits(store, site, text, reply=f"{WARRANTY.text} {text}")
        store.evidence.keep(turn, record([(0, Delta(json.dumps({"message": text})))]))
        store.book.rate(site, turn, "down", text)
        item = item_of(store, site, turn)
        owner.post(f"{site.key}/queue/{item.id}/decide", {"decision": "corrected", "reply": text, "note": text})
    waits(store, site, hostile[0], reply=hostile[-1])
    asked, played = list[str](), list[str]()
    with browsing(browser, owner, staff.server.url) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: pytest.fail(f"a text ran: {dialog.message}"))
        page.goto(f"/console/{site.key}/queue?state=done")
        addresses = [f"/console/{site.key}/queue", *(each.get_attribute("href") for each in page.locator(".it").all())]
        for each in addresses:
            for show in ("evidence", "replay", "again", "history"):
                page.goto(f"{each}{'&' if '?' in each else '?'}show={show}")
                assert page.evaluate("document.querySelectorAll('main script, main img').length") == 0
                frames = page.evaluate(
                    "[...document.querySelectorAll('main iframe')].map((each) => each.sandbox.value)"
                )
                assert set(frames) <= {"allow-scripts"}
                if frames:
                    played.append(each)
                    expect(page.frame_locator("main iframe").locator("article")).to_be_visible()
                    panel = "document.querySelector('deskbell-widget').shadowRoot"
                    assert not page.frames[-1].evaluate(f"{panel}.querySelector('article :is(img, script, iframe)')")
                links = page.evaluate("[...document.querySelectorAll('main a')].map((each) => each.href)")
                assert all(link.startswith(staff.server.url) for link in links)
    assert len(played) == len(hostile)
    assert all(url.startswith((staff.server.url, "data:")) for url in asked)
