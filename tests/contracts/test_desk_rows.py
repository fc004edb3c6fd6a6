"""What each person of the staff has on the desk, on every database."""

from __future__ import annotations

from backend.domain.items import Decided, Decision, Wanted
from backend.domain.site import Site
from backend.store import Store
from tests.contracts.items import doubt, item_of

ADA, BOB = 1, 2


def test_views_are_ones_own_and_keep_their_order(store: Store, site: Site, other_site: Site) -> None:
    first = store.items.keep_view(site, ADA, "Money", "q=refund")
    second = store.items.keep_view(site, ADA, "Grün 🍵", "reason=canary")
    store.items.keep_view(site, BOB, "His", "q=x")
    assert list(store.items.views(site, ADA)) == [first, second]
    assert list(store.items.views(other_site, ADA)) == []
    assert not store.items.drop_view(site, BOB, first.id)
    assert store.items.drop_view(site, ADA, first.id)
    assert list(store.items.views(site, ADA)) == [second]


def test_a_mention_goes_with_its_conversation(store: Store, site: Site) -> None:
    item = item_of(store, site, doubt(store, site))
    made = store.items.decide(item, Decided("right", note="@bob?"), ADA, "ada", [])
    assert not isinstance(made, Decision)
    decision = made[0]  # type: ignore[index]
    store.items.mention(decision, site, BOB)
    store.items.mention(decision, site, BOB)
    assert [each.note for each in store.items.mentions(site, BOB)] == ["@bob?"]
    store.book.erase_conversation(site, f"conversation-{site.id}")
    assert list(store.items.mentions(site, BOB)) == []
    assert store.items.queue(site, Wanted("done"), None, 10)[0] == []
