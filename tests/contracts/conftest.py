"""Every book is tested on every database: the same suite, SQLite first, then a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from backend.domain.site import Site, SiteSettings
from backend.store import Store, migrate
from tests.contracts.people import HeldClock
from tests.databases import make_tables

DATA_KEY = bytes(range(32))


@pytest.fixture(scope="session")
def postgres_store_url(postgres_url: str) -> str:
    """A migrated database that the suites of the books share, emptied between tests."""
    migrate(postgres_url)
    migrate(postgres_url, "base")  # so that what follows stands on tables that were made twice
    migrate(postgres_url)
    return postgres_url


@pytest.fixture
def empty_postgresql(postgres_store_url: str) -> str:
    with psycopg.connect(postgres_store_url.replace("+psycopg", "")) as connection:
        connection.execute(
            "TRUNCATE tally_place, letter, site, posting, heartbeat, person, link, sign_in_try, audit, audit_end "
            "RESTART IDENTITY CASCADE"
        )
    return postgres_store_url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        url: str = request.getfixturevalue("empty_postgresql")
        return url
    url = f"sqlite:///{tmp_path}/deskbell.db"
    make_tables(url)
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    store = Store.open(store_url, DATA_KEY)
    yield store
    store.close()


@pytest.fixture
def site(store: Store) -> Site:
    return store.sites.create(SiteSettings(name="Tea Shop", origins=("https://tea.example",)))


@pytest.fixture
def other_site(store: Store) -> Site:
    return store.sites.create(SiteSettings(name="Coffee Shop", origins=("https://coffee.example",)))


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def timed(store_url: str, clock: HeldClock) -> Iterator[Store]:
    """A store whose time the test holds."""
    store = Store.open(store_url, DATA_KEY, clock)
    yield store
    store.close()
