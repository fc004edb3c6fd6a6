"""The same through gunicorn: what goes over the wire, what is kept, and what is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.client import Visitor, document_of, parse_stream
from tests.failures.models.conftest import LARKMOOR
from tests.failures.models.corridor import QUESTION
from tests.servers import Deskbell, ModelServer, deskbell

FAST = "claude-haiku-4-5"


@pytest.fixture
def product(tmp_path: Path, model: ModelServer) -> Iterator[Deskbell]:
    """A product of the test's own: what one test does to a model, another would feel."""
    model.forget()
    with deskbell(tmp_path, LARKMOOR, ANTHROPIC_API_KEY="sk-test", ANTHROPIC_BASE_URL=model.url) as running:
        yield running


@pytest.fixture
def visitor(product: Deskbell) -> Iterator[Visitor]:
    visitor = Visitor(product.url, product.sites["larkmoor"])
    yield visitor
    visitor.http.close()


def count(visitor: Visitor, name: str, **labels: str) -> float:
    """Return a metric's value, 0 where it has none yet."""
    wanted = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
    found = re.search(rf"^{name}\{{{re.escape(wanted)}\}} (\S+)$", visitor.http.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_a_visitor_is_answered_from_our_pages_while_the_model_is_down(visitor: Visitor, model: ModelServer) -> None:
    model.play({"status": 529})
    for _ in range(3):
        events = visitor.ask(QUESTION)
        assert events[-1].event == "done"
        assert "60 days" in document_of(events)["message"]
        assert [event.data["kind"] for event in events if event.event == "notice"] == ["degraded"]
        assert any(event.event == "sources" for event in events)
    assert len(model.requests()) <= 5  # the third visitor found the breaker open
    assert count(visitor, "chat_breaker_state", model=FAST) == 2
    assert count(visitor, "chat_retries_total", model=FAST) >= 2
    assert count(visitor, "chat_fallbacks_total", wanted=FAST, answered="embedded", reason="overloaded") >= 1
    assert count(visitor, "chat_fallbacks_total", wanted=FAST, answered="embedded", reason="breaker_open") >= 1


def test_a_key_that_is_refused_is_shown_once(visitor: Visitor, model: ModelServer) -> None:
    model.play({"status": 401})
    for _ in range(3):
        assert visitor.ask(QUESTION)[-1].event == "done"
    assert len(model.requests()) == 1
    assert count(visitor, "chat_fallbacks_total", wanted=FAST, answered="embedded", reason="refused_us") == 1


def test_an_answer_that_breaks_off_begins_again_and_reads_the_same_later(visitor: Visitor, model: ModelServer) -> None:
    whole = {"message": "Within 60 days, clean and dry.", "confidence": 0.9, "followups": []}
    model.play({"pace_ms": 60, "fail": {"at": 10, "kind": "reset"}, "times": 1}, {"reply": whole})
    events = visitor.ask(QUESTION)
    kinds = [event.event if event.event != "notice" else event.data["kind"] for event in events]
    assert kinds.count("restarted") == 1
    assert document_of(events[kinds.index("restarted") :]) == whole
    turn = events[0].data["turn"]
    assert parse_stream(visitor.again(turn, after=0).text) == events
    (kept,) = visitor.get(f"/v1/conversations/{events[0].data['conversation']}").json()["turns"]
    assert (kept["status"], kept["reply"]) == ("done", whole)


def test_a_long_answer_that_breaks_off_is_kept_and_may_be_asked_again(visitor: Visitor, model: ModelServer) -> None:
    long = {"message": "word " * 200, "confidence": 0.9, "followups": []}
    model.play({"reply": long, "pace_ms": 1, "fail": {"at": -1, "kind": "clean_cut"}})
    events = visitor.ask(QUESTION)
    assert events[-1].event == "error"
    assert events[-1].data["code"] == "connection_lost"
    assert events[-1].data["retryable"] is True
    (kept,) = visitor.get(f"/v1/conversations/{events[0].data['conversation']}").json()["turns"]
    assert kept["status"] == "failed"
    assert kept["reply"]["message"] == long["message"]
    assert len(model.requests()) == 1
