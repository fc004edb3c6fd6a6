"""A question is looked up in what is live and in the draft, side by side, without a model."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from backend.domain.knowledge import ANSWERABLE_FROM, Quote
from backend.domain.site import Site
from backend.domain.versions import Draft
from backend.knowledge.index import language_of
from backend.services.explain_hits import Explained, explain_hits
from backend.services.parts import SiteParts

MOST = 5


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found. `quote` are the sentences that our own pages would answer with; empty where they would not."""

    hits: Sequence[Explained]
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
        return _texts(self.live) != _texts(self.draft)


def try_retrieval(site: Site, draft: Draft, question: str, parts: SiteParts) -> Tried:
    return Tried(_look(site, question, parts), _look(draft.site, question, parts.in_draft))


def _look(site: Site, question: str, parts: SiteParts) -> Looked:
    began = time.perf_counter()
    found = parts.knowledge.search(site, question, most=MOST)
    took_ms = (time.perf_counter() - began) * 1_000
    quote = parts.knowledge.quote(site, question, found)
    hits = explain_hits(found.read_as or question, found.hits, language_of(site.settings.locale))
    return Looked(hits, found.confidence, found.confidence >= ANSWERABLE_FROM, quote, took_ms)


def _texts(looked: Looked) -> list[str]:
    return [each.hit.passage.text for each in looked.hits]
