"""What happened, on a page: by site and for the house, and what was altered."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from backend.domain.audit import By, Change
from backend.domain.site import Site
from backend.services.record_change import record_change
from tests.console.people import words_of
from tests.console.staff import Member, Staff

HOSTILE = "<img src=x onerror=alert(1)>"


def test_changes_are_read_the_newest_first_and_by_pages(staff: Staff, site: Site, owner: Member) -> None:
    for number in range(60):
        change = Change("draft.changed", f"rule-{number}", {"a": number}, [number, HOSTILE], site.id)
        record_change(change, By(HOSTILE, 1, "203.0.113.7"), staff.house)
    page = owner.get(f"{site.key}/audit")
    assert "rule-59" in page.text
    assert "rule-10" in page.text
    assert "rule-9<" not in page.text
    assert "<img" not in page.text
    assert "&lt;img src=x" in page.text
    assert "203.0.113.7" in page.text
    assert f"/console/{site.key}/audit?before=11" in page.text
    older = owner.get(f"{site.key}/audit?before=11")
    assert "rule-9<" in older.text
    assert 'before=1"' not in older.text


def test_the_house_has_a_record_of_its_own(owner: Member) -> None:
    owner.post("people/invite", {"email": "audited@shop.example", "place": "everywhere", "role": "viewer"})
    said = words_of(owner.get("audit"))
    assert "Invited audited@shop.example" in said
    assert owner.email in said


def test_only_owners_read_it(staff: Staff, site: Site) -> None:
    for role in ("viewer", "reviewer", "editor"):
        member = staff.member(role)  # type: ignore[arg-type]
        assert member.get("audit").status_code == 403
        assert member.get(f"{site.key}/audit").status_code == 403


def test_what_was_altered_is_named_when_all_is_read_again(staff: Staff, site: Site, owner: Member) -> None:
    for number in range(3):
        record_change(Change("x.y", str(number), site_id=site.id), By("mk"), staff.house)
    assert "3 entries were read again just now." in words_of(owner.get(f"{site.key}/audit?verify=1"))
    with sqlite3.connect(Path(staff.server.environment["DATA_DIR"]) / "deskbell.sqlite3", timeout=10) as database:
        database.execute(
            "UPDATE audit SET body = replace(body, 'x.y', 'x.z') WHERE chain = ? AND number = 2", (site.id,)
        )
    altered = words_of(owner.get(f"{site.key}/audit?verify=1"))
    assert "Something was altered" in altered
    assert "Entry 2" in altered
