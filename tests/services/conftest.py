"""A running product without its doors, and the folder of a small shop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.app import House
from backend.domain.site import Site
from backend.services.apply_folder import apply_folder
from backend.settings import read_settings
from tests.contracts.people import HeldClock
from tests.databases import make_tables

KEY = "pk_bicycleshop"
PAGES = {
    "returns.md": "# Returns\n\nYou may return anything within 30 days.",
    "repairs.md": "# Repairs\n\nWe repair bicycles on Tuesdays.",
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(read_settings({"MODEL_PROVIDER": "embedded"}, tmp_path))
    make_tables(house.settings.database_url)
    yield house
    house.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "shop", PAGES)


@pytest.fixture
def site(house: House, folder: Path) -> Site:
    return apply_folder(folder, house).site


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
    house = House(read_settings({"MODEL_PROVIDER": "embedded"}, tmp_path), time=clock)
    make_tables(house.settings.database_url)
    yield house
    house.close()
