"""A change of a site's documents is kept, and made comparable by meaning where an operator wants that."""

from __future__ import annotations

from backend.domain.ports import Progress
from backend.domain.site import Site
from backend.knowledge.index import Change, fill_meanings, language_of, put_change
from backend.services.parts import UNHEARD, SiteParts


def keep_documents(site: Site, change: Change, parts: SiteParts, progress: Progress = UNHEARD) -> int:
    """Put a change into the site's knowledge in one step; return how many documents of it were written.

    The change is found by its words at once, by its meaning when this returns.
    """
    written = put_change(parts.passages, site.id, change, language_of(site.settings.locale))
    compare_by_meaning(site, parts, progress)
    return written


def compare_by_meaning(site: Site, parts: SiteParts, progress: Progress = UNHEARD) -> None:
    """Make comparable every passage of the site that is not yet; nothing where no embedder is wanted."""
    fill_meanings(parts.passages, site.id, parts.embedder, progress.passages_compared)
