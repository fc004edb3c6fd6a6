"""The books of drafts and of published versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from backend.domain.site import Site, SiteSettings
from backend.domain.versions import DocumentChange, Draft, KeptDocument, Version


class DraftBook(Protocol):
    """One draft a site (implemented by store); made when it is first asked for."""

    def draft(self, site: Site) -> Draft:
        """Return the site's draft, made where there is none.

        Settings that the draft does not change are those of the live version, also of one published since.
        """

    def on_shelf(self, shelf: int) -> tuple[int, frozenset[str]] | None:
        """Return whose draft a shelf belongs to (the site's id) and the keys that it leaves out; None for no shelf."""

    def with_key(self, key: str) -> int | None:
        """Return the id of the site whose draft has this secret key, None for none."""

    def change(self, site: Site, settings: SiteSettings, revision: int | None, by: str) -> Draft:
        """Make these the draft's settings; raise ChangedMeanwhile unless it is at this revision (None: at any)."""

    def leave_out(self, shelf: int, keys: Sequence[str]) -> None:
        """Leave these live documents out of the draft."""

    def clear(self, site: Site) -> None:
        """Drop the draft with all that stands on its shelf; crawls that began in it go over to the site."""


class VersionBook(Protocol):
    """The versions that were published, with what they changed (implemented by store)."""

    def versions(self, site: Site, before: int | None = None, most: int = 50) -> Sequence[Version]:
        """Return the versions, newest first; those below `before` where it is given."""

    def version(self, site: Site, number: int) -> Version | None: ...

    def document_changes(self, site: Site, number: int) -> Sequence[DocumentChange]:
        """Return what a version changed in the site's documents."""

    def changes_since(self, site: Site, number: int) -> Sequence[DocumentChange]:
        """Return what has changed in the site's documents after a version."""

    def kept(self, site: Site, digests: Sequence[str]) -> Mapping[str, KeptDocument]:
        """Return documents of older versions by their digests; those that are not kept are left out."""
