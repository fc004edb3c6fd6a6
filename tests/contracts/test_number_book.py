"""Turns are counted by the hour once, when they have ended, on every database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from backend.domain.errors import NotFound
from backend.domain.knowledge import NOTHING_FOUND
from backend.domain.numbers import Use, put_together, step_of, time_at
from backend.domain.reply import Reply, Usage
from backend.domain.site import Site, SiteSettings
from backend.domain.turn import Asked, FlagRaised, Model, Opening, Outcome, Question, Route, Timings
from backend.store import Store
from tests.contracts.conftest import DATA_KEY
from tests.contracts.items import doubt
from tests.databases import make_tables

TOMORROW = datetime.now(UTC) + timedelta(days=1)
LONG_AGO = datetime.now(UTC) - timedelta(days=30)


def ask(
    store: Store,
    site: Site,
    number: int,
    *,
    ends: bool = True,
    unsure: bool = False,
    took: float = 800.0,
    whose: int | None = None,
) -> None:
    """Ask a question in a conversation of its own, or in that of another question."""
    turn = f"00000000-0000-4000-8000-{number:012d}"
    whose = number if whose is None else whose
    asked = Asked(turn, site, f"visitor {whose}", f"conversation {whose}", "Hello?", "")
    store.book.begin(Opening(asked, Question("Hello?"), Route(Model("fast"), "short"), NOTHING_FOUND, Timings()))
    if ends:
        flags = (FlagRaised("low_confidence", "0.1"),) if unsure else ()
        store.book.end(
            turn,
            Outcome(
                status="done",
                reply=Reply("Hi.", 0.9, ()),
                stop_reason="end_turn",
                is_valid=True,
                flags=flags,
                sources=(),
                notices=(),
                usage=Usage(input_tokens=100, output_tokens=10, cost_usd=0.001),
                timings=Timings(1.0, 2.0, 3.0, took, took * 2),
                request_id="",
                error="",
                route=None,
            ),
        )


def test_conversations_are_counted_and_those_that_went_on(store: Store, site: Site, other_site: Site) -> None:
    for number, whose in enumerate([0, 1, 0, 0, 4, 1]):
        ask(store, site, number, whose=whose)
    ask(store, other_site, 10)
    while store.numbers.tally(2):
        pass
    whole = put_together(LONG_AGO, store.numbers.days(site.id, LONG_AGO, TOMORROW))
    assert (whole.questions, whole.conversations, whole.continued) == (6, 3, 2)
    assert (whole.questions_a_conversation, whole.continued_share) == (2.0, 2 / 3)
    assert whole.cost_a_conversation == 0.002
    store.numbers.count_anew(site.id)
    again = put_together(LONG_AGO, store.numbers.hours(site.id, LONG_AGO, TOMORROW))
    assert (again.questions, again.conversations, again.continued) == (6, 3, 2)
    nothing = put_together(LONG_AGO, [])
    assert (nothing.questions_a_conversation, nothing.continued_share, nothing.cost_a_conversation) == (
        None,
        None,
        None,
    )


def test_a_question_behind_turns_for_a_person_has_its_place_among_questions(store: Store, site: Site) -> None:
    ask(store, site, 0, whose=0)
    store.live.join(site, "conversation 0", 1, "MK")
    for number in range(1, 4):
        ask(store, site, number, whose=0, ends=False)  # which a person is to answer
    store.live.leave(site, "conversation 0", 1)
    for number in (4, 5):
        ask(store, site, number, whose=0)
    store.numbers.tally(100)
    whole = put_together(LONG_AGO, store.numbers.days(site.id, LONG_AGO, TOMORROW))
    assert (whole.questions, whole.conversations, whole.continued) == (3, 1, 1)


def test_counting_costs_the_same_however_long_a_conversation_is(tmp_path: Path) -> None:
    """Told in the steps of SQLite's machine for one more question of a conversation."""
    url = f"sqlite:///{tmp_path}/deskbell.db"
    make_tables(url)
    store = Store.open(url, DATA_KEY)
    site = store.sites.create(SiteSettings(name="Tea Shop", origins=("https://tea.example",)))
    for number in range(100):
        ask(store, site, number, whose=0 if number < 4 else 1)
    store.numbers.tally(1000)
    ask(store, site, 100, whose=0)
    short = steps_of(lambda: store.numbers.tally(1000))
    ask(store, site, 101, whose=1)
    assert steps_of(lambda: store.numbers.tally(1000)) < 1.1 * short
    store.close()


def steps_of(work: Callable[[], object]) -> int:
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    def watch(_connection: object, cursor: Any, *_: object) -> None:
        cursor.connection.set_progress_handler(count, 1)

    event.listen(Engine, "before_cursor_execute", watch)
    try:
        work()
    finally:
        event.remove(Engine, "before_cursor_execute", watch)
    return steps


