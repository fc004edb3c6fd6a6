"""The book of what a site's pages did not answer."""

from __future__ import annotations

from backend.domain.gaps import Gap, KeptGaps
from backend.domain.site import Site, SiteSettings
from backend.domain.turn import FlagRaised
from backend.store import Store
from tests.contracts.people import HeldClock
from tests.contracts.test_turn_book import opening, outcome

NORWAY = Gap("Do you ship to Norway?", "shipping.md", 2, ("Ship to Norway?",), 1, ("t1", "t2"), ("answers/norway",))
MARS = Gap("Do you ship to Mars?", "", 1, (), 0, ("t3",), ("answers/mars",))


def ask(store: Store, site: Site, turn: str, conversation: str = "c1") -> None:
    store.book.begin(opening(site, turn, "Do you ship to Norway?", conversation=conversation))
    store.book.end(turn, outcome(notices=(), flags=(FlagRaised("low_confidence"),)))


def test_new_gaps_take_the_place_of_those_before(timed: Store, clock: HeldClock) -> None:
    site = timed.sites.create(SiteSettings("Shop", ()))
    assert timed.gaps.kept(site.id) is None
    timed.gaps.keep(site.id, timed.gaps.begin(site.id), "then", 3, [NORWAY, MARS])
    assert timed.gaps.kept(site.id) == KeptGaps(clock(), "then", 3, [NORWAY, MARS])
    clock.wait(60)
    timed.gaps.keep(site.id, timed.gaps.begin(site.id), "now", 2, [NORWAY])
    assert timed.gaps.kept(site.id) == KeptGaps(clock(), "now", 2, [NORWAY])
    timed.sites.remove(site)
    assert timed.gaps.kept(site.id) is None


def test_every_flag_and_every_rating_is_news(timed: Store, clock: HeldClock) -> None:
    site = timed.sites.create(SiteSettings("Shop", ()))
    heard = [timed.gaps.last_trouble(site.id)]
    for happens in (
        lambda: ask(timed, site, "t1"),
        lambda: timed.book.rate(site, "t1", "down", ""),
        lambda: timed.book.rate(site, "t1", "up", ""),
    ):
        clock.wait(1)
        happens()
        heard.append(timed.gaps.last_trouble(site.id))
    assert len(set(heard)) == 4
    clock.wait(60)
    assert timed.gaps.last_trouble(site.id) == heard[-1]


def test_what_was_erased_is_nowhere_kept(store: Store, site: Site, other_site: Site) -> None:
    ask(store, site, "t1")
    for each in (site, other_site):
        store.gaps.keep(each.id, store.gaps.begin(each.id), "then", 1, [NORWAY])
    begun = store.gaps.begin(site.id)
    store.book.erase_conversation(site, "c1")
    assert store.gaps.kept(site.id) is None
    store.gaps.keep(site.id, begun, "then", 1, [NORWAY])  # read before it was erased
    assert store.gaps.kept(site.id) is None
    assert store.gaps.kept(other_site.id) is not None
    store.gaps.keep(site.id, store.gaps.begin(site.id), "then", 1, [MARS])
    assert store.gaps.kept(site.id) is not None
