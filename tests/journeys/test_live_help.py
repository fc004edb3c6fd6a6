"""Live help: a visitor and a member of staff, each in a browser, through nginx, with a drop in between."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.domain.live import HERE
from backend.services.tell_visitor import tell_visitor, untell_visitor
from tests.conftest import PATIENCE_MS
from tests.console.staff import COOKIE, Staff
from tests.journeys.conftest import Person, Product
from tests.slow_wire import SlowWire


@pytest.fixture
def staff(quoting: Product) -> Iterator[Staff]:
    known = Staff.of(quoting.direct)
    yield known
    known.close()


@pytest.fixture
def wire(quoting: Product) -> Iterator[SlowWire]:
    """What lies between the shop's visitors and us, and can be cut."""
    page = quoting.shop.page
    with SlowWire(int(quoting.url.rsplit(":", 1)[1])) as between:
        quoting.shop.page = page.replace(quoting.url, f"https://127.0.0.1:{between.port}")
        yield between
    quoting.shop.page = page


@pytest.fixture
def console(browser: Browser, quoting: Product, staff: Staff) -> Iterator[Page]:
    """The console in a browser of its own, where a reviewer called Mara is signed in."""
    member = staff.member("reviewer")
    person = staff.house.people.with_email(member.email)
    assert person is not None
    staff.house.people.rename(person, "Mara K.", uses_single_keys=True)
    profile = browser.new_context(ignore_https_errors=True, base_url=quoting.url)
    profile.add_cookies([{"name": COOKIE, "value": member.cookie, "url": quoting.url}])
    page = profile.new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    profile.close()


def said_to(visitor: Person) -> list[str]:
    """Return what people wrote, as the visitor sees it, in order."""
    return visitor.page.locator("deskbell-widget article[aria-label*='Mara K.'] .md").all_inner_texts()


def stands_in_order(visitor: Person, everything: list[str]) -> None:
    """The visitor sees every message once, and each where it was said."""
    assert said_to(visitor) == everything
    log = visitor.part("log").inner_text()
    joined = "Mara K. has joined."
    order = (joined, everything[0], "The Haldon 2", everything[1], everything[2], "No, never", everything[3])
    places = [log.index(text) for text in order]
    assert places == sorted(places)


def says(console: Page, text: str) -> None:
    console.get_by_label("Write to the visitor").fill(text)
    console.get_by_label("Write to the visitor").press("Control+Enter")
    expect(console.locator(".ans .said").last).to_have_text(text, timeout=PATIENCE_MS)


def test_a_person_takes_over_and_every_message_arrives_once_in_order(
    quoting: Product, wire: SlowWire, person: Callable[..., Person], console: Page
) -> None:
    visitor = person().opens(quoting.allowed_shop).asks("How long do I have to return a tent?").sees_the_end()

    console.goto("/console/pk_larkmoor/live")
    console.get_by_role("link", name=re.compile("How long do I have to return a tent")).first.click()
    console.get_by_role("button", name="Join").click()
    visitor.reads("Mara K. has joined")
    expect(visitor.page.locator("deskbell-widget .head")).to_contain_text("You are talking with Mara K.")
    says(console, "Hello, I am Mara. Which tent is it?")
    visitor.reads("Which tent is it?")

    visitor.part("question").press_sequentially("The Hal")
    expect(console.locator(".say")).to_contain_text("The visitor is typing", timeout=PATIENCE_MS)
    visitor.asks("The Haldon 2")
    expect(console.locator(".ask").last).to_have_text("The Haldon 2", timeout=PATIENCE_MS)
    expect(visitor.page.get_by_role("button", name="Edit this question")).to_have_count(0)  # a person has it
    console.get_by_label("Write to the visitor").press_sequentially("One mo")
    visitor_line = visitor.page.locator("deskbell-widget .composer, deskbell-widget [part=panel]").first
    expect(visitor_line).to_contain_text("Mara K. is typing.", timeout=PATIENCE_MS)

    wire.cut()
    visitor.page.context.set_offline(True)
    for text in ("One moment, I look.", "It is not used, I take it?"):
        says(console, text)
    wire.mend()
    visitor.page.context.set_offline(False)
    visitor.reads("It is not used, I take it?")
    visitor.asks("No, never")
    expect(console.locator(".ask").last).to_have_text("No, never", timeout=PATIENCE_MS)
    says(console, "Then send it back within 60 days.")
    visitor.reads("Then send it back within 60 days.")
    everything = [
        "Hello, I am Mara. Which tent is it?",
        "One moment, I look.",
        "It is not used, I take it?",
        "Then send it back within 60 days.",
    ]
    stands_in_order(visitor, everything)

    console.get_by_role("button", name="Leave").click()
    visitor.reads("Mara K. has left. The assistant answers again.")
    visitor.page.reload()
    visitor.part("panel").wait_for()
    visitor.reads("Then send it back within 60 days.")
    stands_in_order(visitor, everything)
    visitor.asks("How long do I have to return a tent?").sees_the_end()
    assert visitor.errors == []


