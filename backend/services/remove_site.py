"""A site is removed with all that it knows and all that its visitors wrote."""

from __future__ import annotations

from backend.domain.site import Site
from backend.services.parts import SiteParts


def remove_site(site: Site, parts: SiteParts) -> int:
    """Remove the site, its pages, conversations, secrets and key; return how many conversations there were.

    A server that runs knows within a second that the site is gone.
    """
    removed = parts.sites.remove(site)
    parts.forget_turns(removed.turns)
    return removed.conversations
