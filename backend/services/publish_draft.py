"""A site's draft goes live: its settings, pages and synonyms, as the next version."""

from __future__ import annotations

from backend.domain.errors import CaseFailed
from backend.domain.site import Site
from backend.domain.versions import Draft, Publishing
from backend.knowledge.index import Change
from backend.services.change_draft import changes_of
from backend.services.keep_documents import compare_by_meaning, put_and_publish
from backend.services.parts import UNHEARD, SiteParts
from backend.services.run_cases import failing_cases, result_row


def publish_draft(site: Site, publishing: Publishing, parts: SiteParts) -> Site:
    """Publish the draft and return the site as it is now; the same version where the draft changes nothing.

    Every must-case is asked of the draft first; raise CaseFailed where one does not hold, unless `override` says why it
    is published all the same. The pages change in one step, and the settings with the version.
    """
    draft = parts.drafts.draft(site)
    changes = changes_of(draft, parts)
    if not changes.count:
        return site
    if not publishing.override and (failing := failing_cases(draft, parts)):
        raise CaseFailed(
            f"{len(failing)} of the questions that must hold do not; mend the draft, or publish with an override",
            extra={"cases": list(map(result_row, failing))},
        )
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
