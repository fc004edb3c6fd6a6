"""What came of a version stands beside the same time before it, and chance is not taken for a change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend.domain.site import Site, SiteSettings
from backend.domain.versions import Publishing
from backend.services.effect_of_version import Effect, effect_of_version
from backend.store import Store
from tests.contracts.people import HeldClock
from tests.contracts.test_number_book import ask
from tests.databases import make_tables

HOUR_S = 3600
SECOND = 2  # the version that is looked at


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def store(tmp_path: Path, clock: HeldClock) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path}/deskbell.db"
    make_tables(url)
    store = Store.open(url, bytes(range(32)), clock)
    yield store
    store.close()


@pytest.fixture
def site(store: Store) -> Site:
    return store.sites.create(SiteSettings(name="Tea Shop", origins=("https://tea.example",)))


def publish(store: Store, site: Site, greeting: str) -> Site:
    live = store.sites.site(site.key)
    return store.sites.publish(live, replace(live.settings, greeting=greeting), Publishing("ada"))


def ask_some(store: Store, site: Site, first: int, answered: int, unsure: int) -> None:
    for number in range(answered + unsure):
        ask(store, site, first + number, unsure=number >= answered)
    store.numbers.tally(1000)


def effect(store: Store, site: Site, clock: HeldClock) -> Effect | None:
    return effect_of_version(site, SECOND, clock(), store.versions, store.numbers)


def test_the_same_number_of_hours_stands_on_both_sides(store: Store, site: Site, clock: HeldClock) -> None:
    ask_some(store, site, 0, 5, 20)  # ten hours before: too early to count
    clock.wait(8 * HOUR_S)
    ask_some(store, site, 100, 10, 10)
    clock.wait(2 * HOUR_S)
    publish(store, site, "Welcome")
    ask_some(store, site, 200, 1, 1)  # in the hour in which it went live
    clock.wait(2 * HOUR_S)
    ask_some(store, site, 300, 19, 1)
    clock.wait(2 * HOUR_S)
    found = effect(store, site, clock)
    assert found is not None
    assert found.hours == 3
    assert (found.before.questions, found.since.questions) == (20, 20)
    assert (found.before.answered_share, found.since.answered_share) == (0.5, 0.95)
    assert found.is_sure


def test_what_chance_makes_of_few_questions_is_not_sure(store: Store, site: Site, clock: HeldClock) -> None:
    ask_some(store, site, 0, 2, 2)
    clock.wait(HOUR_S)
    publish(store, site, "Welcome")
    clock.wait(HOUR_S)
    ask_some(store, site, 100, 3, 1)
    clock.wait(HOUR_S)
    found = effect(store, site, clock)
    assert found is not None
    assert not found.is_sure


def test_what_a_later_version_did_is_not_counted(store: Store, site: Site, clock: HeldClock) -> None:
    ask_some(store, site, 0, 4, 0)
    clock.wait(HOUR_S)
    publish(store, site, "Welcome")
    clock.wait(2 * HOUR_S)
    publish(store, site, "Good day")
    clock.wait(HOUR_S)
    ask_some(store, site, 100, 4, 0)
    assert effect(store, site, clock) is None


def test_nothing_is_told_where_nobody_asked_or_it_is_too_new(store: Store, site: Site, clock: HeldClock) -> None:
    assert effect(store, site, clock) is None  # there is no such version yet
    ask_some(store, site, 0, 4, 0)
    clock.wait(HOUR_S)
    publish(store, site, "Welcome")
    assert effect(store, site, clock) is None
    clock.wait(5 * HOUR_S)
    assert effect(store, site, clock) is None
