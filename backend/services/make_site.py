"""A site is made with its name and the web site that shows it; everything else comes later."""

from __future__ import annotations

from backend.domain.site import Site
from backend.domain.versions import Publishing
from backend.services.parts import SiteParts
from backend.sites.as_document import read_document


def make_site(name: str, origin: str, by: str, parts: SiteParts) -> Site:
    """Make and publish a site; raise InvalidSettings for a name or an origin that cannot be used."""
    settings = read_document({"name": name, "origins": [origin]})
    return parts.sites.create(settings, publishing=Publishing(by))
