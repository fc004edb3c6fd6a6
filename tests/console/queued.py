"""Replies that wait for staff, with the passages that they were given, for the suites of the queue."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

from backend.domain.harm import subject_of
from backend.domain.items import Drawn, Reason, Waiting
from backend.domain.knowledge import Document, Found, Hit
from backend.domain.reply import Reply
from backend.domain.site import Site
from backend.domain.timeline import Recorded
from backend.knowledge.index.stock import ADDED, Change, put_change
from backend.store import Store
from tests.contracts.test_turn_book import opening, outcome

WARRANTY = Document(
    "warranty.md",
    "Warranty: jackets and shells",
    "",
    "Seams and zips of Skarn and Corrie shells are covered for five years from the day of purchase. "
    "The waterproof coating is covered for 2 years, because it wears with use and washing.",
)
SHIPPING = Document(
    "shipping.md",
    "Shipping: Europe",
    "",
    "Norway and Switzerland: $14, free for orders over $120. Delivery takes 4 to 6 working days. "
    "Duty is charged by the courier.",
)
REPLY = (
    "Seams and zips of the Skarn are covered for five years. Shipping to Norway is free for orders over $80. "
    "Delivery takes 4 to 6 working days."
)


def put_pages(store: Store, site: Site, pages: Sequence[Document] = (WARRANTY, SHIPPING)) -> None:
    put_change(store.passages, site.id, Change(list(pages), ADDED), "en")


def waits(
    store: Store,
    site: Site,
    question: str,
    *reasons: Reason,
    reply: str = REPLY,
    confidence: float = 0.38,
    followups: tuple[str, ...] = (),
    **ended: object,
) -> str:
    """Answer a question from the pages above, doubtfully; return its turn. `ended` changes what came of it."""
    turn = str(uuid.uuid4())
    hits = tuple(
        Hit(passage, 0.8) for page in (WARRANTY, SHIPPING) for passage in store.passages.passages_of(site.id, page.key)
    )
    asked = opening(site, turn, question, conversation=f"conversation-{turn}")
    store.book.begin(replace(asked, found=Found(hits, 0.9)))
    drawn = Drawn(0.02, is_in="sample" in reasons)
    waiting = Waiting(reasons or ("low_confidence",), subject_of(question), drawn)
    store.book.end(turn, outcome(reply=Reply(reply, confidence, followups), waiting=waiting, **ended))
    store.evidence.keep(turn, Recorded(b"", ()))
    return turn
