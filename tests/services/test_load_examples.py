"""A first start shows the examples; a later one leaves an owner's sites alone."""

from __future__ import annotations

from pathlib import Path

from backend.app import House
from backend.services.load_examples import load_examples
from tests.services.conftest import PAGES, write_folder


def test_every_example_is_loaded_once_and_the_demo_site_is_the_oldest(house: House, tmp_path: Path) -> None:
    examples = tmp_path / "examples"
    for name in ("a-shop", "help-centre"):
        write_folder(examples / name, PAGES, name=name, key=f"pk_{name.replace('-', '')}")
    load_examples(examples, house)
    load_examples(examples, house)
    assert [site.settings.name for site in house.sites.sites()] == ["help-centre", "a-shop"]
