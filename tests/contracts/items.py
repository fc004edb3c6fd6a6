"""Turns that come before staff, for the suites of items."""

from __future__ import annotations

import uuid
from dataclasses import replace

from backend.domain.harm import subject_of
from backend.domain.items import Drawn, Item, Queued, Reason, Waiting, Wanted
from backend.domain.knowledge import Found
from backend.domain.reply import Reply
from backend.domain.site import Site
from backend.domain.turn import FlagRaised
from backend.store import Store
from tests.contracts.test_turn_book import opening, outcome

NOT_DRAWN = Drawn(0.02, is_in=False)


def doubt(
    store: Store,
    site: Site,
    question: str = "Where is my parcel?",
    *reasons: Reason,
    confidence: float = 0.4,
    conversation: str = "",
    message: str = "Your parcel is on its way.",
    found: Found | None = None,
    **changes: object,
) -> str:
    """Answer a question in a way that staff should look at; return its turn."""
    turn = str(uuid.uuid4())
    begun = opening(site, turn, question, conversation=conversation or f"conversation-{site.id}", **changes)
    store.book.begin(replace(begun, found=found or begun.found))
    waiting = Waiting(reasons or ("low_confidence",), subject_of(question), NOT_DRAWN)
    ended = outcome(reply=Reply(message, confidence), flags=(FlagRaised("low_confidence", f"{confidence:.2f}"),))
    store.book.end(turn, replace(ended, waiting=waiting))
    return turn


def open_items(store: Store, site: Site, **wanted: object) -> list[Queued]:
    return list(store.items.queue(site, replace(Wanted(), **wanted), None, 100)[0])


def item_of(store: Store, site: Site, turn: str) -> Item:
    """Return the item of a turn, whatever its state."""
    for state in ("open", "done"):
        for queued in store.items.queue(site, Wanted(state), None, 100)[0]:
            if queued.item.turn == turn:
                return queued.item
    raise AssertionError(f"{turn} waits for nobody")
