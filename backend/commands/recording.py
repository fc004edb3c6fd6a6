"""What the command line does to a site is recorded like what anybody else does."""

from __future__ import annotations

from backend.app import House
from backend.domain.audit import COMMAND_LINE, Change
from backend.domain.site import Site
from backend.services.record_change import record_change


def record(
    action: str, site: Site, house: House, *, subject: str = "", before: object = None, after: object = None
) -> None:
    """Record one change of a site; its subject is the site, unless another is given."""
    change = Change(action, subject or site.settings.name, before, after, site.id)
    record_change(change, COMMAND_LINE, house)


def record_end(site: Site, house: House) -> None:
    """Record that a site was removed. Its own record has gone with it: this stands in the house's."""
    record_change(Change("site.removed", site.settings.name, {"key": site.key}), COMMAND_LINE, house)
