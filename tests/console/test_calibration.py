"""The page about confidence: what decisions say of it, and the point from which staff are asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.app import House
from backend.console import ConsoleParts, open_console
from backend.domain.accounts import Roles
from backend.domain.audit import By
from backend.domain.items import Decided, DecisionKind, Reason
from backend.domain.site import Site, SiteSettings
from backend.services.begin_session import begin_session
from backend.services.decide_item import decide_item
from backend.services.fit_confidence import fit_confidence
from backend.services.second_look import judge_again
from backend.settings import read_settings
from tests.console.staff import COOKIE, HERE
from tests.contracts.items import doubt, item_of
from tests.databases import make_tables
from tests.servers import ROOT

ADA = By("ada@shop.example", None, "203.0.113.7")
TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@pytest.fixture
def console(tmp_path: Path) -> Iterator[tuple[FlaskClient, House, Site]]:
    """The console's pages on a database of their own, and an owner who is signed in."""
    house = House(read_settings({"MODEL_PROVIDER": "embedded"}, tmp_path))
    make_tables(house.settings.database_url)
    site = house.sites.create(SiteSettings("Shop", ("https://shop.example",)))
    person = house.people.add("owner@shop.example", "Olga", Roles("owner"))
    assert person is not None
    app = Flask("console")
    open_console(app, ConsoleParts(house, b"a secret", "http://localhost", (), ROOT / "widget" / "dist" / "widget.js"))
    client = app.test_client()
    client.set_cookie(COOKIE, begin_session(person, HERE, house).token)
    yield client, house, site
    house.close()


def decide(house: House, site: Site, times: int, kind: DecisionKind, confidence: float, reason: Reason) -> None:
    for _ in range(times):
        item = item_of(house.store, site, doubt(house.store, site, "Where?", reason, confidence=confidence))
        decide_item(site, item, Decided(kind), ADA, house)


def text_of(client: FlaskClient, site: Site, query: str = "") -> str:
    answer = client.get(f"/console/{site.key}/calibration{query}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_a_site_without_decisions_says_what_will_stand_here(console: tuple[FlaskClient, House, Site]) -> None:
    client, _, site = console
    assert "Nothing was decided yet" in text_of(client, site)


def test_an_owner_sees_how_far_confidence_can_be_believed(console: tuple[FlaskClient, House, Site]) -> None:
    client, house, site = console
    decide(house, site, 20, "right", 0.95, "other_language")
    decide(house, site, 20, "missing", 0.9, "ungrounded")
    decide(house, site, 6, "right", 0.95, "sample")
    decide(house, site, 6, "missing", 0.3, "sample")
    fit_confidence(house)
    text = text_of(client, site)
    assert re.search(r"Off by \d+\.\d points on average", text)
    assert "Reviewed replies 52 12 of them drawn at random" in text
    assert "6 of 12 drawn" in text
    assert "on 52 new decisions" in text
    assert "0.50 in use" in text
    assert "20 of 20" in text
    page = client.get(f"/console/{site.key}/calibration").text
    assert '<path class="l1" d="M' in page
    assert '<path class="l2" d="M' in page
    lines = client.get(f"/console/{site.key}/calibration?as=csv").text.splitlines()
    assert lines[0] == "said,right,least,most,count"
    assert len(lines) == 6


def test_one_press_puts_the_point_into_the_draft_and_one_takes_it_out(
    console: tuple[FlaskClient, House, Site],
) -> None:
    client, house, site = console
    decide(house, site, 30, "right", 0.99, "sample")
    decide(house, site, 30, "missing", 0.2, "sample")
    page = client.get(f"/console/{site.key}/calibration").text
    found = re.search(r'name="below" value="([\d.]+)"', page)
    token = TOKEN.search(page)
    assert found
    assert token

    def press(below: str) -> Any:
        headers = {"Origin": "http://localhost"}
        return client.post(f"/console/{site.key}/calibration", data={"csrf": token[1], "below": below}, headers=headers)

    assert press(found[1]).status_code == 303
    assert house.drafts.draft(site).settings.review.ask_below == float(found[1])
    assert house.sites.site(site.key).settings.review.ask_below == 0.5
    assert f"{float(found[1]):.2f} stands in the draft" in text_of(client, site)
    assert press("0.5").status_code == 303
    assert house.drafts.draft(site).settings.review.ask_below == 0.5
    for wrong in ("2", "x", "", "-1", "1e9"):
        assert press(wrong).status_code == 400, wrong


def test_people_see_whether_they_agree(console: tuple[FlaskClient, House, Site]) -> None:
    client, house, site = console
    ada, bob = (house.people.add(f"{name}@shop.example", name, Roles("reviewer")) for name in ("Ada", "Bob"))
    assert ada
    assert bob
    for second in ("right", "right", "missing"):
        item = item_of(house.store, site, doubt(house.store, site, "Where?", "ungrounded"))
        decide_item(site, item, Decided("right"), By(ada.email, ada.id), house)
        judge_again(site, item_of(house.store, site, item.turn), second, bob, house)  # type: ignore[arg-type]
    text = text_of(client, site)
    assert "Ada and Bob 3 so far 2 of 3" in text


def test_what_is_at_stake_is_kept_in_the_draft_as_far_as_it_differs(
    console: tuple[FlaskClient, House, Site],
) -> None:
    client, house, site = console
    page = client.get(f"/console/{site.key}/calibration").text
    token = TOKEN.search(page)
    assert token

    def send(**stakes: str) -> int:
        form = {"csrf": token[1], **stakes}
        headers = {"Origin": "http://localhost"}
        return client.post(f"/console/{site.key}/calibration/stakes", data=form, headers=headers).status_code

    assert send(money="9", law="4", thumbs_down="") == 303
    assert dict(house.drafts.draft(site).settings.review.stakes) == {"money": 9.0}
    assert (
        'id="stake-money" name="money" inputmode="decimal" maxlength="6" placeholder="4" value="9"'
        in client.get(f"/console/{site.key}/calibration").text
    )
    assert send(money="many") == 400
    assert send(money="101") == 400
    assert send() == 303
    assert dict(house.drafts.draft(site).settings.review.stakes) == {}
