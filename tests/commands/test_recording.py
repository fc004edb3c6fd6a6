"""What the command line does to a site is recorded."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.app import House
from backend.commands import kb, site
from backend.services.verify_audit import verify_audit
from backend.settings import read_settings
from tests.databases import make_tables

KEY = "pk_teashop"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(read_settings({"MODEL_PROVIDER": "embedded"}, tmp_path / "data"))
    make_tables(house.settings.database_url)
    yield house
    house.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb" / "hours.md").write_text("# Hours\n\nWe are open from 9 to 17.\n")
    (tmp_path / "site.toml").write_text(f'key = "{KEY}"\nname = "Tea shop"\norigins = ["https://tea.example"]\n')
    return tmp_path


def run(house: House, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers(dest="command")
    for command in (site, kb):
        command.add_parser(subparsers)
    args = parser.parse_args(arguments)
    return (site if args.command == "site" else kb).run(args, house)


def actions(house: House, site_id: int | None) -> list[str]:
    return [entry.action for entry in reversed(house.audit.entries(site_id, None, 100))]


def test_every_change_is_recorded_and_nothing_else(house: House, folder: Path, tmp_path: Path) -> None:
    run(house, "site", "apply", str(folder))
    site_id = house.sites.site(KEY).id
    run(house, "site", "apply", str(folder))  # changes nothing
    run(house, "site", "list")
    (folder / "kb" / "hours.md").write_text("# Hours\n\nWe are open from 9 to 18.\n")
    run(house, "site", "apply", str(folder))
    (tmp_path / "more.md").write_text("# Teapots\n\nOf clay.\n")
    run(house, "kb", "add", "--site", KEY, str(tmp_path / "more.md"))
    run(house, "kb", "list", "--site", KEY)
    run(house, "kb", "remove", "--site", KEY, "more.md")
    run(house, "kb", "synonyms", "--site", KEY, "--add", "tea, brew")
    run(house, "kb", "synonyms", "--site", KEY)
    run(house, "site", "identity", KEY)
    run(house, "site", "identity", KEY)
    run(house, "site", "identity", KEY, "--off")
    assert actions(house, site_id) == [
        "site.made",
        "version.published",
        "knowledge.added",
        "knowledge.removed",
        "synonyms.changed",
        "identity.rotated",
        "identity.off",
    ]
    newest = house.audit.entries(site_id, None, 3)[-1]
    assert (newest.who, newest.before, newest.after) == ("command line", [], [["tea", "brew"]])
    assert not any(chain.faults for chain in verify_audit(house))


def test_the_end_of_a_site_is_recorded_in_the_house(house: House, folder: Path) -> None:
    run(house, "site", "apply", str(folder))
    run(house, "site", "remove", KEY)
    [entry] = house.audit.entries(None, None, 10)
    assert (entry.action, entry.subject, entry.before) == ("site.removed", "Tea shop", {"key": KEY})
