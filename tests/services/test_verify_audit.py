"""The record of changes is read again."""

from __future__ import annotations

import sqlite3

from backend.app import House
from backend.domain.audit import COMMAND_LINE, HOUSE, Change
from backend.domain.site import SiteSettings
from backend.services.record_change import record_change
from backend.services.verify_audit import verify_audit


def test_what_was_changed_is_named_by_site_and_row(house: House) -> None:
    site = house.sites.create(SiteSettings(name="Tea", origins=()), "pk_tea")
    for number in range(3):
        record_change(Change("x.y", str(number), site_id=site.id), COMMAND_LINE, house)
        record_change(Change("x.y", str(number)), COMMAND_LINE, house)
    assert [(each.site, each.rows, each.faults) for each in verify_audit(house)] == [("", 3, ()), ("pk_tea", 3, ())]
    with sqlite3.connect(house.settings.data_dir / "deskbell.sqlite3") as database:
        database.execute("UPDATE audit SET content = replace(content, '\"1\"', '\"7\"') WHERE chain > 0")
    house_chain, of_site = verify_audit(house)
    assert house_chain.faults == ()
    assert [fault.number for fault in of_site.faults] == [2]
    assert verify_audit(house, chain=HOUSE) == [house_chain]
