"""A question is looked up in what is live and in the draft, side by side, without a model."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from backend.domain.knowledge import ANSWERABLE_FROM, Hit, Quote
from backend.domain.site import Site
from backend.domain.versions import Draft
from backend.services.parts import SiteParts

MOST = 5


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found. `quote` are the sentences that our own pages would answer with; empty where they would not."""

    hits: Sequence[Hit]
    confidence: float
    is_answerable: bool
    quote: Quote
    took_ms: float


@dataclass(frozen=True, slots=True)
class Tried:
    """A question in both states of the site; `changed` tells whether the draft finds others, or in another order."""

    live: Looked
    draft: Looked

    @property
    def changed(self) -> bool:
        return [hit.passage.text for hit in self.live.hits] != [hit.passage.text for hit in self.draft.hits]


def try_retrieval(site: Site, draft: Draft, question: str, parts: SiteParts) -> Tried:
    return Tried(_look(site, question, parts), _look(draft.site, question, parts.in_draft))


def _look(site: Site, question: str, parts: SiteParts) -> Looked:
    began = time.perf_counter()
    found = parts.knowledge.search(site, question, most=MOST)
    took_ms = (time.perf_counter() - began) * 1_000
    quote = parts.knowledge.quote(site, question, found)
    return Looked(found.hits, found.confidence, found.confidence >= ANSWERABLE_FROM, quote, took_ms)
