"""The console in a real browser: what is typed, keys, two themes, a phone, no script."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.knowledge.index import Change
from backend.services.keep_documents import keep_documents
from tests.conftest import PATIENCE_MS
from tests.console.looks import finds_nothing
from tests.console.staff import COOKIE, Member, Staff
from tests.servers import ROOT

PAGES = ("start", "persona", "knowledge", "knowledge/answer", "synonyms", "playground", "versions", "publish")


@contextmanager
def browsing(browser: Browser, member: Member, url: str, **context: Any) -> Iterator[Page]:
    """Open a browser in which a person is signed in; nothing may be reported by a policy, nothing break."""
    options = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce", "base_url": url, **context}
    opened = browser.new_context(**options)
    opened.add_cookies([{"name": COOKIE, "value": member.cookie, "url": url}])
    page = opened.new_page()
    page.set_default_timeout(PATIENCE_MS)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    try:
        yield page
        assert wrong == []
    finally:
        opened.close()


@pytest.fixture
def filled(staff: Staff, site: Site) -> Site:
    documents = [
        Document(f"page-{number}.md", f"Page {number}", "", f"# Page {number}\n\nText of {number}.")
        for number in range(3)
    ]
    keep_documents(site, Change(documents, "added"), staff.house)
    keep_documents(
        staff.house.drafts.draft(staff.live(site)).site, Change(documents[:1], "added"), staff.house.in_draft
    )
    staff.house.jobs.add(site.id, "files", "old.xls", "ada")
    return staff.live(site)


def test_axe_finds_nothing_on_any_page(browser: Browser, staff: Staff, filled: Site, owner: Member) -> None:
    with browsing(browser, owner, staff.server.url, bypass_csp=True) as page:
        for path in (*(f"{filled.key}/{each}" for each in PAGES), "sites", "sites/new", "keys"):
            page.goto(f"/console/{path}")
            finds_nothing(page, path)


def test_what_is_typed_is_kept_without_a_press_and_the_focus_stays(
    browser: Browser, staff: Staff, site: Site, owner: Member
) -> None:
    with browsing(browser, owner, staff.server.url) as page:
        page.goto(f"/console/{site.key}/persona")
        page.get_by_label("Voice").click()
        page.keyboard.type("Warm and brief.")
        expect(page.get_by_text("Kept in the draft.")).to_be_visible()
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.keyboard.type(" Never pushy.")
        expect(page.locator(".verbar")).to_contain_text("1 change")
        assert page.evaluate("document.activeElement.id") == "persona"
        page.reload()
        expect(page.get_by_label("Voice")).to_have_value("Warm and brief. Never pushy.")


def test_what_is_typed_just_before_leaving_is_kept_too(
    browser: Browser, staff: Staff, site: Site, owner: Member
) -> None:
    with browsing(browser, owner, staff.server.url) as page:
        page.goto(f"/console/{site.key}/persona")
        page.get_by_label("Voice").click()
        page.keyboard.type("Warm and brief.")
        page.goto("/console/sites")
        deadline = time.monotonic() + 30
        while staff.house.drafts.draft(site).settings.persona != "Warm and brief.":
            assert time.monotonic() < deadline
            page.wait_for_timeout(50)


def test_the_preview_answers_beside_the_form(browser: Browser, staff: Staff, filled: Site, owner: Member) -> None:
    with browsing(browser, owner, staff.server.url) as page:
        page.goto(f"/console/{filled.key}/playground")
        frame = page.frame_locator("iframe.preview")
        frame.locator('deskbell-widget [part="question"]').fill("What is the text of page 1?")
        frame.locator('deskbell-widget [part="question"]').press("Enter")
        expect(page.locator(".traces").get_by_text("What is the text of page 1?")).to_be_visible()


def test_taking_a_page_out_is_undone_by_a_key(browser: Browser, staff: Staff, filled: Site, owner: Member) -> None:
    with browsing(browser, owner, staff.server.url) as page:
        page.goto(f"/console/{filled.key}/knowledge/document?id=page-1.md")
        page.keyboard.press("x")
        expect(page.get_by_text("Page 1 is taken out of the draft.")).to_be_visible()
        expect(page.get_by_role("link", name="Page 1", exact=True)).to_have_count(0)
        page.keyboard.press("z")
        expect(page.get_by_role("link", name="Page 1", exact=True)).to_be_visible()


def test_the_keys_of_a_page_are_listed_and_stay_silent_while_somebody_types(
    browser: Browser, staff: Staff, filled: Site, owner: Member
) -> None:
    with browsing(browser, owner, staff.server.url) as page:
        page.goto(f"/console/{filled.key}/knowledge")
        page.keyboard.press("?")
        sheet = page.get_by_role("dialog")
        expect(sheet).to_contain_text("Write an answer")
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        page.keyboard.type("w")
        assert page.url.endswith("/knowledge")
        expect(page.get_by_label("Find a document")).to_have_value("w")


def test_everything_works_without_script(browser: Browser, staff: Staff, site: Site, owner: Member) -> None:
    with browsing(browser, owner, staff.server.url, java_script_enabled=False) as page:
        page.goto(f"/console/{site.key}/persona")
        page.get_by_label("Greeting").fill("Welcome")
        page.get_by_role("button", name="Keep in the draft").click()
        expect(page.get_by_label("Greeting")).to_have_value("Welcome")
        page.goto(f"/console/{site.key}/knowledge/answer")
        page.get_by_label("Question").fill("Do you ship to Norway?")
        page.get_by_label("Answer", exact=True).fill("Yes, in 5 days.")
        page.get_by_role("button", name="Keep in the draft").click()
        expect(page.get_by_role("link", name="Do you ship to Norway?")).to_be_visible()
        page.goto(f"/console/{site.key}/publish")
        page.get_by_role("button", name="Publish version 2").click()
        expect(page.get_by_text("Version 2 is live.")).to_be_visible()


def test_what_others_wrote_never_runs(browser: Browser, staff: Staff, site: Site, owner: Member) -> None:
    rows = (ROOT / "tests" / "widget" / "cases" / "xss_payloads.jsonl").read_text().splitlines()
    texts = [json.loads(row)["text"] for row in rows]
    documents = [Document(f"{n}-{text[:40]}", text, text, f"# {text}\n\n{text}") for n, text in enumerate(texts)]
    keep_documents(staff.house.drafts.draft(site).site, Change(documents, "added"), staff.house.in_draft)
    staff.house.jobs.add(site.id, "files", texts[0], texts[1])
    with browsing(browser, owner, staff.server.url) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: pytest.fail(f"{dialog.message} ran"))
        for path in ("knowledge", "publish", f"versions?from={site.version}&to=draft", "knowledge?question=alert"):
            page.goto(f"/console/{site.key}/{path}")
            page.wait_for_load_state()
        assert [url for url in asked if not url.startswith((staff.server.url, "data:"))] == []
