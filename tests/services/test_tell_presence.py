"""Visitors are told when people are there, and what an answer of theirs really took."""

from __future__ import annotations

from dataclasses import replace

from backend.app import House
from backend.domain.site import People, Site, SiteSettings
from backend.services.tell_presence import tell_presence
from tests.contracts.people import HeldClock
from tests.contracts.test_turn_book import opening


def with_hours(site: Site) -> Site:
    return replace(site, settings=replace(site.settings, people=People(hours=("mon-fri 09:00-17:00",))))


def test_nothing_is_promised_that_nobody_knows(timed: House) -> None:
    site = timed.sites.create(SiteSettings("Tea Shop", ("https://tea.example",)))
    assert tell_presence(site, "en", timed) == ""


def test_hours_and_real_times_are_told_in_the_visitors_language(timed: House, clock: HeldClock) -> None:
    site = timed.sites.create(SiteSettings("Tea Shop", ("https://tea.example",)))
    timed.book.begin(opening(site, "turn-1"))
    for took in (60, 200, 9_000):
        handoff = timed.book.hand_over(site, "conversation-1", "sam@mail.example", "")
        clock.wait(took)
        timed.book.settle_handoff(site, handoff, "answered", "ada")
    assert tell_presence(with_hours(site), "en", timed) == "Our team is here now. It usually answers within 4 min."
    clock.wait(4 * 3_600)
    away = "Unser Team ist gerade nicht da und antwortet per E-Mail. Es antwortet meist innerhalb von 4 Min."
    assert tell_presence(with_hours(site), "de-AT", timed) == away
    clock.wait(40 * 86_400)
    assert tell_presence(site, "en", timed) == ""  # what was measured is too old
