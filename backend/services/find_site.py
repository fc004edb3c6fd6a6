"""A site is found by its key."""

from __future__ import annotations

from backend.domain.errors import SettingsError, UnknownSite
from backend.domain.ports import SiteBook
from backend.domain.site import Site


def find_site(key: str, sites: SiteBook) -> Site:
    """Return the site with this key; raise SettingsError that says where the keys are found."""
    try:
        return sites.site(key)
    except UnknownSite:
        raise SettingsError(f"There is no site with the key {key}; `python -m backend site list` names all.") from None
