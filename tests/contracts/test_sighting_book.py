"""The book of where tags were seen."""

from __future__ import annotations

from backend.domain.sightings import Sighting
from backend.domain.site import Site, SiteSettings
from backend.store import Store
from backend.store.sighting_book import MOST_OF_A_KIND
from tests.contracts.people import HeldClock


def shop(store: Store, name: str = "Shop") -> Site:
    return store.sites.create(SiteSettings(name, ()))


def test_what_was_seen_is_counted_and_the_last_comes_first(timed: Store, clock: HeldClock) -> None:
    site, other, began = shop(timed), shop(timed, "Other"), clock()
    timed.sightings.note(site.id, "seen", "https://a.example", 1)
    clock.wait(60)
    timed.sightings.note(site.id, "blocked", "", 1)
    timed.sightings.note(site.id, "seen", "https://a.example", 4)
    now = clock()
    assert now > began
    assert {*timed.sightings.sightings(site.id)} == {
        Sighting("seen", "https://a.example", 5, now),
        Sighting("blocked", "", 1, now),
    }
    assert timed.sightings.sightings(other.id) == []
    timed.sites.remove(site)
    assert timed.sightings.sightings(site.id) == []


def test_whoever_makes_up_origins_fills_no_table(timed: Store, clock: HeldClock) -> None:
    site = shop(timed)
    timed.sightings.note(site.id, "seen", "https://mine.example", 1)
    for number in range(3 * MOST_OF_A_KIND):
        clock.wait(1)
        timed.sightings.note(site.id, "wrong_origin", f"https://{number}.example", 1)
    kept = timed.sightings.sightings(site.id)
    assert len(kept) == MOST_OF_A_KIND + 1
    assert kept[0].origin == f"https://{3 * MOST_OF_A_KIND - 1}.example"
    assert kept[-1].origin == "https://mine.example"
