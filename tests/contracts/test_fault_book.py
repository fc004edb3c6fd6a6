"""The book of what was found wrong with pages."""

from __future__ import annotations

from backend.domain.faults import Fault, LookedOver, TextPlace
from backend.domain.site import Site, SiteSettings
from backend.store import Store
from tests.contracts.people import HeldClock

SETTINGS = SiteSettings("Shop", ())
STALE = Fault("stale", TextPlace("sale.md", "Until 1 May 2020."))
AT_ODDS = Fault("contradiction", TextPlace("a.md", "30 days"), TextPlace("b.md", "60 days"))


def test_a_new_look_takes_the_place_of_the_one_before(timed: Store, clock: HeldClock) -> None:
    site = timed.sites.create(SETTINGS)
    assert timed.faults.looked_over(site.id, is_live=False) is None
    timed.faults.keep(site.id, "1:4", [STALE], [("d1", "")], is_live=False)
    clock.wait(60)
    timed.faults.keep(site.id, "1:5", [AT_ODDS, STALE], [("d2", "d3"), ("d1", "")], is_live=False)
    wanted = LookedOver("1:5", clock(), [AT_ODDS, STALE], [("d2", "d3"), ("d1", "")])
    assert timed.faults.looked_over(site.id, is_live=False) == wanted
    timed.faults.keep(site.id, "1:6", [], [], is_live=False)
    assert timed.faults.looked_over(site.id, is_live=False) == LookedOver("1:6", clock(), [], [])


def test_the_draft_and_what_is_live_are_looked_over_apart(store: Store, site: Site, other_site: Site) -> None:
    store.faults.keep(site.id, "1:4", [STALE], [("d1", "")], is_live=True)
    assert store.faults.looked_over(site.id, is_live=False) is None
    assert store.faults.looked_over(other_site.id, is_live=True) is None
    store.sites.remove(site)
    assert store.faults.looked_over(site.id, is_live=True) is None