def test_a_visitor_who_has_gone_is_told_by_the_launcher(
    quoting: Product, person: Callable[..., Person], console: Page, staff: Staff
) -> None:
    visitor = person().opens(quoting.allowed_shop).asks("How do I wax a tent?")
    expect(visitor.part("stop")).to_be_hidden(timeout=PATIENCE_MS)
    visitor.page.locator("deskbell-widget").get_by_role("button", name="Ask a person").last.click()
    visitor.page.locator("deskbell-widget").get_by_label("Your e-mail").fill("sam@mail.example")
    visitor.page.locator("deskbell-widget").get_by_role("button", name="Send to the team").click()
    visitor.reads("sam@mail.example")
    visitor.page.locator("deskbell-widget").get_by_role("button", name="Close").click()
    visitor.page.goto(f"{quoting.allowed_shop}/other")  # a page without the tag

    console.goto("/console/pk_larkmoor/live")
    console.get_by_role("link", name=re.compile("How do I wax a tent")).first.click()
    console.get_by_label("Or answer by mail").fill("We wax it for you, for 20 dollars.")
    console.get_by_role("button", name="Send by mail").click()
    expect(console.locator(".say")).to_contain_text("We wax it for you", timeout=PATIENCE_MS)

    visitor.page.goto(quoting.allowed_shop)
    expect(visitor.part("launcher")).to_have_attribute("aria-label", re.compile("waiting"), timeout=PATIENCE_MS)
    visitor.part("launcher").click()
    visitor.reads("We wax it for you, for 20 dollars.")
    visitor.page.locator("deskbell-widget").get_by_role("button", name="Close").click()
    visitor.page.reload()
    visitor.part("launcher").wait_for()
    expect(visitor.part("launcher")).not_to_have_attribute("aria-label", re.compile("waiting"))

    visitor.page.goto(f"{quoting.allowed_shop}/#deskbell")
    visitor.page.reload()
    visitor.part("panel").wait_for()
    visitor.reads("We wax it for you, for 20 dollars.")
    assert visitor.errors == []


def test_a_visitor_is_told_of_a_correction_here_and_on_the_next_visit(
    quoting: Product, person: Callable[..., Person], staff: Staff
) -> None:
    site = staff.house.sites.site("pk_larkmoor")
    visitor = person().opens(quoting.allowed_shop).asks("How long do I have to return a tent?").sees_the_end()
    widget = visitor.page.locator("deskbell-widget")
    (talk,) = [
        each
        for each in staff.house.live.talks(site, staff.house.time() - HERE, 50)
        if each.question == "How long do I have to return a tent?" and each.person is None
    ][:1]
    turn = staff.house.book.conversation(site, talk.conversation)[-1].turn
    tell_visitor(site, turn, "You have **90 days** this winter.", "Mara K.", staff.house)
    visitor.reads("Our team corrected this.")  # while it is open
    visitor.reads("You have 90 days this winter.")
    widget.get_by_role("button", name="Close").click()
    visitor.page.goto(f"{quoting.allowed_shop}/other")

    tell_visitor(site, turn, "You have **100 days** this winter.", "Mara K.", staff.house)
    visitor.page.goto(quoting.allowed_shop)
    expect(visitor.part("launcher")).to_have_attribute("aria-label", re.compile("waiting"), timeout=PATIENCE_MS)
    visitor.part("launcher").click()
    visitor.reads("You have 100 days this winter.")
    expect(widget.locator("details")).to_contain_text("Show the earlier answer")

    untell_visitor(site, turn, [], staff.house)
    expect(visitor.part("log")).not_to_contain_text("100 days", timeout=PATIENCE_MS)
    expect(visitor.part("log")).to_contain_text("60 days")
    assert visitor.errors == []
