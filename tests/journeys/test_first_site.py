"""From an empty database to an assistant on a shop's own page, by an owner who has the console and nothing else."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import Person, Shop, open_shop
from tests.servers import Deskbell, deskbell

PAGES = 50
MOST_STEPS = 12
LONG_MS = 60_000  # for 50 pages on a machine that others use too
GOODS = ("tent", "pack", "stove", "lamp", "rope", "boot", "glove", "scarf", "mug", "knife")
KINDS = ("north", "south", "east", "west", "home")


@dataclass
class Owner:
    """Somebody at a browser; whatever they do counts as a step: an address, a field, files, a press."""

    page: Page
    steps: list[str] = field(default_factory=list)

    def opens(self, address: str) -> None:
        self.steps.append("open the link")
        self.page.goto(address)

    def fills(self, label: str, words: str) -> None:
        self.steps.append(f"fill in {label}")
        self.page.get_by_label(label, exact=True).fill(words)

    def chooses(self, label: str, files: list[Path]) -> None:
        self.steps.append(f"choose {len(files)} files")
        self.page.get_by_label(label).set_input_files(files)

    def presses(self, control: Locator) -> None:
        self.steps.append(f"press {control.first.inner_text() or control.first.get_attribute('aria-label')}")
        control.first.click()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Deskbell]:
    (tmp_path / "data").mkdir()
    with deskbell(tmp_path / "data", DESKBELL_JOBS="on", DESKBELL_DEMO="on") as server:  # as `make run`, no examples
        yield server


@pytest.fixture
def owner(browser: Browser) -> Iterator[Owner]:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(LONG_MS)
    yield Owner(page)
    context.close()


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop


def help_pages(folder: Path) -> list[Path]:
    """Write the shop's help pages, each about a good of its own."""
    files = []
    for number, (kind, good) in enumerate(product(KINDS, GOODS)):
        named = f"{good} {kind}"
        path = folder / f"{good}-{kind}.md"
        path.write_text(
            f"# The {named}\n\nThe {named} weighs {300 + number} grams and has {number + 1} years of cover."
        )
        files.append(path)
    return files


def link_in(server: Deskbell) -> str:
    """Return the link that the server has printed for its first owner; its last words come just after it is ready."""
    deadline = time.monotonic() + LONG_MS / 1000
    while time.monotonic() < deadline:
        if link := re.search(r"http\S+/console/link/\S+", server.log.read_text()):
            return link[0]
        time.sleep(0.05)
    raise AssertionError(server.log.read_text())


def test_a_shop_owner_needs_a_dozen_steps_to_a_working_tag(
    empty: Deskbell, owner: Owner, shop: Shop, browser: Browser, tmp_path: Path
) -> None:
    page = owner.page
    owner.opens(link_in(empty))
    owner.fills("E-mail", "ada@shop.example")
    owner.fills("New password", "tea leaves in the pot")
    owner.presses(page.get_by_role("button", name="Sign in"))
    owner.fills("Name", "Larkmoor")
    owner.fills("Address of the web site", shop.origin)
    owner.presses(page.get_by_role("button", name="Make the site"))
    owner.chooses("Add documents", help_pages(tmp_path))
    expect(page.get_by_text(re.compile(rf"{PAGES} documents"))).to_be_visible(timeout=LONG_MS)
    owner.presses(page.get_by_role("link", name="Publish"))
    owner.presses(page.get_by_role("button", name="Publish version 2"))
    owner.presses(page.get_by_role("button", name="Copy the line"))
    owner.steps.append("paste it into the shop's page")
    line = page.evaluate("navigator.clipboard.readText()")
    shop.page = f"<!doctype html><html lang='en'><title>Shop</title><body><h1>Tents</h1>{line}</body></html>"
    assert len(owner.steps) <= MOST_STEPS, owner.steps
    visitor = Person(browser.new_context().new_page()).opens(shop.origin)
    visitor.asks("How many grams does the stove east weigh?").reads("322 grams").sees_the_end()
    assert visitor.errors == []
    expect(page.get_by_text(f"Seen on {shop.origin}")).to_be_visible()  # by itself, where the owner still looks
    visitor.page.context.close()
