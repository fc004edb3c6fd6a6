"""The books about sites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.domain.calibration import Fitting
from backend.domain.site import RemovedSite, Site, SiteSettings
from backend.domain.versions import Publishing

UNSAID = Publishing()


class SiteBook(Protocol):
    """The sites that exist (implemented by store)."""

    def site(self, key: str) -> Site:
        """Return the published site with this public key; raise UnknownSite."""

    def with_id(self, site_id: int) -> Site | None:
        """Return the published site with this id of ours, None where there is none."""

    def has_origin(self, origin: str) -> bool:
        """Tell whether any site has this origin."""

    def sites(self) -> Sequence[Site]:
        """Return every site, oldest first."""

    def find_by_name(self, name: str) -> Site | None: ...

    def create(self, settings: SiteSettings, key: str | None = None, publishing: Publishing = UNSAID) -> Site:
        """Make and publish a site, with a new random key unless one is given."""

    def publish(self, site: Site, settings: SiteSettings, publishing: Publishing = UNSAID) -> Site:
        """Publish these settings, and what has changed in the documents, as the next version.

        Return the same site when nothing has changed.
        """

    def name_changes(self, site: Site) -> None:
        """Let what has changed in the documents belong to the version that is published already."""

    def applied_from(self, folder: str) -> Site | None:
        """Return the site that was last applied from this folder, None where there is none."""

    def note_folder(self, site: Site, folder: str) -> None:
        """Keep the folder that a site was applied from; it belongs to no other site from now on."""

    def fitting(self, site: Site) -> Fitting | None:
        """Return how a site's curve was last fitted, None where it never was."""

    def keep_fitting(self, site: Site, fitting: Fitting) -> Site:
        """Let the site have this curve from now on, in every worker within a second."""

    def remove(self, site: Site) -> RemovedSite:
        """Remove a site with every row that belongs to it; raise UnknownSite where it is gone already."""


class IdentityBook(Protocol):
    """The secrets with which sites vouch for their signed-in users (implemented by store); encrypted at rest."""

    def secrets(self, site: Site) -> Sequence[str]:
        """Return the secrets that count now, the newest first; none where the site vouches for nobody."""

    def rotate(self, site: Site) -> str:
        """Make a new secret and return it; the one before it still counts, older ones do not."""

    def turn_off(self, site: Site) -> None:
        """Forget every secret: from now on the site vouches for nobody."""
