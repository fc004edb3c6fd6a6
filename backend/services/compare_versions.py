"""Two versions of a site are compared, or one with the draft: settings and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.domain.knowledge import Document
from backend.domain.site import Site, SiteSettings
from backend.services.change_draft import changes_of
from backend.services.parts import SiteParts


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page before and after; None where it was not there."""

    key: str
    was: Document | None
    now: Document | None


@dataclass(frozen=True, slots=True)
class Compared:
    was: SiteSettings
    now: SiteSettings
    pages: Sequence[PageChange]


def compare_versions(site: Site, start: int, end: int | None, parts: SiteParts) -> Compared | None:
    """Return what differs between version `start` and version `end` (None: the draft); None where one never was."""
    first, last = _settings(site, start, parts), _settings(site, end, parts)
    if first is None or last is None:
        return None
    before, after = _digests_since(site, start, parts), _digests_since(site, end, parts)
    live = parts.passages.digests(site.id, sorted({*before, *after}))
    keys = [key for key in {**before, **after} if before.get(key, live.get(key)) != after.get(key, live.get(key))]
    was = _documents(site, {key: before.get(key, live.get(key, "")) for key in keys}, parts)
    now = _documents(site, {key: after.get(key, live.get(key, "")) for key in keys}, parts)
    return Compared(first, last, [PageChange(key, was.get(key), now.get(key)) for key in sorted(keys)])


def _settings(site: Site, number: int | None, parts: SiteParts) -> SiteSettings | None:
    if number is None:
        return parts.drafts.draft(site).settings
    version = parts.versions.version(site, number)
    return version.settings if version else None


def _digests_since(site: Site, number: int | None, parts: SiteParts) -> Mapping[str, str]:
    """Return the digest that each page had in a version (or has in the draft), where it differs from what is live."""
    if number is None:
        return {each.key: each.became for each in changes_of(parts.drafts.draft(site), parts).documents}
    return {each.key: each.was for each in parts.versions.changes_since(site, number)}


def _documents(site: Site, wanted: Mapping[str, str], parts: SiteParts) -> dict[str, Document]:
    """Return the pages with these digests, wherever they are kept: live, in the draft, or by an older version."""
    shelf = parts.drafts.draft(site).shelf
    places = [(place, parts.passages.digests(place, list(wanted))) for place in (site.id, shelf)]
    kept = parts.versions.kept(site, [digest for digest in wanted.values() if digest])
    found = {}
    for key, digest in wanted.items():
        place = next((place for place, digests in places if digest and digests.get(key) == digest), None)
        document = parts.passages.document(place, key) if place is not None else None
        if document is None and digest in kept:
            document = kept[digest].document
        if document is not None:
            found[key] = document
    return found
