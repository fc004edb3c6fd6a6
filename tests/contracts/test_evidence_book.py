"""What a turn rested on and what its visitor saw, on every database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.domain.events import Delta, Done, Replace, Start
from backend.domain.knowledge import Document, Found, Hit
from backend.domain.reply import Reply, Usage
from backend.domain.site import Site
from backend.domain.timeline import Recorded, record
from backend.knowledge.index.stock import ADDED, Change, put_change
from backend.store import Store
from tests.contracts.test_turn_book import opening, outcome

SEEN = record(
    [
        (0.0, Start("t1", "conversation-1", None, "m")),
        (0.2, Delta('{"message":"Three days.","confidence":0.9,"followups":[]}')),
        (0.3, Done("end_turn", is_valid=True, is_flagged=False, confidence=0.9, usage=Usage())),
    ]
)


def put_page(store: Store, site: Site, text: str) -> None:
    put_change(store.passages, site.id, Change([Document("shipping", "Shipping", "", text)], ADDED), "en")


def ask(store: Store, site: Site, turn: str, conversation: str = "conversation-1") -> None:
    """Answer a question from the site's own page, and keep what was seen of it."""
    found = Found(tuple(Hit(each, 7.5) for each in store.passages.passages_of(site.id, "shipping")), 0.9)
    store.book.begin(replace(opening(site, turn, conversation=conversation), found=found))
    store.book.end(turn, outcome(reply=Reply("Three days.", 0.9)))
    store.evidence.keep(turn, SEEN)


def texts(store: Store, site: Site, turn: str) -> list[str]:
    trace = store.traces.trace(site.id, turn)
    assert trace is not None
    return [passage.text for passage in trace.passages]


def test_a_turn_shows_what_it_rested_on_after_the_page_has_changed(store: Store, site: Site) -> None:
    put_page(store, site, "Parcels take three days.")
    ask(store, site, "t1")
    put_page(store, site, "Parcels take nine days.")
    ask(store, site, "t2")

    assert texts(store, site, "t1") == ["Parcels take three days."]
    assert texts(store, site, "t2") == ["Parcels take nine days."]


def test_what_was_sent_comes_back(store: Store, site: Site) -> None:
    ask(store, site, "t1")

    moments = store.evidence.moments(site.id, "t1")
    assert [(each.ms, each.event, each.text) for each in moments] == [
        (0, "start", ""),
        (200, "delta", "Three days."),
        (300, "done", ""),
    ]
    assert store.evidence.moments(site.id + 1, "t1") == []
    assert store.evidence.moments(site.id, "t2") == []


def test_what_was_taken_back_is_seen_again(store: Store, site: Site) -> None:
    ask(store, site, "t1")
    delta = Delta('{"message":"Light it inside."')
    store.evidence.keep("t1", record([(0, delta), (1, Replace(Reply("Three days.", 0.0), "why"))]))

    assert [each.text for each in store.evidence.moments(site.id, "t1")] == ["Light it inside.", "Three days."]


def test_nothing_is_kept_of_a_turn_that_was_erased_meanwhile(store: Store, site: Site) -> None:
    store.evidence.keep("gone", Recorded(b"", ()))

    assert store.evidence.moments(site.id, "gone") == []


@pytest.mark.parametrize("shared", [True, False])
def test_erasing_a_conversation_takes_its_evidence_and_leaves_that_of_others(
    store: Store,
    site: Site,
    shared: bool,
) -> None:
    put_page(store, site, "Parcels take three days.")
    ask(store, site, "t1")
    if shared:
        ask(store, site, "t2", "conversation-2")
    put_page(store, site, "Parcels take nine days.")
    store.book.erase_conversation(site, "conversation-1")

    assert store.evidence.moments(site.id, "t1") == []
    if shared:
        assert texts(store, site, "t2") == ["Parcels take three days."]


def test_what_a_model_was_told_is_kept_once_beside_the_passages_and_goes_with_the_last_turn(
    store: Store, site: Site
) -> None:
    put_page(store, site, "Parcels take three days.")
    for turn in ("t1", "t2"):
        ask(store, site, turn, conversation=f"conversation-{turn}")
        store.evidence.keep_system(turn, ["You help.", "<pages>"])
    store.evidence.keep_system("nobody", ["You help."])

    assert store.evidence.system(site.id, "t1") == ["You help.", "<pages>"]
    assert texts(store, site, "t1") == ["Parcels take three days."]
    store.book.erase_conversation(site, "conversation-t1")
    assert store.evidence.system(site.id, "t1") == []
    assert store.evidence.system(site.id, "t2") == ["You help.", "<pages>"]


def test_a_removed_site_takes_its_evidence_along(store: Store, site: Site) -> None:
    put_page(store, site, "Parcels take three days.")
    ask(store, site, "t1")

    store.sites.remove(site)

    assert store.evidence.moments(site.id, "t1") == []
