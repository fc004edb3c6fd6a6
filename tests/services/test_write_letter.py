"""A letter is written once for each occasion and person, and only where mail can be sent."""

from __future__ import annotations

from pathlib import Path

from backend.app import House
from backend.domain.accounts import Roles
from backend.domain.site import Site
from backend.services.write_letter import letter_id, owners_of, write_letter
from backend.settings import read_settings
from tests.databases import make_tables

VALUES = {"host": "hook.example", "link": "https://chat.example"}
MAIL = {"DESKBELL_SMTP_URL": "smtp://127.0.0.1:2525", "DESKBELL_MAIL_FROM": "help@deskbell.example"}


def test_without_a_mail_server_nothing_is_written(house: House, site: Site) -> None:
    assert write_letter("webhook_off", "ada@shop.example", house, key="1", site=site, **VALUES) is None
    assert house.letters.state(letter_id("webhook_off", "1", "ada@shop.example")) is None


def test_an_occasion_is_written_once_to_each_person(tmp_path: Path) -> None:
    house = House(read_settings({"MODEL_PROVIDER": "embedded", **MAIL}, tmp_path))
    make_tables(house.settings.database_url)
    first = write_letter("webhook_off", "ada@shop.example", house, key="1", **VALUES)
    assert write_letter("webhook_off", "ada@shop.example", house, key="1", **VALUES) == first
    others = [
        write_letter("webhook_off", *each, key=key, **VALUES)
        for *each, key in (("bob@shop.example", house, "1"), ("ada@shop.example", house, "2"))
    ]
    assert len({first, *others}) == 3
    assert house.letters.state(str(first)) == ("waiting", "")
    house.close()


def test_owners_are_those_of_the_site_and_of_every_site(house: House, site: Site) -> None:
    house.people.add("everywhere@shop.example", "", Roles("owner"))
    house.people.add("here@shop.example", "", Roles(None, {site.id: "owner"}))
    house.people.add("editor@shop.example", "", Roles("editor"))
    gone = house.people.add("gone@shop.example", "", Roles("owner"))
    assert gone is not None
    house.people.remove(gone)
    assert owners_of(site, house) == ["everywhere@shop.example", "here@shop.example"]
