"""A change of a site's documents is kept, and made comparable by meaning where an operator wants that."""

from __future__ import annotations

from backend.domain.ports import Progress
from backend.domain.site import Site, SiteSettings
from backend.domain.versions import Publishing
from backend.knowledge.index import Change, fill_meanings, language_of, put_change
from backend.services.announce import announce
from backend.services.parts import UNHEARD, SiteParts

BY_COMMAND = Publishing(by="command line")


def keep_documents(
    site: Site, change: Change, parts: SiteParts, progress: Progress = UNHEARD, publishing: Publishing = BY_COMMAND
) -> int:
    """Put a change into the site's knowledge in one step; return how many documents of it were written.

    The change is found by its words at once, by its meaning when this returns. It is the next version of a published
    site; of a draft it is a part.
    """
    written = put_change(parts.passages, site.id, change, language_of(site.settings.locale))
    name_version(site, parts, publishing)
    compare_by_meaning(site, parts, progress)
    return written


def put_and_publish(
    site: Site, change: Change, settings: SiteSettings, publishing: Publishing, parts: SiteParts
) -> Site:
    """Change a published site's pages in one step, and publish them with these settings as the next version."""
    put_change(parts.passages, site.id, change, language_of(settings.locale))
    return publish(site, settings, publishing, parts)


def name_version(site: Site, parts: SiteParts, publishing: Publishing = BY_COMMAND) -> None:
    """Make what has changed in a published site's documents its next version; nothing for a draft."""
    live = parts.sites.with_id(site.id)
    if live is not None:
        publish(live, live.settings, publishing, parts)


def publish(site: Site, settings: SiteSettings, publishing: Publishing, parts: SiteParts) -> Site:
    """Publish these settings with the pages as they are, and tell whoever wants to know."""
    published = parts.sites.publish(site, settings, publishing)
    if published.version != site.version:
        details = {"number": published.version, "by": publishing.by, "note": publishing.note}
        announce(published, "version.published", details, parts, page="versions")
    return published


def compare_by_meaning(site: Site, parts: SiteParts, progress: Progress = UNHEARD) -> None:
    """Make comparable every passage of the site that is not yet; nothing where no embedder is wanted."""
    embedder = parts.embedders.of(language_of(site.settings.locale)) if parts.embedders else None
    fill_meanings(parts.passages, site.id, embedder, progress.passages_compared)
