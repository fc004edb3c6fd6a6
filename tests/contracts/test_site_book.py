"""The book of sites, on every database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from backend.domain.calibration import Curve, Fitting
from backend.domain.errors import Busy, SettingsError, UnknownSite
from backend.domain.site import Example, Limits, Models, Site, SiteSettings, Theme
from backend.store import Store
from backend.store.database import Database
from backend.store.site_book import BELIEVED_S, StoredSites
from backend.store.site_keys import SiteKeys
from backend.store.store import _now
from tests.contracts.conftest import DATA_KEY
from tests.databases import make_tables

EVERYTHING = SiteSettings(
    name="Teehaus Grün 🍵",
    origins=("https://tea.example", "https://www.tea.example"),
    persona="You are kind.",
    constraints=("Never promise a date.",),
    examples=(Example("Is it fresh?", "Yes, **always**.", 1, ("How fresh?",)),),
    greeting="Hello",
    disclosure="I am a program.",
    starters=("Where is my order?",),
    locale="de",
    theme=Theme("#334455", "dark", "left"),
    limits=Limits(per_minute=3, input_tokens=1000),
    models=Models(fast="small", max_tokens=77, known={"small": {"tier": "fast", "input_usd": 0.5}}),
)


class HeldClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def sites(store_url: str, clock: HeldClock) -> Iterator[StoredSites]:
    """The book as one process has it open, with a clock that the test holds."""
    database = Database(store_url)
    yield StoredSites(database, SiteKeys(DATA_KEY), _now, clock)
    database.close()


def test_a_site_is_read_as_it_was_made(store: Store, sites: StoredSites) -> None:
    made = store.sites.create(EVERYTHING)

    assert sites.site(made.key) == made
    assert made.settings == EVERYTHING
    assert made.version == 1


def test_a_new_site_gets_a_public_key_of_its_own(store: Store) -> None:
    first, second = store.sites.create(EVERYTHING), store.sites.create(EVERYTHING)

    assert first.key.startswith("pk_")
    assert first.key != second.key
    assert first.id != second.id


def test_a_site_can_be_made_with_a_given_key_but_only_once(store: Store) -> None:
    assert store.sites.create(EVERYTHING, "pk_demo").key == "pk_demo"

    with pytest.raises(SettingsError, match="pk_demo"):
        store.sites.create(EVERYTHING, "pk_demo")


def test_an_unknown_key_is_no_site(store: Store, site: Site) -> None:
    with pytest.raises(UnknownSite):
        store.sites.site("pk_unknown")


def test_sites_are_listed_oldest_first(store: Store, site: Site, other_site: Site) -> None:
    assert store.sites.sites() == [site, other_site]


def test_a_site_is_found_by_its_newest_name_alone(store: Store, site: Site) -> None:
    renamed = store.sites.publish(site, replace(site.settings, name="Tea House"))

    assert store.sites.find_by_name("Tea House") == renamed
    assert store.sites.find_by_name("Tea Shop") is None


def test_publishing_counts_the_version_up(store: Store, sites: StoredSites, site: Site) -> None:
    published = store.sites.publish(site, replace(site.settings, greeting="Welcome"))

    assert published == Site(site.id, site.key, 2, replace(site.settings, greeting="Welcome"))
    assert sites.site(site.key) == published


def test_publishing_the_same_settings_changes_nothing(store: Store, site: Site) -> None:
    assert store.sites.publish(site, site.settings) == site
    assert store.sites.sites() == [site]


def test_publishing_from_an_old_copy_still_comes_after_the_newest_version(store: Store, site: Site) -> None:
    store.sites.publish(site, replace(site.settings, greeting="Second"))
    third = store.sites.publish(site, replace(site.settings, greeting="Third"))

    assert third.version == 3
    assert store.sites.site(site.key) == third


def test_going_back_to_earlier_settings_is_a_new_version(store: Store, site: Site) -> None:
    store.sites.publish(site, replace(site.settings, greeting="Second"))

    assert store.sites.publish(site, site.settings).version == 3


def test_what_another_process_publishes_is_seen_within_a_second(
    store: Store, sites: StoredSites, site: Site, clock: HeldClock
) -> None:
    assert sites.site(site.key) == site
    published = store.sites.publish(site, replace(site.settings, greeting="Welcome"))

    clock.time += BELIEVED_S

    assert sites.site(site.key) == published


def test_a_question_does_not_ask_the_database_for_a_site_that_was_just_read(
    store: Store, sites: StoredSites, site: Site, clock: HeldClock
) -> None:
    assert sites.site(site.key) == site
    store.sites.publish(site, replace(site.settings, greeting="Welcome"))

    clock.time += BELIEVED_S / 2

    assert sites.site(site.key) == site


def test_publishing_an_unknown_site_is_refused(store: Store, site: Site) -> None:
    with pytest.raises(UnknownSite):
        store.sites.publish(replace(site, id=site.id + 1), site.settings)


def test_a_site_is_found_by_its_number_and_its_origin(sites: StoredSites, site: Site, other_site: Site) -> None:
    assert sites.with_id(other_site.id) == other_site
    assert sites.with_id(other_site.id + 1) is None
    assert sites.has_origin("https://tea.example")
    assert not sites.has_origin("https://tea.example.evil")


def test_an_origin_that_another_process_takes_away_counts_no_more_within_a_second(
    store: Store, sites: StoredSites, site: Site, clock: HeldClock
) -> None:
    assert sites.has_origin("https://tea.example")
    store.sites.publish(site, replace(site.settings, origins=("https://tea-house.example",)))

    clock.time += BELIEVED_S

    assert sites.has_origin("https://tea-house.example")
    assert not sites.has_origin("https://tea.example")


def test_a_site_that_another_process_makes_is_there_at_once(
    store: Store, sites: StoredSites, site: Site, clock: HeldClock
) -> None:
    assert sites.site(site.key) == site
    made = store.sites.create(EVERYTHING)

    assert sites.site(made.key) == made


def test_one_small_query_a_second_tells_whether_anything_was_published(
    store_url: str, store: Store, site: Site, other_site: Site, clock: HeldClock
) -> None:
    database = Database(store_url)
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
    sites = StoredSites(database, SiteKeys(DATA_KEY), _now, clock)
    first = sites.site(site.key)
    asked.clear()

    for _ in range(10):
        sites.site(site.key), sites.with_id(other_site.id), sites.has_origin("https://tea.example")
    assert asked == []

    clock.time += BELIEVED_S
    assert sites.site(site.key) is first
    assert len(asked) == 1
    assert "settings" not in asked[0]

    store.sites.publish(other_site, replace(other_site.settings, greeting="Welcome"))
    clock.time += BELIEVED_S
    assert sites.site(site.key) is first
    assert sites.site(other_site.key).version == 2
    database.close()


def test_sites_are_known_while_the_database_is_away(tmp_path: Path, clock: HeldClock) -> None:
    url = f"sqlite:///{tmp_path}/deskbell.db"
    make_tables(url)
    database = Database(url)
    sites = StoredSites(database, SiteKeys(DATA_KEY), _now, clock)
    made = sites.create(EVERYTHING)
    assert sites.sites() == [made]
    database.close()
    (tmp_path / "deskbell.db").rename(tmp_path / "elsewhere")
    (tmp_path / "deskbell.db").mkdir()

    clock.time += BELIEVED_S

    assert sites.site(made.key) == made
    with pytest.raises(Busy):
        sites.sites()


def test_how_far_replies_can_be_believed_is_known_to_every_worker_within_a_second(
    store: Store, sites: StoredSites, site: Site
) -> None:
    assert store.sites.fitting(site) is None
    assert sites.site(site.key).curve == Curve()
    at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    fitting = Fitting(Curve(0.8, -1.25, 60), at, decided=64, fresh=10, error=0.021, error_before=0.08)
    kept = store.sites.keep_fitting(site, fitting)
    assert (kept.curve, kept.fits) == (fitting.curve, 1)
    assert store.sites.fitting(site) == fitting
    assert [each.curve for each in sites.sites()] == [fitting.curve]
