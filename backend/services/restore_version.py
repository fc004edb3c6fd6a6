"""A published version comes back: a new version that is as it was, pages included. The draft stays."""

from __future__ import annotations

from backend.domain.errors import NotFound
from backend.domain.site import Site
from backend.domain.versions import Publishing
from backend.knowledge.index import Change
from backend.services.keep_documents import compare_by_meaning, put_and_publish
from backend.services.parts import UNHEARD, SiteParts


def restore_version(site: Site, number: int, publishing: Publishing, parts: SiteParts) -> Site:
    """Publish what version `number` was, and return the site; raise NotFound where there is no such version."""
    version = parts.versions.version(site, number)
    if version is None:
        raise NotFound(f"version {number}: there is no such version of {site.settings.name}")
    changes = parts.versions.changes_since(site, number)
    kept = parts.versions.kept(site, [each.was for each in changes if each.was])
    coming = [kept[each.was] for each in changes if each.was in kept]
    back = Change(
        [each.document for each in coming],
        gone=[each.key for each in changes if not each.was],
        origins={each.document.key: each.origin for each in coming},
    )
    restored = put_and_publish(site, back, version.settings, publishing, parts)
    compare_by_meaning(restored, parts, UNHEARD)
    return restored
