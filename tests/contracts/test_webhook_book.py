"""The book of webhooks and what was sent to them."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

from backend.domain.outgoing import EVENTS, TEST, Parcel, Tried
from backend.domain.site import Site, SiteSettings
from backend.store import Store
from tests.contracts.people import HeldClock

TOLD = {"details": {"question": "Where?"}}
SOON = timedelta(minutes=3)


def site_of(store: Store, name: str = "Tea Shop") -> Site:
    return store.sites.create(SiteSettings(name=name, origins=("https://tea.example",)))


def test_a_webhook_hears_what_it_wants_and_nothing_else(timed: Store, clock: HeldClock) -> None:
    site = site_of(timed)
    books = timed.webhooks
    wants = books.add(site, "https://a.example/x", "generic", ["version.published"], "whsec_a", "ada")
    books.add(site, "https://b.example/x", "slack", EVENTS, "whsec_b", "ada")
    assert books.put_on(site, "flag.raised", TOLD) == 1
    assert books.put_on(site, "version.published", TOLD) == 2
    parcels = books.take_due(10, clock() + SOON)
    assert sorted((each.webhook.url, each.delivery.event) for each in parcels) == [
        ("https://a.example/x", "version.published"),
        ("https://b.example/x", "flag.raised"),
        ("https://b.example/x", "version.published"),
    ]
    assert {each.secret for each in parcels} == {"whsec_a", "whsec_b"}
    assert parcels[0].told == TOLD
    assert books.webhook(site, wants.id) == wants


def test_what_is_taken_comes_again_only_where_it_was_not_settled(timed: Store, clock: HeldClock) -> None:
    site = site_of(timed)
    hook = timed.webhooks.add(site, "https://a.example/", "generic", EVENTS, "whsec_a", "ada")
    sent = [timed.webhooks.put_on_one(hook, TEST, TOLD) for _ in range(2)]
    first, second = timed.webhooks.take_due(10, clock() + SOON)
    assert timed.webhooks.take_due(10, clock() + SOON) == []
    timed.webhooks.settle(first.delivery, Tried(True, "fine", 200), None)
    clock.wait(200)
    (again,) = timed.webhooks.take_due(10, clock() + SOON)
    assert again.delivery.id == second.delivery.id
    timed.webhooks.settle(again.delivery, Tried(False, "no", 500), clock() + SOON)
    told = {each.id: (each.state, each.tries, each.status, each.answer) for each in timed.webhooks.deliveries(hook, 9)}
    assert told == {first.delivery.id: ("done", 1, 200, "fine"), second.delivery.id: ("waiting", 1, 500, "no")}
    assert [each.id for each in timed.webhooks.deliveries(hook, 9)] == sent[::-1]
    assert [each.id for each in timed.webhooks.deliveries(hook, 9, before=sent[1])] == [sent[0]]


def test_of_many_processes_one_has_each_delivery(timed: Store, clock: HeldClock, store_url: str) -> None:
    from tests.contracts.conftest import DATA_KEY

    site = site_of(timed)
    hook = timed.webhooks.add(site, "https://a.example/", "generic", EVENTS, "whsec_a", "ada")
    for _ in range(10):
        timed.webhooks.put_on_one(hook, TEST, TOLD)
    stores = [Store.open(store_url, DATA_KEY, clock) for _ in range(4)]
    taken: list[Parcel] = []
    takers = [
        Thread(target=lambda each=each: taken.extend(each.webhooks.take_due(10, clock() + SOON))) for each in stores
    ]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    for each in stores:
        each.close()
    assert len(taken) == len({each.delivery.id for each in taken}) == 10


def test_a_webhook_that_is_off_gets_nothing_and_keeps_what_waits(timed: Store, clock: HeldClock) -> None:
    site = site_of(timed)
    hook = timed.webhooks.add(site, "https://a.example/", "generic", EVENTS, "whsec_a", "ada")
    timed.webhooks.put_on(site, "flag.raised", TOLD)
    timed.webhooks.switch_off(hook, "It is gone.")
    assert timed.webhooks.put_on(site, "flag.raised", TOLD) == 0
    assert timed.webhooks.take_due(10, clock() + SOON) == []
    found = timed.webhooks.webhook(site, hook.id)
    assert found is not None
    assert (found.is_on, found.note) == (False, "It is gone.")
    assert timed.webhooks.switch_on(site, hook.id)
    assert len(timed.webhooks.take_due(10, clock() + SOON)) == 1


def test_it_is_known_since_when_nothing_arrives(timed: Store, clock: HeldClock) -> None:
    site = site_of(timed)
    hook = timed.webhooks.add(site, "https://a.example/", "generic", EVENTS, "whsec_a", "ada")
    assert timed.webhooks.failing_since(hook) is None
    began = clock()
    for arrived, since in ((False, began), (False, began), (True, None)):
        timed.webhooks.put_on_one(hook, TEST, TOLD)
        (parcel,) = timed.webhooks.take_due(1, clock() + SOON)
        timed.webhooks.settle(parcel.delivery, Tried(arrived), None)
        assert timed.webhooks.failing_since(hook) == since
        clock.wait(60)


def test_what_was_sent_can_be_sent_again_under_its_id(timed: Store, clock: HeldClock) -> None:
    site = site_of(timed)
    hook = timed.webhooks.add(site, "https://a.example/", "generic", EVENTS, "whsec_a", "ada")
    name = timed.webhooks.put_on_one(hook, TEST, TOLD)
    assert not timed.webhooks.send_again(hook, name)  # it waits already
    (parcel,) = timed.webhooks.take_due(1, clock() + SOON)
    timed.webhooks.settle(parcel.delivery, Tried(False, may_pass=False), None)
    assert timed.webhooks.send_again(hook, name)
    assert [each.delivery.id for each in timed.webhooks.take_due(1, clock() + SOON)] == [name]


def test_another_site_sees_none_of_it_and_a_removed_one_leaves_nothing(timed: Store, clock: HeldClock) -> None:
    site, other = site_of(timed), site_of(timed, "Coffee Shop")
    hook = timed.webhooks.add(site, "https://a.example/", "generic", EVENTS, "whsec_a", "ada")
    timed.webhooks.put_on(site, "flag.raised", TOLD)
    assert timed.webhooks.webhooks(other) == []
    assert timed.webhooks.webhook(other, hook.id) is None
    assert not timed.webhooks.remove(other, hook.id)
    assert not timed.webhooks.switch_on(other, hook.id)
    assert timed.webhooks.put_on(other, "flag.raised", TOLD) == 0
    assert timed.webhooks.remove(site, hook.id)
    assert timed.webhooks.take_due(10, clock() + SOON) == []
    timed.webhooks.add(site, "https://a.example/", "generic", EVENTS, "whsec_a", "ada")
    timed.webhooks.put_on(site, "flag.raised", TOLD)
    timed.sites.remove(site)
    assert timed.webhooks.take_due(10, clock() + SOON) == []
