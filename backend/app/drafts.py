"""Drafts can be asked like published sites, by whoever knows their secret key: parts for the visitors' door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backend.domain.calibration import Fitting
from backend.domain.knowledge import VISITOR, Audience, Found, Quote
from backend.domain.ports import DraftBook, Library, SiteBook
from backend.domain.site import RemovedSite, Site, SiteSettings
from backend.domain.versions import Publishing

PREFIX = "draft_"
UNSAID = Publishing()


class SitesAndDrafts:
    """Implements SiteBook: the published sites, and besides them every draft under its secret key and its shelf."""

    def __init__(self, sites: SiteBook, drafts: DraftBook) -> None:
        self._sites = sites
        self._drafts = drafts

    def site(self, key: str) -> Site:
        live = self._drafts.with_key(key) if key.startswith(PREFIX) else None
        return self._sites.site(key) if live is None else self._draft_of(live) or self._sites.site(key)

    def with_id(self, site_id: int) -> Site | None:
        if site := self._sites.with_id(site_id):
            return site
        found = self._drafts.on_shelf(site_id)
        return self._draft_of(found[0]) if found else None

    def has_origin(self, origin: str) -> bool:
        return self._sites.has_origin(origin)

    def sites(self) -> Sequence[Site]:
        return self._sites.sites()

    def find_by_name(self, name: str) -> Site | None:
        return self._sites.find_by_name(name)

    def create(self, settings: SiteSettings, key: str | None = None, publishing: Publishing = UNSAID) -> Site:
        return self._sites.create(settings, key, publishing)

    def publish(self, site: Site, settings: SiteSettings, publishing: Publishing = UNSAID) -> Site:
        return self._sites.publish(site, settings, publishing)

    def name_changes(self, site: Site) -> None:
        self._sites.name_changes(site)

    def applied_from(self, folder: str) -> Site | None:
        return self._sites.applied_from(folder)

    def note_folder(self, site: Site, folder: str) -> None:
        self._sites.note_folder(site, folder)

    def fitting(self, site: Site) -> Fitting | None:
        return self._sites.fitting(site)

    def keep_fitting(self, site: Site, fitting: Fitting) -> Site:
        return self._sites.keep_fitting(site, fitting)

    def remove(self, site: Site) -> RemovedSite:
        return self._sites.remove(site)

    def _draft_of(self, live: int) -> Site | None:
        site = self._sites.with_id(live)
        return self._drafts.draft(site).site if site else None


class LibraryAndDrafts:
    """Implements Library: visitors are answered from what is live, and a draft from what it would be."""

    def __init__(self, live: Library, drafted: Library) -> None:
        self._live = live
        self._drafted = drafted

    def search(
        self, site: Site, question: str, *, most: int = 5, before: Sequence[str] = (), audience: Audience = VISITOR
    ) -> Found:
        return self._of(site).search(site, question, most=most, before=before, audience=audience)

    def quote(self, site: Site, question: str, found: Found) -> Quote:
        return self._of(site).quote(site, question, found)

    def weigh(self, site: Site, question: str) -> Mapping[str, float]:
        return self._of(site).weigh(site, question)

    def hosts(self, site: Site) -> Sequence[str]:
        return self._of(site).hosts(site)

    def _of(self, site: Site) -> Library:
        return self._drafted if site.key.startswith(PREFIX) else self._live