def test_each_turn_is_counted_once(store: Store, site: Site) -> None:
    for number in range(5):
        ask(store, site, number, unsure=number == 0)
    assert [store.numbers.tally(2) for _ in range(4)] == [2, 2, 1, 0]
    (hour,) = store.numbers.hours(site.id, LONG_AGO, TOMORROW)
    assert (hour.model, hour.route, hour.questions, hour.done, hour.unanswered) == ("fast", "short", 5, 5, 1)
    assert (hour.input_tokens, hour.output_tokens, round(hour.cost_usd, 6)) == (500, 50, 0.005)
    assert sum(hour.first_text.values()) == 5
    (day,) = store.numbers.days(site.id, LONG_AGO, TOMORROW)
    assert day == replace(hour, at=hour.at.replace(hour=0))
    whole = put_together(LONG_AGO, [hour])
    assert (whole.answered, whole.unanswered, whole.failed) == (4, 1, 0)
    assert whole.first_text_ms is not None
    assert 700 < whole.first_text_ms < 900


def test_a_turn_that_is_still_written_waits_and_holds_the_later_ones(store: Store, site: Site) -> None:
    ask(store, site, 1)
    ask(store, site, 2, ends=False)
    ask(store, site, 3)
    assert store.numbers.tally(10) == 1
    assert store.numbers.tally(10) == 0


def test_what_visitors_said_is_counted_by_its_own_time(store: Store, site: Site, other_site: Site) -> None:
    ask(store, site, 1)
    store.book.rate(site, "00000000-0000-4000-8000-000000000001", "up", "")
    store.book.hand_over(site, "conversation 1", "sam@mail.example", "")
    voices = store.numbers.voices(site.id, LONG_AGO, TOMORROW)
    assert (voices.up, voices.down, voices.handoffs) == (1, 0, 1)
    nothing = store.numbers.voices(other_site.id, LONG_AGO, TOMORROW)
    assert (nothing.up, nothing.down, nothing.handoffs) == (0, 0, 0)


def test_the_last_stars_of_a_conversation_count_until_it_is_erased(store: Store, site: Site, other_site: Site) -> None:
    ask(store, site, 1)
    ask(store, site, 2)
    for conversation, stars in (("conversation 1", 2), ("conversation 1", 5), ("conversation 2", 4)):
        store.book.give_stars(site, conversation, stars)
    with pytest.raises(NotFound):
        store.book.give_stars(other_site, "conversation 1", 1)
    voices = store.numbers.voices(site.id, LONG_AGO, TOMORROW)
    assert (dict(voices.stars), voices.rated, voices.mean_stars) == ({5: 1, 4: 1}, 2, 4.5)
    assert store.book.stars_of(site.id, ["conversation 1", "conversation 1", "none"]) == {"conversation 1": 5}
    store.book.erase_conversation(site, "conversation 1")
    assert store.numbers.voices(site.id, LONG_AGO, TOMORROW).mean_stars == 4.0
    assert store.numbers.voices(other_site.id, LONG_AGO, TOMORROW).mean_stars is None


def test_a_time_is_told_within_a_tenth() -> None:
    for took in (5.0, 42.0, 640.0, 12_000.0):
        told = time_at({step_of(took): 1}, 0.5)
        assert told is not None
        assert abs(told - max(took, 10)) <= 0.11 * max(took, 10)
    assert time_at({}, 0.5) is None


def test_what_each_conversation_and_visitor_cost_is_told_the_dearest_first(store: Store, site: Site) -> None:
    for number, turns in ((1, 1), (2, 3)):
        for _ in range(turns):
            turn = doubt(store, site, conversation=f"conversation {number}", visitor=f"visitor {number}")
            assert store.book.turn(site, turn) is not None
    by_conversation = store.numbers.spent(site.id, LONG_AGO, TOMORROW, "conversation", 10)
    assert [(each.of, each.questions) for each in by_conversation] == [("conversation 2", 3), ("conversation 1", 1)]
    by_visitor = store.numbers.spent(site.id, LONG_AGO, TOMORROW, "visitor", 10)
    assert [(each.of, each.questions) for each in by_visitor] == [("visitor 2", 3), ("visitor 1", 1)]
    assert by_visitor[0].cost_usd == by_conversation[0].cost_usd > by_visitor[1].cost_usd > 0
    assert len(store.numbers.spent(site.id, LONG_AGO, TOMORROW, "visitor", 1)) == 1
    assert store.numbers.spent(site.id, LONG_AGO - timedelta(days=2), LONG_AGO, "visitor", 10) == []


def test_how_a_document_served_is_counted_over_the_last_questions(store: Store, site: Site, other_site: Site) -> None:
    assert store.numbers.use(site.id, "shipping", 10) == Use(0, 0, 0, 0, 0)
    turns = [doubt(store, site) for _ in range(3)]
    doubt(store, other_site)
    store.book.rate(site, turns[0], "down", "")
    store.book.rate(site, turns[1], "up", "")
    told = store.numbers.use(site.id, "shipping", 10)
    assert (told.found, told.looked_at) == (3, 3)
    assert (told.cited, told.thumbs_up, told.thumbs_down) == (3, 1, 1)
    assert store.numbers.use(site.id, "returns", 10) == Use(0, 0, 0, 0, 3)
    assert store.numbers.use(site.id, "shipping", 2).looked_at == 2
