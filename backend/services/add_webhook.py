"""A webhook is added to a site: an address on the public network, the events that it wants, and a secret shown once."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from backend.domain.errors import SettingsError
from backend.domain.outgoing import EVENTS, FORMS, EventName, Webhook, is_event, is_form
from backend.domain.site import Site
from backend.network.public import PORTS, is_public
from backend.outgoing.signing import new_secret
from backend.services.announce import Webhooks

LONGEST_URL = 2_000
MOST = 20  # of one site


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook and its secret, shown this once."""

    webhook: Webhook
    secret: str


def add_webhook(site: Site, url: str, form: str, events: Sequence[str], by: str, parts: Webhooks) -> NewWebhook:
    """Add it; raise SettingsError, which begins with the field's name, for what cannot be. No event named: all."""
    check_url(url)
    if not is_form(form):
        raise SettingsError(f"form: must be one of {', '.join(FORMS)}")
    wanted: list[EventName] = [name for name in EVENTS if name in events] if events else list(EVENTS)
    if unknown := [name for name in events if not is_event(name)]:
        raise SettingsError(f"events: {str(unknown[0])[:60]!r} is none; there are {', '.join(EVENTS)}")
    if len(parts.webhooks.webhooks(site)) >= MOST:
        raise SettingsError(f"url: a site has at most {MOST} webhooks; remove one first")
    secret = new_secret()
    return NewWebhook(parts.webhooks.add(site, url, form, wanted, secret, by), secret)


def check_url(url: str) -> None:
    """Raise SettingsError for an address that could never be posted to. Where its name leads is looked at each time."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingsError("url: not an address") from None
    if parts.scheme not in PORTS or not parts.hostname or len(url) > LONGEST_URL or not url.isascii():
        raise SettingsError("url: must be an address that begins with https:// or http://")
    if parts.username or parts.password:
        raise SettingsError("url: must not hold a user name or a password")
    if port not in (None, *PORTS.values()):
        raise SettingsError("url: its port must be 80 or 443")
    if any(each <= " " or each == "\x7f" for each in url):
        raise SettingsError("url: must not hold blanks")
    if _is_inside(parts.hostname):
        raise SettingsError("url: leads to an address that is not on the public network")


def _is_inside(host: str) -> bool:
    try:
        return not is_public(ipaddress.ip_address(host))
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
