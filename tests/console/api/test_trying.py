"""The draft is asked as a visitor would, and what made the answer is told before its end."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from backend.domain.site import Site
from tests.api.client import Heard, document_of, parse_stream
from tests.console.api.tool import Tool


def tried(tool: Tool, site: Site, message: str, **fields: Any) -> list[Heard]:
    answer = tool.call("POST", f"/sites/{site.key}/try", json={"message": message, **fields})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8"), (
        answer.text
    )
    return parse_stream(answer.text)


def test_a_draft_answers_from_its_own_pages_and_says_what_made_the_answer(tool: Tool, site: Site) -> None:
    tool.call(
        "POST", f"/sites/{site.key}/documents", json={"question": "Do you ship to Norway?", "answer": "In 5 days."}
    )
    events = tried(tool, site, "Do you ship to Norway?")
    names = [event.event for event in events]
    assert (names[0], names[-2:]) == ("start", ["trace", "done"])
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    assert "In 5 days." in document_of(events)["message"]
    trace = events[-2].data
    assert trace["passages"][0]["title"] == "Do you ship to Norway?"
    assert "In 5 days." in trace["passages"][0]["text"]
    assert trace["route"] == {"model": "embedded", "because": "no_model_configured"}
    assert trace["prompt"] is None
    assert trace["timings"]["ended_ms"] >= trace["timings"]["admitted_ms"] > 0
    assert tool.call("GET", f"/sites/{site.key}/numbers").json()["whole"]["questions"] == 0


def test_a_conversation_goes_on_for_the_one_who_began_it_alone(tools: Any, site: Site) -> None:
    mine, theirs = tools(), tools()
    began = tried(mine, site, "Do you ship?")[0].data["conversation"]
    assert tried(mine, site, "And to Norway?", conversation=began)[0].data["conversation"] == began
    body = {"message": "And to Norway?", "conversation": began}
    assert theirs.call("POST", f"/sites/{site.key}/try", json=body).status_code == 404


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "message"),
        ({"message": 4}, "message"),
        ({"message": "x" * 5_000}, "message"),
        ({"message": "hi", "turn": "1"}, "turn"),
        ({"message": "hi", "page": "x"}, "page"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_a_stream_begins(
    tool: Tool,
    site: Site,
    sent: dict[str, Any],
    field: str,
) -> None:
    answer = tool.call("POST", f"/sites/{site.key}/try", json=sent)
    assert answer.status_code in (400, 413), answer.text
    assert field in answer.json()["detail"]


def test_the_same_turn_sent_twice_is_answered_once(tool: Tool, site: Site) -> None:
    turn = str(uuid.uuid4())
    tried(tool, site, "Do you ship?", turn=turn)
    again = tool.call("POST", f"/sites/{site.key}/try", json={"message": "Do you ship?", "turn": turn})
    assert (again.status_code, again.json()["code"]) == (422, "turn_conflict")
