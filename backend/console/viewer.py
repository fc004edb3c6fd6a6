"""Who is at the console: their session, the site that they look at, and what they may do there."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from flask import current_app, g, request

from backend.accounts.permissions import may, may_everywhere, require, sites_of
from backend.console.parts import house, parts
from backend.domain.accounts import Access, Session
from backend.domain.errors import UnknownSite
from backend.domain.items import Counts
from backend.domain.site import Site
from backend.domain.versions import Draft
from backend.services.change_draft import DraftChanges, changes_of
from backend.services.list_queue import count_queue
from backend.services.recognise_session import recognise_session

COOKIE = "deskbell_staff"
COUNTED_FOR_S = 10.0
MOST_COUNTS = 1_000  # of sites and people, that are kept


class NotSignedIn(Exception):
    """Nobody is signed in at this browser, or the second factor is owed (`owes_code`)."""

    def __init__(self, *, owes_code: bool = False) -> None:
        super().__init__()
        self.owes_code = owes_code


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person at a browser. `is_proven`: a password or a code was given a short while ago."""

    access: Access
    session: Session
    is_proven: bool
    site: Site | None = None

    @property
    def name(self) -> str:
        return self.access.person.called

    @property
    def initials(self) -> str:
        words = self.name.replace(".", " ").replace("-", " ").split()
        return "".join(word[0] for word in words[:2]).upper() or "?"

    @property
    def role(self) -> str | None:
        return self.access.role_at(self.site.id) if self.site else self.access.role_everywhere

    @property
    def uses_letters(self) -> bool:
        return self.access.person.uses_single_keys

    def may(self, action: str) -> bool:
        """Tell whether the viewer may do this at the site that they look at, or else at every site."""
        return may(self.access, self.site.id, action) if self.site else may_everywhere(self.access, action)


def cookie_name() -> str:
    """Return what the session's cookie is called: over TLS no other host can set it."""
    return f"__Host-{COOKIE}" if parts().is_https else COOKIE


def maybe_viewer() -> Viewer | None:
    """Return who is signed in at this browser; None for nobody. Raise NotSignedIn where a code is owed."""
    if "viewer" not in g:
        g.viewer = _recognise()
    found: Viewer | None = g.viewer
    return found


def viewer() -> Viewer:
    """Return who is signed in at this browser; raise NotSignedIn for nobody."""
    found = maybe_viewer()
    if found is None:
        raise NotSignedIn
    return found


def at_site(key: str, action: str) -> Site:
    """Return the site that the viewer looks at; raise UnknownSite or ScopeMissing where they may not do this."""
    site = house().sites.site(key)
    require(viewer().access, site.id, action)
    g.viewer = replace(viewer(), site=site)
    return site


def draft_of(site: Site) -> Draft:
    """Return the site's draft as it was when this request first asked for it: for pages that show it."""
    if "draft" not in g:
        g.draft = house().drafts.draft(site)
    found: Draft = g.draft
    return found


def draft_changes(site: Site) -> DraftChanges:
    """Return what the draft of this request would change."""
    if "draft_changes" not in g:
        g.draft_changes = changes_of(draft_of(site), house())
    found: DraftChanges = g.draft_changes
    return found


def queue_counts(site: Site, *, are_new: bool = False) -> Counts:
    """Return how many replies of a site wait for staff: as they were counted a moment ago, unless they must be new."""
    kept: dict[tuple[int, int], tuple[float, Counts]] = current_app.extensions.setdefault("queue_counts", {})
    key = (site.id, viewer().access.person.id)
    counted_at, counts = kept.get(key, (0.0, None))
    if counts is None or are_new or time.monotonic() > counted_at + COUNTED_FOR_S:
        if len(kept) >= MOST_COUNTS:
            kept.clear()
        counts = count_queue(site, key[1], house())
        kept[key] = (time.monotonic(), counts)
    return counts


def sites() -> list[Site]:
    """Return the sites that exist for the viewer, as this request first saw them."""
    if "sites" not in g:
        g.sites = sites_of(viewer().access, house().sites.sites())
    found: list[Site] = g.sites
    return found


def one_site() -> Site:
    """Return the first site of the viewer; raise UnknownSite where there is none."""
    found = sites()
    if not found:
        raise UnknownSite
    return found[0]


def _recognise() -> Viewer | None:
    token = request.cookies.get(cookie_name())
    recognised = recognise_session(token, house()) if token else None
    if recognised is None:
        return None
    if recognised.owes_code:
        raise NotSignedIn(owes_code=True)
    return Viewer(Access(recognised.person), recognised.session, recognised.is_proven)
