"""The numbers of a site: what visitors asked a moment ago, as a picture, a table and a file; money for owners alone."""

from __future__ import annotations

import time
from dataclasses import replace

from backend.domain.site import Site
from backend.domain.versions import Publishing
from tests.api.client import Visitor
from tests.console.staff import Member, Staff

JOB_S = 30.0


def asked(staff: Staff, site: Site, count: int = 2) -> None:
    """Ask, and wait until the questions are counted."""
    for _ in range(count):
        Visitor(staff.server.url, site.key).ask("Do you ship to Norway?")
    deadline = time.monotonic() + JOB_S
    owner = staff.member("owner")
    while "Nobody has asked yet" in owner.get(f"{site.key}/numbers").text:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_questions_are_seen_soon_after_they_were_asked(staff: Staff, site: Site, owner: Member) -> None:
    assert "Nobody has asked yet" in owner.get(f"{site.key}/numbers").text
    asked(staff, site)
    page = owner.get(f"{site.key}/numbers?from=2020-01-01&to=2020-02-01")
    assert "Nobody has asked yet" in page.text
    page = owner.get(f"{site.key}/numbers")
    assert '<path class="l1" d="M' in page.text
    assert "Cost of 1,000 questions" in page.text
    assert "Half of the answers begin within" in page.text
    assert "0.8 s" in page.text
    assert "Stars" not in page.text
    assert page.text.count("Not measured yet") == 1  # nobody has given a thumb
    file = owner.get(f"{site.key}/numbers?as=csv")
    assert file.headers["content-type"].startswith("text/csv")
    lines = file.text.splitlines()
    assert lines[0].startswith("at,questions,answered")
    assert lines[0].endswith("cost_usd")
    assert len(lines) == 31
    assert int(lines[-1].split(",")[1]) >= 1


def test_stars_stand_beside_their_target_where_the_owner_asks_for_them(staff: Staff, site: Site, owner: Member) -> None:
    staff.house.sites.publish(site, replace(site.settings, stars=True), Publishing("MK", "Stars"))
    asked(staff, site, 1)
    assert "Conversations get so many stars on average" in owner.get(f"{site.key}/numbers").text
    for visitor, stars in ((Visitor(staff.server.url, site.key), 5), (Visitor(staff.server.url, site.key), 2)):
        conversation = visitor.ask("Do you ship to Norway?")[0].data["conversation"]
        assert visitor.post(f"/v1/conversations/{conversation}/stars", {"stars": stars}).status_code == 204
    page = owner.get(f"{site.key}/numbers").text
    assert "3.5 of 5, from 2 conversations" in page
    assert "Missed" in page


def test_money_is_for_owners(staff: Staff, site: Site) -> None:
    asked(staff, site, 1)
    viewer = staff.member("viewer")
    assert "Cost" not in viewer.get(f"{site.key}/numbers").text
    assert "cost_usd" not in viewer.get(f"{site.key}/numbers?as=csv").text


def test_a_span_that_makes_no_sense_is_refused(site: Site, owner: Member) -> None:
    for query in ("from=x", "from=2026-02-01&to=2026-01-01", "from=2000-01-01"):
        assert owner.get(f"{site.key}/numbers?{query}").status_code == 400, query
