"""What happens at a site reaches who wants to hear of it: told once, signed, and again until it arrives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from standardwebhooks import Webhook as Verifier

from backend.app import House
from backend.domain.accounts import Roles
from backend.domain.outgoing import EVENTS
from backend.domain.site import Site, SiteSettings
from backend.outgoing.posting import PublicPoster
from backend.outgoing.rules import read_rules
from backend.outgoing.signing import new_secret
from backend.services.announce import announce
from backend.services.apply_folder import apply_folder
from backend.services.send_due import mail_due, send_due
from backend.settings import read_settings
from tests.contracts.people import HeldClock
from tests.databases import make_tables
from tests.outgoing.receivers import Postbox, Receiver, postbox, receiver
from tests.services.conftest import PAGES, write_folder

SECRET = new_secret()
DAY_S = 86_400


@pytest.fixture
def hears() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as running:
        yield running


@pytest.fixture
def telling(tmp_path: Path, clock: HeldClock, hears: Receiver, box: Postbox) -> Iterator[House]:
    """A product whose webhooks may reach the receiver, and whose letters go to the box."""
    mail = {"DESKBELL_SMTP_URL": f"smtp://127.0.0.1:{box.port}", "DESKBELL_MAIL_FROM": "help@deskbell.example"}
    settings = read_settings({"MODEL_PROVIDER": "embedded", "PUBLIC_URL": "https://chat.example", **mail}, tmp_path)
    house = House(settings, time=clock)
    house.poster = PublicPoster(read_rules(), hears.permitted)
    make_tables(house.settings.database_url)
    yield house
    house.close()


@pytest.fixture
def shop(telling: House) -> Site:
    return telling.sites.create(SiteSettings("Tea Shop", ("https://tea.example",)))


def hook_of(shop: Site, telling: House, hears: Receiver) -> str:
    return telling.webhooks.add(shop, hears.url, "generic", EVENTS, SECRET, "ada@shop.example").id


def test_an_event_arrives_signed_with_a_link_into_the_console(telling: House, shop: Site, hears: Receiver) -> None:
    hook_of(shop, telling, hears)
    announce(shop, "handoff.requested", {"question": "Where is it?"}, telling, page="live/c1")
    telling.time().timestamp()
    assert send_due(telling) == 1
    (heard,) = hears.heard
    headers = {name.lower(): value for name, value in heard.headers.items()}
    assert int(headers["webhook-timestamp"]) == int(telling.time().timestamp())
    headers["webhook-timestamp"] = str(int(telling.time().timestamp()))
    told = json.loads(heard.body)
    assert told == {
        "id": headers["webhook-id"],
        "type": "handoff.requested",
        "at": "2026-03-02T12:00:00Z",
        "site": shop.key,
        "data": {"question": "Where is it?", "link": f"https://chat.example/console/{shop.key}/live/c1"},
    }
    signed = Verifier(SECRET).sign(headers["webhook-id"], telling.time(), heard.body.decode())
    assert headers["webhook-signature"] == signed
    assert send_due(telling) == 0


def test_what_does_not_arrive_comes_again_under_its_id_signed_anew(
    telling: House, shop: Site, hears: Receiver, clock: HeldClock
) -> None:
    hook = telling.webhooks.webhook(shop, hook_of(shop, telling, hears))
    assert hook is not None
    hears.answers += [(500, {}, b"oops"), (503, {}, b"")]
    announce(shop, "flag.raised", {"turn": "t1"}, telling)
    for _ in range(3):
        send_due(telling)
        clock.wait(301)
    assert len({each.headers["webhook-id"] for each in hears.heard}) == 1
    assert len({each.headers["webhook-signature"] for each in hears.heard}) == len(hears.heard) == 3
    (delivery,) = telling.webhooks.deliveries(hook, 9)
    assert (delivery.state, delivery.tries, delivery.status) == ("done", 3, 204)


def test_after_a_day_it_has_failed(telling: House, shop: Site, hears: Receiver, clock: HeldClock) -> None:
    hook = telling.webhooks.webhook(shop, hook_of(shop, telling, hears))
    assert hook is not None
    hears.answers += [(500, {}, b"oops")] * 50
    announce(shop, "flag.raised", {"turn": "t1"}, telling)
    for _ in range(3 * 24 * 12):
        send_due(telling)
        clock.wait(300)
    (delivery,) = telling.webhooks.deliveries(hook, 9)
    assert (delivery.state, delivery.tries, delivery.answer) == ("failed", 8, "oops")
    assert delivery.ended_at is not None
    assert (delivery.ended_at - delivery.created_at).total_seconds() <= DAY_S + 300


def test_a_webhook_that_fails_for_days_is_switched_off_and_its_owner_told(
    telling: House, shop: Site, hears: Receiver, clock: HeldClock, box: Postbox
) -> None:
    hook = hook_of(shop, telling, hears)
    telling.people.add("ada@shop.example", "", Roles("owner"))
    telling.people.add("eve@shop.example", "", Roles("editor"))
    hears.answers += [(500, {}, b"")] * 60
    for _ in range(7):
        announce(shop, "flag.raised", {"turn": "t1"}, telling)
        send_due(telling)
        clock.wait(DAY_S)
    found = telling.webhooks.webhook(shop, hook)
    assert found is not None
    assert not found.is_on
    mail_due(telling)
    (letter,) = box.letters
    assert letter["To"] == "ada@shop.example"
    assert "127.0.0.1" in letter.get_content()
    assert f"https://chat.example/console/{shop.key}/webhooks" in letter.get_content()
    assert "room=1" not in letter.get_content()  # a chat room's address is its password


def test_a_receiver_that_wants_no_more_is_left_alone_at_once(telling: House, shop: Site, hears: Receiver) -> None:
    hook = hook_of(shop, telling, hears)
    hears.answers.append((410, {}, b""))
    announce(shop, "flag.raised", {"turn": "t1"}, telling)
    send_due(telling)
    announce(shop, "flag.raised", {"turn": "t2"}, telling)
    send_due(telling)
    found = telling.webhooks.webhook(shop, hook)
    assert found is not None
    assert not found.is_on
    assert len(hears.heard) == 1


def test_a_version_that_goes_live_is_told(telling: House, hears: Receiver, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "shop", PAGES)
    site = apply_folder(folder, telling).site
    hook_of(site, telling, hears)
    write_folder(folder, {"new.md": "# New\n\nA page that is new."})
    apply_folder(folder, telling)
    apply_folder(folder, telling)  # changes nothing
    send_due(telling)
    assert [json.loads(each.body)["data"]["number"] for each in hears.heard] == [2]


def test_letters_wait_where_no_mail_server_is_set(house: House, site: Site) -> None:
    assert mail_due(house) == 0
