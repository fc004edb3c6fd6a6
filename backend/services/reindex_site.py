"""A site's index is made anew from its documents; the site answers meanwhile."""

from __future__ import annotations

from backend.domain.ports import Progress
from backend.domain.site import Site
from backend.knowledge.index import language_of, reindex
from backend.services.keep_documents import compare_by_meaning
from backend.services.parts import UNHEARD, SiteParts


def reindex_site(site: Site, parts: SiteParts, progress: Progress = UNHEARD) -> int:
    """Return how many documents were indexed."""
    documents = reindex(parts.passages, site.id, language_of(site.settings.locale))
    compare_by_meaning(site, parts, progress)
    return documents
