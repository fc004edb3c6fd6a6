"""Two versions of a site are compared, or one with the draft: settings and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from backend.domain.knowledge import Document
from backend.domain.site import SiteSettings
from backend.domain.versions import Draft
from backend.services.change_draft import DraftChanges, changes_of
from backend.services.parts import SiteParts

MOST_PAGES = 100


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
    more: int = 0  # pages that changed besides


def compare_versions(
    draft: Draft, start: int, end: int | None, parts: SiteParts, changes: DraftChanges | None = None
) -> Compared | None:
    """Return what differs between version `start` and version `end` (None: the draft); None where one never was.

    `changes` are those of the draft, from whoever knows them already.
    """
    first, last = _settings(draft, start, parts), _settings(draft, end, parts)
    if first is None or last is None:
        return None
    before, after = _digests_since(draft, start, parts), _digests_since(draft, end, parts, changes)
    live = parts.passages.digests(draft.live.id, sorted({*before, *after}))
    keys = [key for key in {**before, **after} if before.get(key, live.get(key)) != after.get(key, live.get(key))]
    shown = sorted(keys)[:MOST_PAGES]
    was = {key: before.get(key, live.get(key, "")) for key in shown}
    now = {key: after.get(key, live.get(key, "")) for key in shown}
    wanted = {(key, digest) for side in (was, now) for key, digest in side.items() if digest}
    texts = _texts(draft, wanted, live, parts)
    pages = [PageChange(key, texts.get((key, was[key])), texts.get((key, now[key]))) for key in shown]
    return Compared(first, last, pages, more=len(keys) - len(shown))


def _settings(draft: Draft, number: int | None, parts: SiteParts) -> SiteSettings | None:
    if number is None:
        return draft.settings
    if number == draft.live.version:
        return draft.live.settings
    version = parts.versions.version(draft.live, number)
    return version.settings if version else None


def _digests_since(
    draft: Draft, number: int | None, parts: SiteParts, changes: DraftChanges | None = None
) -> Mapping[str, str]:
    """Return the digest that each page had in a version (or has in the draft), where it differs from what is live."""
    if number is None:
        return {each.key: each.became for each in (changes or changes_of(draft, parts)).documents}
    return {each.key: each.was for each in parts.versions.changes_since(draft.live, number)}


def _texts(
    draft: Draft, wanted: Set[tuple[str, str]], live: Mapping[str, str], parts: SiteParts
) -> dict[tuple[str, str], Document]:
    """Return the pages by key and digest, wherever they are kept: live, in the draft, or by an older version."""
    found: dict[tuple[str, str], Document] = {}
    for place in (draft.live.id, draft.shelf):
        missing = wanted - found.keys()
        keys = sorted({key for key, _ in missing})
        digests = live if place == draft.live.id else parts.passages.digests(place, keys) if keys else {}
        there = [key for key, digest in missing if digests.get(key) == digest]
        if there:
            found |= {(each.key, digests[each.key]): each for each in parts.passages.documents(place, keys=there)}
    if missing := wanted - found.keys():
        kept = parts.versions.kept(draft.live, [digest for _, digest in missing])
        found |= {(key, digest): kept[digest].document for key, digest in missing if digest in kept}
    return found
