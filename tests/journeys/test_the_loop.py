"""The loop that closes: a wrong answer is seen by staff, corrected once, served to the next visitor, held by a case and
told to the visitor who got it, here and by mail. Taken back, all of it is as before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.app import House
from backend.app.parts import utc_now
from backend.services.send_due import mail_due
from backend.services.tell_visitor import TAKEN_BACK_WITHIN
from backend.settings import read_settings
from tests.conftest import PATIENCE_MS
from tests.console.staff import COOKIE, Staff
from tests.journeys.conftest import Person, Product
from tests.outgoing.receivers import Postbox
from tests.servers import ModelServer

ASKED = "How long do I have to return a tent?"
IN_OTHER_WORDS = "How long do I have for returning a tent?"
WRONG = {"message": "You can return a tent within 90 days.", "confidence": 0.9, "followups": []}
RIGHT = "You can return a tent within 60 days, clean and dry."
SAM = "sam@mail.example"


@dataclass
class Loop:
    """The product with a mail server, and who works in its console."""

    product: Product
    box: Postbox
    staff: Staff

    def runs_the_cases(self) -> tuple[int, str]:
        """Ask the saved questions of what is live; return the exit code and what was said."""
        done = self.product.direct.run("eval", "--site", "pk_larkmoor", "--on", "live")
        return done.returncode, done.stdout

    def posts_letters(self) -> None:
        """Let the time pass in which a correction is taken back most often, and send what is due."""
        environment = self.product.direct.environment
        settings = read_settings(environment, Path(environment["DATA_DIR"]))
        house = House(settings, time=lambda: utc_now() + TAKEN_BACK_WITHIN + timedelta(minutes=1))
        mail_due(house)
        house.close()


@pytest.fixture
def loop(writing: Product, box: Postbox) -> Iterator[Loop]:
    staff = Staff.of(writing.direct)
    yield Loop(writing, box, staff)
    staff.close()


@pytest.fixture
def console(browser: Browser, loop: Loop) -> Iterator[Page]:
    """The console in a browser of its own, where a reviewer called Mara is signed in."""
    member = loop.staff.member("editor")
    person = loop.staff.house.people.with_email(member.email)
    assert person is not None
    loop.staff.house.people.rename(person, "Mara K.", uses_single_keys=True)
    profile = browser.new_context(ignore_https_errors=True, base_url=loop.product.url)
    profile.add_cookies([{"name": COOKIE, "value": member.cookie, "url": loop.product.url}])
    page = profile.new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    profile.close()


NUMBER = re.compile(r"(?<=/queue/)\d+")
CORRECTED = re.compile("The reply is corrected|replies are corrected")  # others may have asked the very same


def leaves_an_address(visitor: Person) -> None:
    widget = visitor.page.locator("deskbell-widget")
    widget.get_by_role("button", name="Ask a person").last.click()
    widget.get_by_label("Your e-mail").fill(SAM)
    widget.get_by_role("button", name="Send to the team").click()
    visitor.reads(SAM)


def test_a_wrong_answer_is_corrected_once_for_everybody(
    loop: Loop, model: ModelServer, person: Callable[..., Person], console: Page
) -> None:
    shop = loop.product.allowed_shop
    model.play({"reply": WRONG})
    first = person().opens(shop).asks(ASKED).reads("within 90 days").sees_the_end()
    leaves_an_address(first)
    first.page.locator("deskbell-widget").get_by_role("button", name="Close").click()
    first.page.goto(f"{shop}/other")  # gone, to a page without the tag

    console.goto("/console/pk_larkmoor/queue?reason=unsupported_number")  # flagged: no page says 90 days
    doubtful = console.get_by_role("link", name=ASKED)
    item = NUMBER.findall(doubtful.get_attribute("href") or "")[0]
    doubtful.click()
    expect(console.locator("#item-title")).to_have_text(ASKED)
    expect(console.locator(".item")).to_contain_text("90 days")
    console.keyboard.press("c")
    console.keyboard.press("Control+A")
    console.keyboard.type(RIGHT)
    console.keyboard.press("Control+Enter")
    expect(console.get_by_text(CORRECTED)).to_be_visible()

    model.forget()
    second = person().opens(shop).asks(IN_OTHER_WORDS).reads(RIGHT).reads("Answered by our team").sees_the_end()
    assert model.count() == 0
    code, said = loop.runs_the_cases()
    assert (code, said.count("holds")) == (0, 1), said

    first.page.goto(shop)
    expect(first.part("launcher")).to_have_attribute("aria-label", re.compile("waiting"), timeout=PATIENCE_MS)
    first.part("launcher").click()
    first.reads("Our team corrected this.").reads("Mara K.").reads(RIGHT)
    loop.posts_letters()
    letter = loop.box.wait_for(SAM)
    assert RIGHT in letter.get_content()
    assert "/#deskbell" in letter.get_content()

    # Served no more: the case, which stays, says so at once.
    (approved,) = loop.staff.house.approved.answers(loop.staff.house.sites.site("pk_larkmoor").id)
    owner = loop.staff.member("owner")
    loop.staff.house.approved.remove(approved.site_id, approved.id)
    code, said = loop.runs_the_cases()
    assert code == 1, said
    assert f"FAILS  {ASKED}" in said

    # Taken back with all that it caused.
    assert owner.post(f"pk_larkmoor/queue/{item}/undo").status_code == 303
    assert loop.runs_the_cases() == (0, "")
    expect(first.part("log")).not_to_contain_text(RIGHT, timeout=PATIENCE_MS)
    second.asks(ASKED).reads("within 90 days").sees_the_end()
    assert [*first.errors, *second.errors] == []
