"""A site's draft, its published versions, and what differs between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.domain.indexed import Origin
from backend.domain.knowledge import Document
from backend.domain.site import Site, SiteSettings


@dataclass(frozen=True, slots=True)
class Version:
    """One published version. `override` is the reason why it was published although a case failed, else empty."""

    number: int
    by: str
    at: datetime
    note: str
    override: str
    settings: SiteSettings


@dataclass(frozen=True, slots=True)
class Publishing:
    """Who publishes a version, and why."""

    by: str = ""
    note: str = ""
    override: str = ""


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A document before and after, by its digests: empty where it was not there."""

    key: str
    was: str
    became: str


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document of an older version, with where it came from."""

    document: Document
    origin: Origin


@dataclass(frozen=True, slots=True)
class Draft:
    """What a site will be when it is published.

    `shelf` is the number under which the draft's documents are kept, `key` the secret one under which the draft can be
    asked; `gone` are the keys of live documents that it leaves out. `revision` grows with each change of the settings.
    """

    live: Site
    shelf: int
    key: str
    settings: SiteSettings
    revision: int
    gone: frozenset[str]
    changed_by: str
    changed_at: datetime
    published_by: str  # the live version
    published_at: datetime
    has_own_synonyms: bool  # others than the live ones

    @property
    def site(self) -> Site:
        """The site as the draft has it: searched and asked like a published one, and kept apart from it."""
        return Site(self.shelf, self.key, self.revision, self.settings, self.live.curve)


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One setting before and after; `where` is its path, such as `theme.accent`. None where it was not set."""

    where: str
    was: object
    became: object
