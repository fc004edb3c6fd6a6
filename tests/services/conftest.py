"""A running product without its doors, and the folder of a small shop."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.app import House
from backend.domain.site import Site
from backend.services.apply_folder import apply_folder
from backend.settings import read_settings
from tests.contracts.people import HeldClock
from tests.databases import SQLITE, make_tables

KEY = "pk_bicycleshop"
PAGES = {
    "returns.md": "# Returns\n\nYou may return anything within 30 days.",
    "repairs.md": "# Repairs\n\nWe repair bicycles on Tuesdays.",
}


# The same for all, so that the database of one can be copied for another.
KEYS = {"DATA_KEY": "6b" * 32, "SECRET_KEY": "a secret of these tests"}
SETTINGS = {"MODEL_PROVIDER": "embedded", **KEYS}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(read_settings(SETTINGS, tmp_path))
    make_tables(house.settings.database_url)
    yield house
    house.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "shop", PAGES)


@pytest.fixture
def site(house: House, folder: Path, shop_database: Path) -> Site:
    """The small shop, as its folder is applied; the files are read once for all tests."""
    assert "store" not in house.__dict__, "this fixture comes before whatever opens the database"
    shutil.copy(shop_database, file_of(house))
    site = house.sites.site(KEY)
    house.sites.note_folder(site, str(folder))
    return site


@pytest.fixture(scope="session")
def shop_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the database of a product into which the small shop's folder was applied."""
    folder = tmp_path_factory.mktemp("shop")
    house = House(read_settings(SETTINGS, folder))
    make_tables(house.settings.database_url)
    apply_folder(write_folder(folder / "shop", PAGES), house)
    house.close()
    return file_of(house)


def file_of(house: House) -> Path:
    return Path(house.settings.database_url.removeprefix(SQLITE))


def write_folder(folder: Path, pages: dict[str, str], name: str = "Bicycle shop", key: str = KEY) -> Path:
    (folder / "kb").mkdir(parents=True, exist_ok=True)
    (folder / "site.toml").write_text(f'key = "{key}"\nname = "{name}"\norigins = ["https://shop.example"]\n')
    for path, text in pages.items():
        (folder / "kb" / path).write_text(text)
    return folder


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def timed(tmp_path: Path, clock: HeldClock) -> Iterator[House]:
    """A running product without its doors, whose time the test holds."""
    house = House(read_settings(SETTINGS, tmp_path), time=clock)
    make_tables(house.settings.database_url)
    yield house
    house.close()
