"""A site's draft goes live: its settings, pages and synonyms, as the next version."""

from __future__ import annotations

from backend.domain.site import Site
from backend.domain.versions import Draft, Publishing
from backend.knowledge.index import Change
from backend.services.change_draft import changes_of
from backend.services.keep_documents import compare_by_meaning, put_and_publish
from backend.services.parts import UNHEARD, SiteParts


def publish_draft(site: Site, publishing: Publishing, parts: SiteParts) -> Site:
    """Publish the draft and return the site as it is now; the same version where the draft changes nothing.

    The pages change in one step, and the settings with the version; what was live stays in the versions.
    """
    draft = parts.drafts.draft(site)
    changes = changes_of(draft, parts)
    if not changes.count:
        return site
    if changes.synonyms:
        parts.passages.set_synonyms(site.id, parts.passages.synonyms(draft.shelf))
    published = put_and_publish(site, _pages_of(draft, parts), draft.settings, publishing, parts)
    parts.drafts.clear(site)
    compare_by_meaning(published, parts, UNHEARD)
    return published


def _pages_of(draft: Draft, parts: SiteParts) -> Change:
    changes = changes_of(draft, parts).documents
    coming = {each.key for each in changes if each.became}
    stocked = parts.passages.stocked(draft.shelf)
    return Change(
        [each for each in parts.passages.documents(draft.shelf) if each.key in coming],
        gone=[each.key for each in changes if not each.became],
        origins={key: stocked[key].origin for key in coming},
    )
