"""What the console plays again ends as it ended before the visitor: the same text, whatever became of the answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from backend.review import Screen, screen_at
from tests.console.staff import Staff
from tests.journeys.conftest import PATIENCE_MS, Person, Product
from tests.servers import ModelServer

WORDS = " ".join(f"word{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(60))
SHOWN = (
    """() => [...document.querySelector("deskbell-widget").shadowRoot.querySelectorAll(".md")].at(-1)?.textContent"""
)


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


def played_again(staff: Staff, visitor: Person) -> Screen:
    """Return what a replay of the visitor's last turn ends with."""
    site = staff.house.sites.site("pk_larkmoor")
    conversation = visitor.page.evaluate("""() => {
      const kept = Object.keys(localStorage).find((key) => key.startsWith("deskbell:"));
      return JSON.parse(localStorage[kept]).conversation;
    }""")
    turn = staff.house.book.conversation(site, conversation)[-1].turn
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not (moments := staff.house.evidence.moments(site.id, turn)):  # kept a moment after the answer's end
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert [each.ms for each in moments] == sorted(each.ms for each in moments)
    return screen_at(moments, moments[-1].ms)


def test_each_kind_of_answer_ends_in_a_replay_as_it_ended_on_the_page(
    writing: Product, model: ModelServer, person: Callable[..., Person], staff: Staff
) -> None:
    visitor = person().opens(writing.allowed_shop)
    for number, (kind, (scripts, notices)) in enumerate(KINDS.items()):
        model.play(*scripts)
        visitor.asks(f"How long do I have to return tent number {number}?")
        expect(visitor.part("log").locator("article")).to_have_count(number + 1, timeout=PATIENCE_MS)
        screen = played_again(staff, visitor)  # the answer has ended by then, and the page hears of it
        expect(visitor.part("stop")).to_be_hidden(timeout=PATIENCE_MS)
        shown = visitor.page.evaluate(SHOWN)
        assert screen.text.strip() == (shown or "").strip(), kind
        assert screen.notices == notices, kind
    assert visitor.errors == []


def test_an_answer_that_was_stopped_ends_in_a_replay_where_the_visitor_stopped_it(
    writing: Product, model: ModelServer, person: Callable[..., Person], staff: Staff
) -> None:
    model.play({**reply(WORDS), "pace_ms": 20})
    visitor = person().opens(writing.allowed_shop).asks("Tell me all about tents").reads("wordaj ")
    visitor.part("stop").click()
    expect(visitor.part("retry")).to_be_visible(timeout=PATIENCE_MS)
    screen = played_again(staff, visitor)
    assert screen.text.startswith("wordaa wordab")
    assert "wordch" not in screen.text
    assert "stopped" in screen.notices
