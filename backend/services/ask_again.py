"""A question is asked again, of what is live and of the draft, to see what a change would do; nothing of it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from backend.domain.cases import Trial
from backend.domain.errors import NotFound
from backend.domain.items import Item
from backend.domain.site import Site
from backend.services.review_parts import ReviewParts


@dataclass(frozen=True, slots=True)
class Again:
    """What came of it, side by side."""

    live: Trial
    draft: Trial

    @property
    def both(self) -> tuple[Trial, Trial]:
        return self.live, self.draft


def ask_again(site: Site, item: Item, parts: ReviewParts) -> Again:
    """Ask an item's question of the site and of its draft; raise NotFound where its conversation was erased."""
    trace = parts.traces.trace(site.id, item.turn)
    if trace is None:
        raise NotFound(f"item {item.id}: its conversation was erased")
    draft = parts.drafts.draft(site).site
    return Again(parts.asker.ask(site, trace.question), parts.asker.ask(draft, trace.question))
