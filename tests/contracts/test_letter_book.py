"""The book of letters on their way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from backend.domain.outgoing import Letter, Tried
from backend.domain.site import Site, SiteSettings
from backend.store import Store
from tests.contracts.people import HeldClock

LETTER = Letter("a1b2", "ada@shop.example", "Your question", "Hello", "Tea Shop", "answer", thread=("x", "y"))
SOON = timedelta(minutes=3)


def site_of(store: Store) -> Site:
    return store.sites.create(SiteSettings(name="Tea Shop", origins=("https://tea.example",)))


def test_a_letter_is_sent_once_however_often_it_was_written(timed: Store, clock: HeldClock) -> None:
    timed.letters.put_on(LETTER)
    timed.letters.put_on(replace(LETTER, text="Another"))
    (due,) = timed.letters.take_due(10, clock() + SOON)
    assert (due.letter, due.tries) == (LETTER, 0)
    timed.letters.settle("a1b2", Tried(True), None)
    timed.letters.put_on(LETTER)
    clock.wait(1_000)
    assert timed.letters.take_due(10, clock() + SOON) == []
    assert timed.letters.state("a1b2") == ("done", "")


def test_a_letter_that_was_not_taken_comes_again(timed: Store, clock: HeldClock) -> None:
    timed.letters.put_on(LETTER)
    timed.letters.take_due(10, clock() + SOON)
    timed.letters.settle("a1b2", Tried(False, "451 later"), clock() + timedelta(minutes=5))
    assert timed.letters.take_due(10, clock() + SOON) == []
    assert timed.letters.state("a1b2") == ("waiting", "451 later")
    clock.wait(301)
    (due,) = timed.letters.take_due(10, clock() + SOON)
    assert due.tries == 1
    timed.letters.settle("a1b2", Tried(False, "550 no"), None)
    assert timed.letters.state("a1b2") == ("failed", "550 no")
    assert timed.letters.state("unknown") is None


def test_letters_go_with_their_site(timed: Store, clock: HeldClock) -> None:
    site = site_of(timed)
    timed.letters.put_on(replace(LETTER, site_id=site.id))
    timed.letters.put_on(replace(LETTER, id="of the house"))
    timed.sites.remove(site)
    assert [each.letter.id for each in timed.letters.take_due(10, clock() + SOON)] == ["of the house"]
