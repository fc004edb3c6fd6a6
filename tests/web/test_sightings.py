"""What pages tell of a tag is written at once, and then once a minute at most."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.domain.site import SiteSettings
from backend.store import Store
from backend.web.sightings import EVERY_S, LONGEST_ORIGIN, Sightings, origin_of
from tests.databases import make_tables

ORIGIN = "https://shop.example"


def test_the_first_is_written_at_once_and_the_others_with_the_next_minute(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deskbell.db"
    make_tables(url)
    store, now = Store.open(url, b"0" * 32), [0.0]
    site = store.sites.create(SiteSettings("Shop", (ORIGIN,)))
    sightings = Sightings(store.sightings, lambda: now[0])
    counts = []
    for at in (0.0, 1.0, 2.0, EVERY_S - 1, EVERY_S, EVERY_S + 1):
        now[0] = at
        sightings.note(site, "seen", ORIGIN)
        counts.append(store.sightings.sightings(site.id)[0].count)
    assert counts == [1, 1, 1, 1, 5, 5]
    sightings.note(site, "wrong_origin", "x" * 10_000)
    assert max(len(each.origin) for each in store.sightings.sightings(site.id)) == LONGEST_ORIGIN
    store.close()


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://shop.example/cart?id=7", ORIGIN),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("", ""),
        ("about:blank", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_an_origin_is_read_from_an_address(address: str, origin: str) -> None:
    assert origin_of(address) == origin
