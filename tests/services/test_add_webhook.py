"""A webhook is an address on the public network that somebody can be told at."""

from __future__ import annotations

import pytest

from backend.app import House
from backend.domain.errors import SettingsError
from backend.domain.outgoing import EVENTS
from backend.domain.site import Site
from backend.services.add_webhook import MOST, add_webhook

GOOD = "https://hooks.example/services/T0/B0/x?y=1"


def test_without_a_choice_it_hears_everything(house: House, site: Site) -> None:
    made = add_webhook(site, GOOD, "generic", [], "ada", house)
    assert made.webhook.events == EVENTS
    assert made.secret.startswith("whsec_")
    assert house.webhooks.webhooks(site) == [made.webhook]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "must be an address"),
        ("ftp://hooks.example/", "must be an address"),
        ("https://", "must be an address"),
        ("https://user:secret@hooks.example/", "user name"),
        ("https://hooks.example:8443/", "port"),
        ("https://hooks.example:x/", "not an address"),
        ("http://127.0.0.1/", "public network"),
        ("http://169.254.169.254/latest/meta-data/", "public network"),
        ("http://[::1]/", "public network"),
        ("http://localhost/", "public network"),
        ("https://hooks.example/a b", "blanks"),
        ("https://hooks.example/a\r\nX: y", "blanks"),
        ("https://hooks.example/" + "x" * 3_000, "must be an address"),
    ],
)
def test_an_address_that_cannot_be_told_is_refused(house: House, site: Site, url: str, why: str) -> None:
    with pytest.raises(SettingsError, match=f"^url: .*{why}"):
        add_webhook(site, url, "generic", [], "ada", house)
    assert house.webhooks.webhooks(site) == []


def test_an_unknown_event_or_form_is_named(house: House, site: Site) -> None:
    with pytest.raises(SettingsError, match=r"^events: 'flag\.lowered'"):
        add_webhook(site, GOOD, "generic", ["flag.lowered"], "ada", house)
    with pytest.raises(SettingsError, match=r"^form: "):
        add_webhook(site, GOOD, "fax", [], "ada", house)


def test_a_site_has_no_endless_number_of_them(house: House, site: Site) -> None:
    for _ in range(MOST):
        add_webhook(site, GOOD, "slack", [], "ada", house)
    with pytest.raises(SettingsError, match="at most"):
        add_webhook(site, GOOD, "slack", [], "ada", house)
