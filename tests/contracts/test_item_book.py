"""What waits for staff, on every database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.domain.calibration import Curve
from backend.domain.errors import ChangedMeanwhile, InvalidRequest
from backend.domain.items import Decided, Decision, Drawn, Lock, Waiting, Wanted
from backend.domain.site import Review, Site, SiteSettings
from backend.store import Store
from tests.contracts.conftest import DATA_KEY
from tests.contracts.items import doubt, item_of, open_items
from tests.contracts.people import HeldClock
from tests.contracts.test_turn_book import opening, outcome

ADA, BOB = 1, 2
RIGHT = Decided("right")


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def store(store_url: str, clock: HeldClock) -> Iterator[Store]:
    store = Store.open(store_url, DATA_KEY, clock)
    yield store
    store.close()


def taken(store: Store, site: Site, turn: str, person: int, clock: HeldClock) -> Lock | None:
    return store.items.lock(item_of(store, site, turn), person, clock.now + timedelta(minutes=2))


def decided(store: Store, site: Site, turn: str, *also: str, kind: Decided = RIGHT, person: int = ADA) -> Decision:
    others = [item_of(store, site, each).id for each in also]
    made = store.items.decide(item_of(store, site, turn), kind, person, "ada", others)
    assert not isinstance(made, Lock)
    return made[0]


def test_a_turn_waits_once_with_all_its_reasons(store: Store, site: Site) -> None:
    turn = doubt(store, site, "Is it safe?", "low_confidence", "unsupported_number")
    store.book.rate(site, turn, "down", "wrong price")

    (queued,) = open_items(store, site)

    assert queued.question == "Is it safe?"
    assert set(queued.item.reasons) == {"low_confidence", "unsupported_number", "thumbs_down", "comment"}
    assert (queued.item.subject, queued.item.weight.stake) == ("safety", 4)


def test_a_turn_without_a_reason_does_not_wait(store: Store, site: Site) -> None:
    store.book.begin(opening(site, "t1"))
    store.book.end("t1", outcome(waiting=Waiting((), "", Drawn(0.02, is_in=False))))

    assert open_items(store, site) == []


def test_a_turn_whose_process_died_waits(store: Store, site: Site) -> None:
    store.book.begin(opening(site, "t1"))
    store.book.end_interrupted(["t1", "unknown"])

    assert [each.item.reasons for each in open_items(store, site)] == [("failed",)]


def test_a_thumb_that_is_turned_up_again_takes_its_reason_back(store: Store, site: Site) -> None:
    store.book.begin(opening(site, "t1"))
    store.book.end("t1", outcome())
    store.book.rate(site, "t1", "down", "")
    assert len(open_items(store, site, reason="thumbs_down")) == 1

    store.book.rate(site, "t1", "up", "")

    assert open_items(store, site) == []


def test_a_wish_for_a_person_puts_the_last_question_before_staff(store: Store, site: Site) -> None:
    for turn in ("t1", "t2"):
        store.book.begin(opening(site, turn))
        store.book.end(turn, outcome())
    store.book.hand_over(site, "conversation-1", "ada@tea.example", "please")

    assert [(each.item.turn, each.item.reasons) for each in open_items(store, site)] == [("t2", ("handoff",))]


def test_the_most_harmful_comes_first_and_pages_follow_without_gaps(store: Store, site: Site, clock: HeldClock) -> None:
    for number in range(7):
        doubt(store, site, f"Question {number}", confidence=0.1 * (number % 3))
        clock.wait(60)
    doubt(store, site, "Is it dangerous?", "canary")
    everything = [each.item.id for each in open_items(store, site)]
    seen: list[int] = []
    cursor: str | None = None
    while True:
        items, cursor = store.items.queue(site, Wanted(), cursor, 3)
        seen += [each.item.id for each in items]
        if cursor is None:
            break

    assert seen == everything
    assert open_items(store, site)[0].question == "Is it dangerous?"


@pytest.mark.parametrize("cursor", ["", "x", "1", "1.2.3", "9" * 60, "1.²"])
def test_a_cursor_that_is_none_of_ours_is_refused(store: Store, site: Site, cursor: str) -> None:
    with pytest.raises(InvalidRequest):
        store.items.queue(site, Wanted(), cursor, 3)


def test_an_item_of_today_goes_before_a_like_one_of_last_month(store: Store, site: Site, clock: HeldClock) -> None:
    doubt(store, site, "old")
    clock.wait(30 * 86_400)
    new = doubt(store, site, "new")

    # The items keep the time of their turns, which the store's clock gave.
    assert open_items(store, site)[0].item.turn == new


def test_one_person_at_a_time_has_an_item(store: Store, site: Site, clock: HeldClock) -> None:
    turn = doubt(store, site)
    mine = taken(store, site, turn, ADA, clock)
    assert mine
    assert mine.person == ADA

    his = taken(store, site, turn, BOB, clock)
    assert his
    assert (his.person, his.number) == (ADA, mine.number)

    clock.wait(180)
    later = taken(store, site, turn, BOB, clock)
    assert later
    assert (later.person, later.number) == (BOB, mine.number + 1)


def test_who_keeps_an_item_longer_has_the_same_lock(store: Store, site: Site, clock: HeldClock) -> None:
    turn = doubt(store, site)
    first = taken(store, site, turn, ADA, clock)
    again = taken(store, site, turn, ADA, clock)
    store.items.unlock(item_of(store, site, turn), BOB)
    assert first
    assert again
    assert first.number == again.number
    assert item_of(store, site, turn).lock

    store.items.unlock(item_of(store, site, turn), ADA)

    assert item_of(store, site, turn).lock is None


def test_of_many_who_take_an_item_at_once_one_has_it(store: Store, site: Site, clock: HeldClock) -> None:
    item = item_of(store, site, doubt(store, site))
    until = clock.now + timedelta(minutes=2)
    got: list[Lock | None] = []
    threads = [
        threading.Thread(target=lambda who=who: got.append(store.items.lock(item, who, until))) for who in range(1, 9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 8
    assert len({lock.person for lock in got if lock}) == 1


def test_what_somebody_else_has_is_not_decided(store: Store, site: Site, clock: HeldClock) -> None:
    turn = doubt(store, site)
    taken(store, site, turn, BOB, clock)

    made = store.items.decide(item_of(store, site, turn), RIGHT, ADA, "ada", [])

    assert isinstance(made, Lock)
    assert item_of(store, site, turn).state == "open"


def test_a_decision_clears_alike_items_that_are_free(store: Store, site: Site, clock: HeldClock) -> None:
    one, two, three = doubt(store, site), doubt(store, site), doubt(store, site)
    taken(store, site, three, BOB, clock)

    decision = decided(store, site, one, two, three, kind=Decided("corrected", "In a day.", "as the page says"))

    assert [each.item.turn for each in open_items(store, site)] == [three]
    assert [each.decided.reply for each in store.items.along_with(decision)] == ["In a day."]
    assert store.items.decision(site.id, decision.id) == decision
    with pytest.raises(ChangedMeanwhile):
        store.items.decide(item_of(store, site, one), RIGHT, BOB, "bob", [])


def test_a_decision_is_taken_back_with_those_along_with_it(store: Store, site: Site) -> None:
    one, two = doubt(store, site), doubt(store, site)
    decision = decided(store, site, one, two)

    assert store.items.undo(decision, "ada")
    assert not store.items.undo(decision, "ada")

    assert {each.item.turn for each in open_items(store, site)} == {one, two}
    assert len(open_items(store, site, reason="low_confidence")) == 2
    (line,) = store.items.history(item_of(store, site, one))
    assert line.decision.undone_by == "ada"


def test_what_a_visitor_says_after_a_decision_opens_the_item_again(store: Store, site: Site) -> None:
    turn = doubt(store, site)
    decided(store, site, turn)
    store.book.rate(site, turn, "down", "still wrong")

    assert [each.item.turn for each in open_items(store, site)] == [turn]
    assert len(store.items.history(item_of(store, site, turn))) == 1


def test_done_items_are_listed_by_their_decision(store: Store, site: Site) -> None:
    turns = [doubt(store, site) for _ in range(3)]
    for turn in turns:
        decided(store, site, turn)

    items, cursor = store.items.queue(site, Wanted("done"), None, 2)

    assert [each.item.turn for each in items] == [turns[2], turns[1]]
    assert [each.decided for each in items] == ["right", "right"]
    rest, end = store.items.queue(site, Wanted("done"), cursor, 2)
    assert ([each.item.turn for each in rest], end) == ([turns[0]], None)


def test_what_is_mine_is_assigned_to_me_or_taken_by_me(store: Store, site: Site, clock: HeldClock) -> None:
    assigned, held, other = doubt(store, site), doubt(store, site), doubt(store, site)
    store.items.assign(item_of(store, site, assigned), ADA)
    taken(store, site, held, ADA, clock)
    taken(store, site, other, BOB, clock)

    mine = open_items(store, site, state="mine", person=ADA)

    assert {each.item.turn for each in mine} == {assigned, held}
    assert store.items.counts(site, ADA, 100).mine == 2
    clock.wait(300)
    assert store.items.counts(site, ADA, 100).mine == 1


def test_a_group_shows_its_worst_item_and_counts_the_others(store: Store, site: Site) -> None:
    turns = [doubt(store, site, confidence=confidence) for confidence in (0.4, 0.1, 0.3)]
    first = item_of(store, site, turns[0])
    for turn in turns:
        store.items.join_group(item_of(store, site, turn), first.id, b"meaning")
    assert store.items.ungrouped(site, 10) == []

    (lead,) = open_items(store, site, leads=True)
    assert (lead.item.turn, lead.alike, lead.item.asked) == (turns[1], 3, 3)
    assert len(store.items.alike(lead.item, 10)) == 2
    assert store.items.counts(site, None, 100).groups == 1
    assert [meaning for _, meaning in store.items.neighbours(first, 10)] == [b"meaning"] * 2

    decided(store, site, turns[1])
    (next_lead,) = open_items(store, site, leads=True)
    assert (next_lead.item.turn, next_lead.alike) == (turns[2], 2)


def test_effects_are_kept_sealed_and_end_once(store: Store, site: Site) -> None:
    decision = decided(store, site, doubt(store, site))
    first = store.items.add_effect(decision, "approved", "7", {"was": "nothing"})
    second = store.items.add_effect(decision, "case", "8", {})

    assert store.items.effects(decision) == [first, second]
    store.items.end_effect(second, decision)
    assert store.items.effects(decision) == [first]
    (line,) = store.items.history(item_of(store, site, next(iter(open_or_done(store, site)))))
    assert [(each.kind, each.undone_at is None) for each in line.effects] == [("approved", True), ("case", False)]


def open_or_done(store: Store, site: Site) -> list[str]:
    return [each.item.turn for each in store.items.queue(site, Wanted("done"), None, 10)[0]]


def test_an_erased_conversation_takes_its_items_along(store: Store, site: Site) -> None:
    gone, stays = doubt(store, site), doubt(store, site, conversation="conversation-2")
    store.items.add_effect(decided(store, site, gone), "approved", "7", {})

    store.book.erase_conversation(site, "conversation-1")

    assert [each.item.turn for each in open_items(store, site)] == [stays]
    assert store.items.queue(site, Wanted("done"), None, 10)[0] == []


def test_a_removed_site_takes_its_items_along(store: Store, site: Site) -> None:
    item = item_of(store, site, doubt(store, site))
    store.items.add_effect(decided(store, site, item.turn), "approved", "7", {})

    store.sites.remove(site)

    assert store.items.item(item.id) is None


def test_a_site_sees_its_own_items_alone(store: Store, site: Site) -> None:
    other = store.sites.create(SiteSettings(name="Coffee Shop", origins=("https://coffee.example",)))
    doubt(store, site)

    assert open_items(store, other) == []
    assert store.items.counts(other, ADA, 10).open == 0


def test_what_is_tried_on_a_draft_waits_for_nobody(store: Store, site: Site) -> None:
    draft = store.drafts.draft(site)
    doubt(store, draft.site)

    assert store.items.count_open(draft.shelf, 10) == 0


def test_decisions_that_stand_are_counted_by_site(store: Store, site: Site, other_site: Site) -> None:
    first, second = doubt(store, site), doubt(store, site, "Where is the shop?")
    decision = decided(store, site, first)
    decided(store, site, second, kind=Decided("not_a_question"))
    decided(store, other_site, doubt(store, other_site))
    assert store.items.decision_counts() == {site.id: 1, other_site.id: 1}
    store.items.undo(decision, "ada")
    assert store.items.decision_counts() == {other_site.id: 1}


def test_what_waits_is_weighed_anew_by_a_curve_and_what_is_done_is_not(store: Store, site: Site) -> None:
    bold, meek = (doubt(store, site, confidence=each) for each in (0.45, 0.1))
    done = doubt(store, site, "Where is the shop?")
    decided(store, site, done)
    curve = Curve(1.0, -3.0, 60)
    before = {turn: item_of(store, site, turn) for turn in (bold, meek, done)}
    assert store.items.weigh_all(site, curve) == 2
    after = {turn: item_of(store, site, turn) for turn in (bold, meek, done)}
    assert after[bold].weight.calibrated < before[bold].weight.calibrated
    assert after[bold].rank > before[bold].rank
    assert after[done] == before[done]
    assert store.items.weigh_all(site, curve) == 0
    assert [each.item.rank for each in open_items(store, site)] == [after[meek].rank, after[bold].rank]
    by_reason = open_items(store, site, reason="low_confidence")
    assert [each.item.turn for each in by_reason] == [meek, bold]


def test_what_is_at_stake_is_the_owners_to_say(store: Store, site: Site) -> None:
    before = item_of(store, site, doubt(store, site, "What does it cost?"))
    assert before.weight.stake == 4
    own = replace(site.settings, review=Review(stakes={"money": 9.0, "low_confidence": 0.5}))
    published = store.sites.publish(site, own)
    after = item_of(store, published, doubt(store, published, "What does it cost?"))
    other = item_of(store, published, doubt(store, published, "Is it warm?"))
    assert (after.weight.stake, other.weight.stake) == (9, 0.5)
    assert after.rank > before.rank
