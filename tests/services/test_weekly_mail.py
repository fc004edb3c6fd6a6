"""Owners get the numbers of last week on Mondays, once, and only where something was asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from backend.app import House
from backend.domain.accounts import Roles
from backend.domain.site import People, Site
from backend.domain.versions import Publishing
from backend.services.send_due import mail_due
from backend.services.weekly_mail import mail_weeks
from tests.contracts.people import HeldClock
from tests.contracts.test_turn_book import opening, outcome
from tests.outgoing.receivers import Postbox
from tests.services.test_send_due import box, hears, shop, telling  # noqa: F401 - fixtures


def ask(house: House, site: Site, *turns: str) -> None:
    for turn in turns:
        house.book.begin(opening(site, turn))
        house.book.end(turn, outcome())
    house.numbers.tally(100)


def wait_until(clock: HeldClock, moment: str) -> None:
    clock.now = datetime.fromisoformat(f"{moment}:00+00:00")


def test_a_week_is_told_once_beside_the_one_before(
    telling: House,  # noqa: F811
    shop: Site,  # noqa: F811
    box: Postbox,  # noqa: F811
    clock: HeldClock,
) -> None:
    telling.people.add("ada@shop.example", "Ada", Roles("owner"))
    telling.people.add("eve@shop.example", "Eve", Roles("viewer"))
    wait_until(clock, "2026-03-03T12:00")  # a Tuesday
    ask(telling, shop, "t1")
    wait_until(clock, "2026-03-11T12:00")
    ask(telling, shop, "t2", "t3")
    for moment in ("2026-03-11T12:00", "2026-03-16T03:00"):  # no Monday, and too early
        wait_until(clock, moment)
        assert mail_weeks(telling) == 0
    for moment in ("2026-03-16T08:00", "2026-03-16T15:00"):
        wait_until(clock, moment)
        mail_weeks(telling)
        mail_due(telling)
    (letter,) = box.letters
    assert (letter["To"], letter["Subject"]) == ("ada@shop.example", "Tea Shop: last week in numbers")
    text = letter.get_content()
    assert "from 2026-03-09 to 2026-03-15" in text
    assert "Questions: 2 (1)" in text
    assert "Cost: $0.02 ($0.01)" in text
    assert f"https://chat.example/console/{shop.key}/numbers" in text


def test_nobody_is_told_of_nothing_or_against_their_wish(
    telling: House,  # noqa: F811
    shop: Site,  # noqa: F811
    box: Postbox,  # noqa: F811
    clock: HeldClock,
) -> None:
    telling.people.add("ada@shop.example", "Ada", Roles("owner"))
    wait_until(clock, "2026-03-16T08:00")
    assert mail_weeks(telling) == 0
    wait_until(clock, "2026-03-18T08:00")
    ask(telling, shop, "t1")
    quiet = replace(shop.settings, people=People(weekly=False))
    telling.sites.publish(shop, quiet, Publishing("ada"))
    wait_until(clock, "2026-03-23T08:00")
    assert mail_weeks(telling) == 0
    mail_due(telling)
    assert box.letters == []
