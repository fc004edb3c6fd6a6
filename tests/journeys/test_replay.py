"""What the console plays again ends as it ended before the visitor: the same text, whatever became of the answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import expect

from backend.domain.timeline import Moment
from backend.review import Screen, screen_at
from tests.conftest import PATIENCE_MS
from tests.console.staff import Staff
from tests.journeys.conftest import Person, Product
from tests.servers import ModelServer

WORDS = " ".join(f"word{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(60))
# The visitor's conversation, once the page has one.
CONVERSATION = """() => {
  const kept = Object.keys(localStorage).find((key) => key.startsWith("deskbell:"));
  return kept ? JSON.parse(localStorage[kept]).conversation : null;
}"""


def reply(message: str, confidence: float = 0.9) -> dict[str, Any]:
    return {"reply": {"message": message, "confidence": confidence, "followups": []}}


# What the model does, what is on the screen at last, and what is said beside it.
KINDS: dict[str, tuple[list[dict[str, Any]], tuple[str, ...]]] = {
    "as it came": ([reply("You can send it back within 60 days.")], ()),
    "a figure that no page has": ([reply("You can send it back within 77 days.")], ("disclaimer",)),
    "a secret": ([reply("The key is sk-ant-api03-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789.")], ("replace",)),
    "cut by its length": ([{**reply(WORDS), "stop_reason": "max_tokens"}], ("truncated",)),
    "no document at all": ([{"text": "Plain words, within 60 days."}], ()),
    "broken off and begun again": (
        [{**reply(WORDS), "fail": {"at": 30, "kind": "reset"}, "times": 1}, reply("Within 60 days, again.")],
        ("restarted",),
    ),
}


@pytest.fixture
def staff(writing: Product) -> Iterator[Staff]:
    known = Staff.of(writing.direct)
    yield known
    known.close()


def played_again(staff: Staff, visitor: Person, number: int) -> Screen:
    """Return what a replay of the visitor's turn of this number (0 is the first) ends with, once it is kept."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not (moments := kept(staff, visitor.page.evaluate(CONVERSATION), number)):
        assert time.monotonic() < deadline, "no moments are kept of this turn"
        time.sleep(0.05)
    assert [each.ms for each in moments] == sorted(each.ms for each in moments)
    return screen_at(moments, moments[-1].ms)


def kept(staff: Staff, conversation: str | None, number: int) -> Sequence[Moment]:
    """Return what was kept of a turn; nothing before the server knows the question and until a moment after the end."""
    site = staff.house.sites.site("pk_larkmoor")
    turns = staff.house.book.conversation(site, conversation)[number:] if conversation else []
    return staff.house.evidence.moments(site.id, turns[0].turn) if turns else []


def test_each_kind_of_answer_ends_in_a_replay_as_it_ended_on_the_page(
    writing: Product, model: ModelServer, person: Callable[..., Person], staff: Staff
) -> None:
    visitor = person().opens(writing.allowed_shop)
    for number, (kind, (scripts, notices)) in enumerate(KINDS.items()):
        model.play(*scripts)
        visitor.asks(f"How long do I have to return tent number {number}?")
        expect(visitor.part("log").locator("article")).to_have_count(number + 1, timeout=PATIENCE_MS)
        screen = played_again(staff, visitor, number)  # the answer has ended by then, and the page hears of it
        expect(visitor.part("stop")).to_be_hidden(timeout=PATIENCE_MS)
        shown = visitor.page.locator("deskbell-widget .md").last
        expect(shown, kind).to_have_text(screen.text.strip(), timeout=PATIENCE_MS)
        assert screen.notices == notices, kind
    assert visitor.errors == []


def test_an_answer_that_was_stopped_ends_in_a_replay_where_the_visitor_stopped_it(
    writing: Product, model: ModelServer, person: Callable[..., Person], staff: Staff
) -> None:
    model.play({**reply(WORDS), "pace_ms": 20})
    visitor = person().opens(writing.allowed_shop).asks("Tell me all about tents").reads("wordaj ")
    visitor.part("stop").click()
    expect(visitor.part("retry")).to_be_visible(timeout=PATIENCE_MS)
    screen = played_again(staff, visitor, 0)
    assert screen.text.startswith("wordaa wordab")
    assert "wordch" not in screen.text
    assert "stopped" in screen.notices
