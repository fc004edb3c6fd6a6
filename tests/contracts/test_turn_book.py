"""The book of turns, on every database."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from backend.domain.conversation import Handoff, StoredTurn, TurnOwner
from backend.domain.errors import NotFound, TurnConflict
from backend.domain.knowledge import Document, Found, Hit, Passage
from backend.domain.reply import Reply, Source, Usage
from backend.domain.site import Site
from backend.domain.turn import (
    Asked,
    FlagRaised,
    Model,
    Opening,
    Outcome,
    Page,
    PastTurn,
    Question,
    Route,
    Timings,
)
from backend.knowledge.index.stock import ADDED, Change, put_change
from backend.store import Store

REPLY = Reply("Your parcel is **on its way** 🚚", 0.83, ("When does it arrive?", "Who carries it?"))
USAGE = Usage(120, 45, 1000, 7, 0.0123)


def opening(site: Site, turn: str = "", message: str = "Where is my parcel?", **changes: object) -> Opening:
    asked = Asked(
        turn=turn or str(uuid.uuid4()),
        site=site,
        visitor="visitor-1",
        conversation="conversation-1",
        message=message,
        address="203.0.113.7",
        page=Page("https://tea.example/orders?id=7", "Your orders"),
        locale="en-AU",
        fingerprint="f1",
    )
    passage = Passage(41, "shipping", "Shipping", "https://tea.example/shipping", "", "Parcels take three days.")
    return Opening(
        asked=replace(asked, **changes),
        question=Question(message),
        route=Route(Model("claude-haiku-4-5"), because="short_question"),
        found=Found((Hit(passage, 7.5),), 0.9),
        timings=Timings(admitted_ms=1.5, found_ms=3.25),
    )


def outcome(status: str = "done", reply: Reply | None = REPLY, **changes: object) -> Outcome:
    ended = Outcome(
        status=status,
        reply=reply,
        stop_reason="end_turn",
        is_valid=True,
        flags=(),
        sources=(Source("shipping", "Shipping", "https://tea.example/shipping"),),
        notices=("truncated",),
        usage=USAGE,
        timings=Timings(1.5, 3.25, 4.0, 250.0, 900.0),
        request_id="req_1",
    )
    return replace(ended, **changes)


def ask(store: Store, site: Site, turn: str, message: str = "Where is my parcel?", **changes: object) -> None:
    store.book.begin(opening(site, turn, message, **changes))


def answer(store: Store, site: Site, turn: str, message: str, reply: str, **changes: object) -> None:
    ask(store, site, turn, message, **changes)
    store.book.end(turn, outcome(reply=Reply(reply, 0.5)))


def test_a_question_is_kept_before_it_is_answered(store: Store, site: Site) -> None:
    ask(store, site, "t1")

    assert store.book.turn(site, "t1") == StoredTurn(
        turn="t1",
        conversation="conversation-1",
        question="Where is my parcel?",
        reply=None,
        status="streaming",
        sources=(),
        model="claude-haiku-4-5",
    )


def test_an_answered_turn_is_read_as_it_was_shown(store: Store, site: Site) -> None:
    ask(store, site, "t1")
    store.book.end("t1", outcome())

    assert store.book.turn(site, "t1") == StoredTurn(
        turn="t1",
        conversation="conversation-1",
        question="Where is my parcel?",
        reply=REPLY,
        status="done",
        sources=(Source("shipping", "Shipping", "https://tea.example/shipping"),),
        stop_reason="end_turn",
        notices=("truncated",),
        usage=USAGE.document(),
        model="claude-haiku-4-5",
    )


def test_a_failed_turn_keeps_its_question_and_says_why(store: Store, site: Site) -> None:
    ask(store, site, "t1")
    store.book.end("t1", outcome("failed", None, stop_reason="", is_valid=False, error="overloaded"))

    stored = store.book.turn(site, "t1")

    assert stored is not None
    assert (stored.question, stored.reply) == ("Where is my parcel?", None)
    assert (stored.status, stored.error, stored.is_valid) == ("failed", "overloaded", False)


def test_the_first_end_of_a_turn_stays(store: Store, site: Site) -> None:
    ask(store, site, "t1")
    store.book.end_interrupted(["t1"])
    store.book.end("t1", outcome(flags=(FlagRaised("failed"),)))

    stored = store.book.turn(site, "t1")

    assert stored is not None
    assert (stored.status, stored.error, stored.reply, stored.is_flagged) == ("failed", "interrupted", None, False)


def test_turns_that_a_dead_process_left_are_marked_and_others_are_not(store: Store, site: Site) -> None:
    for turn in ("t1", "t2", "t3"):
        ask(store, site, turn)
    store.book.end("t2", outcome())
    store.book.end_interrupted(["t1", "t2", "unknown"])

    assert [each.status for each in store.book.conversation(site, "conversation-1")] == ["failed", "done", "streaming"]


def test_pages_that_no_question_has_found_are_counted_since_they_came(store: Store, site: Site) -> None:
    def put(*keys: str) -> None:
        pages = [Document(key, key.title(), "", f"About {key}.") for key in keys]
        put_change(store.passages, site.id, Change(pages, ADDED), "en")

    put("shipping", "returns")
    ask(store, site, "t1")  # finds "shipping"
    ask(store, site, "t2")
    put("repairs")
    ask(store, site, "t3")
    elsewhere = store.sites.create(replace(site.settings, name="Another"))

    assert store.book.never_found(site) == {"returns": 3, "repairs": 1}
    assert store.book.never_found(elsewhere) == {}


def test_the_door_learns_whose_turn_an_id_is(store: Store, site: Site) -> None:
    ask(store, site, "t1", was_anonymous=False)
    ask(store, site, "t2", was_anonymous=True)

    assert store.book.owner("t1") == TurnOwner("t1", site.id, "visitor-1", "conversation-1", "f1", False)
    assert [owner.was_anonymous for turn in ("t1", "t2") if (owner := store.book.owner(turn))] == [False, True]
    assert store.book.owner("unknown") is None
    assert store.book.conversation_owner("conversation-1") == (site.id, "visitor-1")
    assert store.book.conversation_owner("unknown") is None


def test_the_same_turn_cannot_be_asked_twice(store: Store, site: Site) -> None:
    ask(store, site, "t1", "First")

    with pytest.raises(TurnConflict):
        ask(store, site, "t1", "Second", is_new_conversation=False)

    assert [each.question for each in store.book.conversation(site, "conversation-1")] == ["First"]


def test_a_conversation_is_read_in_the_order_in_which_it_was_held(store: Store, site: Site) -> None:
    for number in range(5):
        answer(store, site, f"t{number}", f"Question {number}", f"Reply {number}", is_new_conversation=number == 0)

    held = store.book.conversation(site, "conversation-1")

    assert [each.question for each in held] == [f"Question {number}" for number in range(5)]


def test_the_prompt_gets_the_last_finished_turns_oldest_first(store: Store, site: Site) -> None:
    for number in range(4):
        answer(store, site, f"t{number}", f"Question {number}", f"Reply {number}")
    ask(store, site, "failed")
    store.book.end("failed", outcome("failed", Reply("Half an ans", 0)))
    ask(store, site, "stopped at once")
    store.book.end("stopped at once", outcome("stopped", None))
    ask(store, site, "stopped", "Question 4")
    store.book.end("stopped", outcome("stopped", Reply("Half", 0.0), stop_reason="stopped"))
    ask(store, site, "running")

    assert store.book.history(site, "conversation-1", 3) == [
        PastTurn("Question 2", Reply("Reply 2", 0.5)),
        PastTurn("Question 3", Reply("Reply 3", 0.5)),
        PastTurn("Question 4", Reply("Half", 0.0)),
    ]
    assert store.book.history(site, "unknown", 3) == []


def test_flags_mark_a_turn_and_are_kept_once_each(store: Store, site: Site) -> None:
    seen_at_the_door = FlagRaised("prompt_injection", "ignore what")
    asked = opening(site, "t1")
    store.book.begin(replace(asked, question=Question("?", flags=(seen_at_the_door,))))
    store.book.end("t1", outcome(flags=(seen_at_the_door, FlagRaised("low_confidence"), FlagRaised("low_confidence"))))
    ask(store, site, "t2", is_new_conversation=False)
    store.book.end("t2", outcome())

    assert [each.is_flagged for each in store.book.conversation(site, "conversation-1")] == [True, False]


def test_a_flag_raised_at_the_door_marks_a_turn_that_ends_without_another(store: Store, site: Site) -> None:
    store.book.begin(replace(opening(site, "t1"), question=Question("?", flags=(FlagRaised("prompt_injection"),))))
    store.book.end("t1", outcome())

    stored = store.book.turn(site, "t1")

    assert stored is not None
    assert stored.is_flagged


def test_another_site_never_sees_a_turn_or_a_conversation(store: Store, site: Site, other_site: Site) -> None:
    answer(store, site, "t1", "Question", "Reply")

    assert store.book.turn(other_site, "t1") is None
    assert store.book.conversation(other_site, "conversation-1") == []
    assert store.book.history(other_site, "conversation-1", 5) == []
    assert store.book.erase_conversation(other_site, "conversation-1") == []
    with pytest.raises(NotFound):
        store.book.rate(other_site, "t1", "up", "")
    assert store.book.turn(site, "t1") is not None


def test_nobody_adds_to_the_conversation_of_another_visitor_or_site(store: Store, site: Site, other_site: Site) -> None:
    ask(store, site, "t1")

    with pytest.raises(NotFound):
        ask(store, site, "t2", visitor="visitor-2")
    with pytest.raises(NotFound):
        ask(store, other_site, "t3")
    with pytest.raises(NotFound):
        ask(store, site, "t4", visitor="visitor-2", is_new_conversation=False)

    assert [each.turn for each in store.book.conversation(site, "conversation-1")] == ["t1"]


def test_an_erased_conversation_is_gone_with_all_that_hangs_on_it(store: Store, site: Site) -> None:
    ask(store, site, "t1")
    store.book.end("t1", outcome(flags=(FlagRaised("low_confidence"),)))
    store.book.rate(site, "t1", "down", "Wrong parcel")
    ask(store, site, "t2", is_new_conversation=False)
    ask(store, site, "kept", conversation="conversation-2")

    assert store.book.erase_conversation(site, "conversation-1") == ["t1", "t2"]

    assert store.book.conversation(site, "conversation-1") == []
    assert store.book.conversation_owner("conversation-1") is None
    assert store.book.owner("t1") is None
    assert store.book.turn(site, "kept") is not None
    assert store.book.erase_conversation(site, "conversation-1") == []


def test_a_turn_that_ends_after_it_was_erased_leaves_nothing_behind(store: Store, site: Site) -> None:
    ask(store, site, "t1")
    store.book.erase_conversation(site, "conversation-1")

    store.book.end("t1", outcome(flags=(FlagRaised("low_confidence"),)))

    assert store.book.turn(site, "t1") is None


def test_a_question_to_an_erased_conversation_is_not_taken(store: Store, site: Site) -> None:
    ask(store, site, "t1")
    store.book.erase_conversation(site, "conversation-1")

    with pytest.raises(NotFound):
        ask(store, site, "t2", is_new_conversation=False)


def test_a_visitor_who_erased_everything_can_come_back(store: Store, site: Site) -> None:
    ask(store, site, "t1")
    store.book.erase_conversation(site, "conversation-1")
    ask(store, site, "t2", conversation="conversation-2")

    assert store.book.conversation_owner("conversation-2") == (site.id, "visitor-1")


def test_a_visitor_may_change_a_judgement_and_it_needs_a_known_turn(store: Store, site: Site) -> None:
    answer(store, site, "t1", "Question", "Reply")

    store.book.rate(site, "t1", "up", "")
    store.book.rate(site, "t1", "down", "It was wrong after all")

    with pytest.raises(NotFound):
        store.book.rate(site, "unknown", "up", "")


def test_a_wish_for_a_person_is_kept_and_goes_with_its_conversation(store: Store, site: Site) -> None:
    ask(store, site, str(uuid.uuid4()))
    store.book.hand_over(site, "conversation-1", "sam@mail.example", "The zip sticks.")
    assert store.book.handoffs(site) == [Handoff("conversation-1", "sam@mail.example", "The zip sticks.")]
    with pytest.raises(NotFound):
        store.book.hand_over(site, "conversation-2", "sam@mail.example", "")
    store.book.erase_conversation(site, "conversation-1")
    assert store.book.handoffs(site) == []
