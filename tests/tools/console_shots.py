"""Takes a picture of every page of the console in its states, to be looked at as a designer would.

python -m tests.tools.console_shots [FOLDER]     writes into `shots/`, which git ignores
"""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, sync_playwright

from backend.domain.cases import Expected
from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.domain.versions import Publishing
from backend.knowledge.index import Change
from backend.services.keep_documents import keep_documents
from backend.services.lint_site import look_over
from backend.services.run_cases import save_case
from tests.api.client import Visitor
from tests.conftest import CHROMIUM, FLAGS
from tests.console.staff import COOKIE, Member, Staff
from tests.servers import ROOT, deskbell

LONG = "Winter care for down sleeping bags and jackets, with washing, drying and what to do about a torn shell"
KINDS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "narrow": {"viewport": {"width": 900, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}},
    "german": {"viewport": {"width": 1440, "height": 900}, "locale": "de-DE"},
}
PAGES = (
    *(
        "start",
        "persona",
        "knowledge",
        "knowledge?question=returns",
        "knowledge?only=faults",
        "knowledge/document?id=tents.md",
        "knowledge/answer",
        "gaps",
        "synonyms",
    ),
    *("playground", "cases", "versions", "publish", "numbers", "audit", "live", "webhooks"),
    *("queue", "queue?state=done", "queue/second"),
)
OTHERS = ("sites", "sites/new", "people", "keys", "nothing")


def fill(staff: Staff) -> Site:
    """Return a site with pages, a changed draft, questions of visitors and saved ones."""
    site = staff.site("Larkmoor help", greeting="Hello! How can we help you?")
    pages = [Document(f"page-{n}.md", f"Topic {n}", "", f"# Topic {n}\n\nTents of kind {n}.") for n in range(200)]
    returns = Document("returns.md", "Returns and exchanges", "", "# Returns\n\nReturns within 30 days, clean and dry.")
    care = Document("care.md", LONG, "", f"# {LONG}\n\nWash cold.")
    keep_documents(site, Change([*pages, returns, care], "added"), staff.house)
    warm = replace(site.settings, persona="Warm and brief.")
    live = staff.house.sites.publish(staff.live(site), warm, Publishing("MK", LONG))
    shelf = staff.house.drafts.change(live, replace(live.settings, persona="Dry."), None, "mk@shop.example").site
    longer = replace(returns, text=returns.text.replace("30", "60"))
    old = Document("sale.md", "Spring sale", "", "# Spring sale\n\nThe sale is valid until 1 May 2020.")
    odd = Document("tents.md", "Tents", "", "# Tents\n\nReturns within 14 days, clean and dry.")
    keep_documents(shelf, Change([longer, old, odd], "added"), staff.house.in_draft)
    look_over(live, shelf, staff.house.in_draft)
    put_jobs(staff, shelf)
    must = Expected("How long may I return a tent?", must_contain=("30 days",), is_must=True)
    save_case(live, must, "MK", staff.house)
    for question in ("How long may I return a tent?", "Do you ship to Norway?", "Can you ship to Norway?"):
        Visitor(staff.server.url, live.key).ask(question)
    staff.house.numbers.tally(1_000)
    return live


def put_jobs(staff: Staff, shelf: Site) -> None:
    """Put in work that goes on, and some that failed in part."""
    jobs = staff.house.jobs
    failed = jobs.add(shelf.id, "files", "12 files", "mk@shop.example")
    going = jobs.add(shelf.id, "crawl", "https://shop.example/help/", "mk@shop.example")
    for job in (failed, going):
        jobs.begin(job.id)
    jobs.report(going, 148, 320)
    jobs.end(failed, "done", "sizes-old.xls: This kind of file cannot be read. Save it as .html or .docx.")


def talk_with(staff: Staff, site: Site, owner: Member) -> str:
    """Return a conversation in which a visitor asked for a person, and the owner answers."""
    visitor = Visitor(staff.server.url, site.key)
    conversation = str(visitor.ask("My parcel is not here. Where is it?")[0].data["conversation"])
    visitor.post(f"/v1/conversations/{conversation}/handoff", {"email": "sam@mail.example", "note": "Order 48213."})
    owner.post(f"{site.key}/live/{conversation}/join")
    owner.post(
        f"{site.key}/live/{conversation}/say", {"text": "Good morning, Sam. I am looking for it, one moment please."}
    )
    visitor.ask("Thank you! It was to come on Friday, to 12 Mill Lane.", conversation=conversation)
    return conversation


def shoot_loading(page: Page, site: Site, file: Path) -> None:
    """Take the picture of a page whose next part is on its way for a while."""
    page.goto(f"/console/{site.key}/numbers")
    held: list[Route] = []
    page.route("**/numbers?from=*", lambda route: held.append(route))  # playwright marks what it is given
    page.get_by_role("link", name=re.compile("^(7|90)")).first.click(no_wait_after=True)
    page.wait_for_selector("[aria-busy=true]")
    page.screenshot(path=file)
    for each in held:
        each.continue_()
    page.wait_for_selector("[aria-busy=true]", state="detached")
    page.unroute("**/numbers?from=*")


def shoot(browser: Browser, staff: Staff, owner: Member, folder: Path) -> int:
    """Write one picture for each kind of screen and page; return how many."""
    full, empty, count = fill(staff), staff.site("Empty shop"), 0
    guest, talk = staff.member("viewer"), talk_with(staff, full, owner)
    paths = [*(f"{full.key}/{page}" for page in PAGES), *(f"{empty.key}/{page}" for page in PAGES), *OTHERS]
    for kind, context in KINDS.items():
        opened = browser.new_context(base_url=staff.server.url, reduced_motion="reduce", **context)
        opened.add_cookies([{"name": COOKIE, "value": owner.cookie, "url": staff.server.url}])
        page = opened.new_page()
        for path in paths:
            page.goto(f"/console/{path}")
            name = path.replace(full.key, "full").replace(empty.key, "empty").replace("/", "-").partition("?")
            asked = f"-{name[2].partition('=')[0]}" if name[2] else ""
            page.screenshot(path=folder / f"console-{kind}-{name[0]}{asked}.png")
            count += 1
        page.goto(f"/console/{full.key}/live/{talk}")
        page.screenshot(path=folder / f"console-{kind}-live-talk.png")
        shoot_loading(page, full, folder / f"console-{kind}-loading.png")
        count += 2
        opened.add_cookies([{"name": COOKIE, "value": guest.cookie, "url": staff.server.url}])
        page.goto(f"/console/{full.key}/publish")
        page.screenshot(path=folder / f"console-{kind}-not-allowed.png")
        count += 1
        opened.close()
    return count


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "shots"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, deskbell(Path(data), DESKBELL_JOBS="off") as server:
        staff = Staff.of(server)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
            count = shoot(browser, staff, staff.member("owner"), folder)
            browser.close()
        staff.close()
    Visitor.show_all_out()
    print(f"{count} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
