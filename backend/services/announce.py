"""What happens at a site is told to the webhooks of its owner that want to hear of it.

Rule: what is told is kept here and sent by the process for jobs; nobody waits for a webhook.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from backend.domain.outgoing import EventName
from backend.domain.ports import WebhookBook
from backend.domain.site import Site


class Webhooks(Protocol):
    """The book of webhooks, of whatever parts a use-case has."""

    @property
    def webhooks(self) -> WebhookBook: ...


def announce(
    site: Site,
    event: EventName,
    details: Mapping[str, object],
    parts: Webhooks,
    *,
    page: str = "",
    conversation: str | None = None,
) -> int:
    """Keep an event for every webhook that wants it; return for how many.

    `page` is the console's page that shows it, below the site's own; `conversation` is what it goes away with.
    """
    return parts.webhooks.put_on(site, event, {"details": dict(details), "page": page}, conversation)
