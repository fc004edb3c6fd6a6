"""Signing in and managing people in a real browser: by keyboard, on a phone, in the dark, without script."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyotp
import pytest
import segno
from playwright.sync_api import Browser, Page, expect

from backend.accounts.tokens import hash_of, new_token
from backend.domain.accounts import Person, Roles, Where
from backend.domain.audit import By, Change
from backend.domain.site import Site
from backend.services.make_token import make_token
from backend.services.record_change import record_change
from tests.conftest import PATIENCE_MS
from tests.console.looks import finds_nothing
from tests.console.people import PASSWORD, invite
from tests.console.staff import Member, Staff
from tests.console.test_console_in_a_browser import browsing
from tests.servers import ROOT, Deskbell, deskbell

numbers = itertools.count(1)
LINK = re.compile(r"console: (\S+/console/link/\S+)")


@contextmanager
def stranger(browser: Browser, url: str, **context: Any) -> Iterator[Page]:
    """Open a browser in which nobody is signed in; nothing may be reported by a policy, nothing break."""
    options = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce", "base_url": url, **context}
    opened = browser.new_context(**options)
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
def person(staff: Staff) -> Person:
    return invite(staff, f"mk{next(numbers)}@shop.example", Roles("owner"))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deskbell]:
    """A product that has just been started for the first time."""
    with deskbell(tmp_path_factory.mktemp("first"), demo=True) as running:
        yield running


def sign_in(page: Page, email: str) -> None:
    page.goto("/console/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def test_the_link_of_the_first_start_leads_to_a_signed_in_owner_with_a_second_factor(
    browser: Browser, first: Deskbell
) -> None:
    found = LINK.search(first.log.read_text())
    assert found
    with stranger(browser, first.url) as page:
        page.goto(found[1])
        page.get_by_label("E-mail").fill("mk@shop.example")
        page.get_by_label("New password").fill("tea")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("at least 10 characters")
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page.get_by_label("E-mail")).to_have_value("mk@shop.example")
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("main")).to_have_attribute("data-page", "sites")

        page.goto("/console/me/factor")
        secret = page.locator("code.secret").inner_text()
        page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
        page.get_by_role("button", name="Switch it on").click()
        codes = page.locator(".codes code").all_inner_texts()
        assert len(codes) == 10
        page.get_by_role("link", name="I have kept them").click()
        page.get_by_role("button", name="Sign out").click()

        sign_in(page, "mk@shop.example")
        expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
        page.get_by_role("link", name="Use a recovery code").click()
        page.get_by_label("Recovery code").fill(codes[0])
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.locator("main")).to_have_attribute("data-page", "sites")
        page.goto(found[1])
        expect(page.get_by_role("heading", name="This link is used up")).to_be_visible()


def test_the_drawing_for_the_app_shows_the_secret(browser: Browser, staff: Staff, owner: Member) -> None:
    """Every square of the drawing is looked at, as a camera would: a style that spoils it is seen."""
    with browsing(browser, owner, staff.server.url, color_scheme="dark") as page:
        page.goto("/console/me/factor")
        address = page.get_by_role("link", name="Or open it on this device").get_attribute("href") or ""
        assert pyotp.parse_uri(address).secret == page.locator("code.secret").inner_text()
        wanted = [[bool(dark) for dark in row] for row in segno.make(address, error="m").matrix_iter(border=2)]
        image = page.locator(".qr svg").screenshot(type="png")
        drawn = page.evaluate(
            """async ([bytes, size]) => {
                const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: "image/png" }));
                const canvas = new OffscreenCanvas(bitmap.width, bitmap.height), pen = canvas.getContext("2d");
                pen.drawImage(bitmap, 0, 0);
                const at = (n, all) => Math.floor((n + 0.5) * all / size), side = [...Array(size).keys()];
                const dark = (x, y) => pen.getImageData(at(x, bitmap.width), at(y, bitmap.height), 1, 1).data[0] < 128;
                return side.map((y) => side.map((x) => dark(x, y)));
            }""",
            [list(image), len(wanted)],
        )
        assert drawn == wanted


@pytest.mark.parametrize("has_script", [True, False])
def test_an_owner_invites_changes_and_removes_somebody_who_meanwhile_signs_in(
    browser: Browser, staff: Staff, site: Site, owner: Member, has_script: bool
) -> None:
    email = f"rs{next(numbers)}@shop.example"
    with (
        browsing(browser, owner, staff.server.url, java_script_enabled=has_script) as page,
        stranger(browser, staff.server.url, java_script_enabled=has_script) as guest,
    ):
        page.goto(f"/console/people?site={site.key}")
        page.get_by_role("link", name="Invite a person").click()
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Where").select_option(label=site.settings.name)
        page.get_by_label("Role").select_option("reviewer")
        page.get_by_role("button", name="Make the link").click()
        guest.goto(page.locator(".snip code").inner_text())
        guest.get_by_label("New password").fill(PASSWORD)
        guest.get_by_role("button", name="Sign in").click()
        expect(guest.locator("main")).to_have_attribute("data-page", "start")
        guest.goto(f"/console/{site.key}/publish")
        expect(guest.locator("main")).to_have_attribute("data-page", "problem")

        page.goto(f"/console/people?site={site.key}")
        name = email.partition("@")[0]
        page.get_by_label(f"{name} on {site.settings.name}").select_option("owner")
        page.get_by_role("button", name=f"Keep the roles of {name}").click()
        expect(page.get_by_text(f"{name}: the roles are changed.")).to_be_visible()
        expect(page.get_by_label(f"{name} on {site.settings.name}")).to_have_value("owner")
        sign_in(guest, email)
        guest.goto(f"/console/{site.key}/publish")
        expect(guest.locator("main")).to_have_attribute("data-page", "publish")

        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_role("button", name=f"Remove {name}").click()
        expect(page.get_by_text(f"{name} is removed.")).to_be_visible()
        expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
        guest.reload()
        expect(guest.get_by_role("heading", name="Sign in")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
        sign_in(guest, email)
        expect(guest.locator("main")).to_have_attribute("data-page", "start")


def test_a_token_is_made_copied_and_ended(browser: Browser, staff: Staff, owner: Member) -> None:
    with browsing(browser, owner, staff.server.url, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto("/console/people")
        page.get_by_role("link", name="Make a token").click()
        page.get_by_label("What it is for").fill("Nightly checks")
        page.get_by_label("read", exact=True).check()
        page.get_by_role("button", name="Make the token").click()
        secret = page.locator(".snip code").inner_text()
        assert re.fullmatch(r"dk_[\w-]{43}", secret)
        page.get_by_role("button", name="Copy the token").click()
        expect(page.locator("#said")).to_have_text("Copied.")
        assert page.evaluate("navigator.clipboard.readText()") == secret
        page.get_by_role("link", name="Done").click()
        page.get_by_role("button", name="End Nightly checks").click()
        expect(page.get_by_text("Nightly checks has ended.")).to_be_visible()


def test_all_of_signing_in_goes_by_keyboard(browser: Browser, staff: Staff, person: Person) -> None:
    with stranger(browser, staff.server.url) as page:
        page.goto("/console/sign-in")
        for typed in (person.email, PASSWORD):
            for _ in range(5):
                page.keyboard.press("Tab")
                if page.evaluate("document.activeElement.matches('input.in')"):
                    break
            page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(page.locator("main")).not_to_have_attribute("data-page", "sign-in")


def test_password_managers_know_every_field(browser: Browser, staff: Staff, person: Person) -> None:
    token = new_token()
    staff.house.links.add(hash_of(token), person, "reset", staff.house.time().replace(year=2100))
    with stranger(browser, staff.server.url) as page:
        page.goto("/console/sign-in")
        assert fills(page) == ["username", "current-password"]
        page.goto(f"/console/link/{token}")
        assert fills(page) == ["username", "new-password"]
        sign_in(page, person.email)
        page.goto("/console/me/password")
        assert fills(page) == ["username", "current-password", "new-password"]
        page.goto("/console/me/factor")
        assert fills(page) == ["one-time-code"]


def fills(page: Page) -> list[str]:
    found = page.locator("main input[autocomplete]").evaluate_all("(all) => all.map((each) => each.autocomplete)")
    return [str(each) for each in found]


def test_axe_finds_nothing_on_the_pages_of_people(browser: Browser, staff: Staff, site: Site, owner: Member) -> None:
    guest = staff.house.people.add(f"a-rather-long-name{next(numbers)}@a-long-name.example", "", Roles("viewer"))
    assert guest is not None
    owner.post("tokens/new", {"name": "Nightly checks", "scope": ["read", "admin"]})
    pages = (
        "people",
        "people/invite",
        f"people/{guest.id}",
        "tokens/new",
        "me/password",
        "me/factor",
        "audit?verify=1",
    )
    with browsing(browser, owner, staff.server.url, bypass_csp=True) as page:
        for path in (*pages, f"{site.key}/audit"):
            page.goto(f"/console/{path}")
            finds_nothing(page, path)
        page.goto("/console/people/invite")
        page.get_by_role("button", name="Make the link").click()
        finds_nothing(page, "invitation refused")
        page.get_by_label("E-mail").fill(f"guest{next(numbers)}@axe.example")
        page.get_by_role("button", name="Make the link").click()
        finds_nothing(page, "link made")


def test_axe_finds_nothing_where_people_sign_in(browser: Browser, staff: Staff, person: Person) -> None:
    token = new_token()
    staff.house.links.add(hash_of(token), person, "reset", staff.house.time().replace(year=2100))
    with stranger(browser, staff.server.url, bypass_csp=True) as page:
        for path in ("sign-in", "forgotten", f"link/{token}", "link/none"):
            page.goto(f"/console/{path}")
            finds_nothing(page, path)
        page.goto("/console/sign-in")
        page.get_by_label("E-mail").fill(f"nobody{next(numbers)}@shop.example")
        page.get_by_role("button", name="Continue").click()
        finds_nothing(page, "refused")
        staff.house.factors.begin(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        staff.house.factors.confirm(person, 1, [])
        staff.house.tries.know(person, hash_of("127.0.0.1"), staff.house.time().replace(year=2100))
        sign_in(page, person.email)
        for path in ("code", "code?paper=1"):
            page.goto(f"/console/{path}")
            finds_nothing(page, path)
        page.get_by_role("button", name="Sign in", exact=True).click()
        finds_nothing(page, "code refused")


def test_what_people_are_called_never_runs(browser: Browser, staff: Staff, site: Site, owner: Member) -> None:
    rows = (ROOT / "tests" / "widget" / "cases" / "xss_payloads.jsonl").read_text().splitlines()
    texts = [json.loads(row)["text"] for row in rows]
    person = staff.house.people.with_email(owner.email)
    assert person is not None
    for text in texts:
        guest = staff.house.people.add(f"guest{next(numbers)}@xss.example", text, Roles("viewer"))
        assert guest is not None
        staff.house.sessions.begin(new_token(), person, Where(text[:60], text))
        make_token(person, ["read"], By(text), staff.house, name=text)
        record_change(Change(text[:40], text, {text: [text]}, text, site.id), By(text, 1, text), staff.house)
    with browsing(browser, owner, staff.server.url) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: pytest.fail(f"{dialog.message} ran"))
        for path in ("people", f"people/{person.id}", f"{site.key}/audit", "audit"):
            page.goto(f"/console/{path}")
            page.wait_for_load_state()
        assert [url for url in asked if not url.startswith((staff.server.url, "data:"))] == []
