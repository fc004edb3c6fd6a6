"""A tool stands in for a person: joins, writes, leaves, and settles wishes; the visitor hears each event once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from backend.domain.site import Site
from tests.api.client import Heard, Visitor, events_of
from tests.console.api.tool import Tool
from tests.console.staff import Staff


@pytest.fixture
def visitor(staff: Staff, site: Site) -> Iterator[Visitor]:
    yield Visitor(staff.server.url, site.key)
    Visitor.show_all_out()


def conversation_of(visitor: Visitor) -> str:
    return str(visitor.ask("Do you ship to Norway?")[0].data["conversation"])


class Listening(threading.Thread):
    """A visitor's page that hears what happens; it can drop its line and come back."""

    def __init__(self, visitor: Visitor, conversation: str, after: int = 0, most: int = 0) -> None:
        super().__init__(daemon=True)
        self.visitor, self.conversation, self.after, self.most = visitor, conversation, after, most
        self.heard: list[Heard] = []
        self.start()

    def run(self) -> None:
        path = f"/v1/conversations/{self.conversation}/events"
        headers = {**self.visitor.bearer(), **({"Last-Event-ID": str(self.after)} if self.after else {})}
        with self.visitor.http.stream("GET", path, headers=headers) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            for event in events_of(response.iter_lines()):
                self.heard.append(event)
                if len(self.heard) == self.most:
                    return


def test_a_person_answers_while_the_assistant_is_silent(visitor: Visitor, tool: Tool) -> None:
    talk = conversation_of(visitor)
    path = f"/conversations/{talk}"
    assert tool.call("PUT", f"{path}/joined").json() == {"joined": 1}
    listening = Listening(visitor, talk, most=2)
    sent = tool.call("POST", f"{path}/messages", json={"text": "Hello, I look.", "id": "m1"})
    assert sent.status_code == 201
    assert tool.call("POST", f"{path}/messages", json={"text": "Hello, I look.", "id": "m1"}).json() == sent.json()
    listening.join(20)  # the line drops
    asked = visitor.ask("Are you there?", conversation=talk)
    assert [each.event for each in asked] == ["start", "done"]
    assert asked[-1].data["stop_reason"] == "for_person"
    assert visitor.again(asked[0].data["turn"], 0).status_code == 200
    tool.call("POST", f"{path}/messages", json={"text": "Yes.", "id": "m2"})
    rest = Listening(visitor, talk, after=2)
    assert tool.call("DELETE", f"{path}/joined").status_code == 204
    rest.join(20)
    heard = [(each.id, each.event, each.data["text"]) for each in (*listening.heard, *rest.heard)]
    assert heard == [(1, "joined", ""), (2, "message", "Hello, I look."), (3, "message", "Yes."), (4, "left", "")]
    shown = visitor.get(f"/v1/conversations/{talk}").json()
    assert [turn["status"] for turn in shown["turns"]] == ["done", "for_person"]
    second = shown["turns"][1]["turn"]
    assert [(each["kind"], each["after"] == second) for each in shown["events"]] == [
        ("joined", False),
        ("message", False),
        ("message", True),
        ("left", True),
    ]
    assert document(visitor.ask("Do you ship to Norway?", conversation=talk)) != {}


def document(events: list[Heard]) -> Any:
    from tests.api.client import document_of

    return document_of(events)


def test_with_nobody_in_it_the_stream_tells_what_was_and_ends(visitor: Visitor, tool: Tool) -> None:
    talk = conversation_of(visitor)
    stream = visitor.get(f"/v1/conversations/{talk}/events")
    assert (stream.status_code, stream.text) == (200, "retry: 800\n\n")
    for cursor in ("5", "-1", "x"):
        assert visitor.get(f"/v1/conversations/{talk}/events", **{"Last-Event-ID": cursor}).status_code == 400
    stranger = Visitor(str(visitor.http.base_url), visitor.site)
    stranger.ask("Hello")
    assert stranger.get(f"/v1/conversations/{talk}/events").status_code == 404
    assert stranger.post(f"/v1/conversations/{talk}/typing").status_code == 404
    assert visitor.post(f"/v1/conversations/{talk}/typing").status_code == 204


def test_only_who_is_in_it_writes_and_only_one_is(visitor: Visitor, tool: Tool, tools: Any) -> None:
    talk = conversation_of(visitor)
    other: Tool = tools("reviewer")
    outside = tool.call("POST", f"/conversations/{talk}/messages", json={"text": "Hello"})
    assert (outside.status_code, outside.json()["code"]) == (409, "not_joined")
    tool.call("PUT", f"/conversations/{talk}/joined")
    locked = other.call("PUT", f"/conversations/{talk}/joined")
    assert (locked.status_code, locked.json()["code"]) == (409, "locked")
    assert locked.json()["by"]
    assert other.call("PUT", f"/conversations/{talk}/joined", json={"take": True}).json() == {"joined": 2}
    late = tool.call("POST", f"/conversations/{talk}/messages", json={"text": "I am still here"})
    assert late.json()["code"] == "not_joined"
    for body in ({}, {"text": ""}, {"text": 4}, {"text": "x", "id": 4}, {"text": "x" * 5_000}):
        assert other.call("POST", f"/conversations/{talk}/messages", json=body).status_code == 400, body


def test_who_may_not_talk_sees_no_conversation(visitor: Visitor, tools: Any, staff: Staff) -> None:
    talk = conversation_of(visitor)
    viewer: Tool = tools("viewer", scopes=("read",))
    assert viewer.call("PUT", f"/conversations/{talk}/joined").status_code == 403
    elsewhere: Tool = tools(sites=[staff.site()])
    for method, path in (("PUT", "joined"), ("DELETE", "joined"), ("POST", "messages")):
        assert elsewhere.call(method, f"/conversations/{talk}/{path}", json={"text": "x"}).status_code == 404
        assert elsewhere.call(method, f"/conversations/unknown/{path}", json={"text": "x"}).status_code == 404


def test_wishes_are_listed_and_settled(visitor: Visitor, tool: Tool, tools: Any, site: Site, staff: Staff) -> None:
    talk = conversation_of(visitor)
    wish = {"email": "sam@mail.example", "note": "The zip sticks."}
    assert visitor.post(f"/v1/conversations/{talk}/handoff", wish).status_code == 202
    (listed,) = tool.call("GET", f"/sites/{site.key}/handoffs?state=open").json()["items"]
    assert (listed["email"], listed["note"], listed["conversation"]) == ("sam@mail.example", "The zip sticks.", talk)
    assert tool.call("PUT", f"/handoffs/{listed['id']}", json={"state": "gone"}).status_code == 400
    settled = tool.call("PUT", f"/handoffs/{listed['id']}", json={"state": "answered"}).json()
    assert settled["state"] == "answered"
    assert settled["answered_at"]
    assert tool.call("GET", f"/sites/{site.key}/handoffs?state=open").json()["items"] == []
    assert tool.call("PUT", f"/handoffs/{listed['id']}", json={"state": "open"}).json()["answered_at"] is None
    assert tool.call("PUT", "/handoffs/unknown", json={"state": "open"}).status_code == 404
    elsewhere: Tool = tools(sites=[staff.site()])
    assert elsewhere.call("PUT", f"/handoffs/{listed['id']}", json={"state": "open"}).status_code == 404
    assert tool.call("GET", f"/sites/{site.key}/handoffs?state=x").status_code == 400


def test_wishes_come_in_pages(visitor: Visitor, tool: Tool, site: Site) -> None:
    talk = conversation_of(visitor)
    for number in range(3):
        visitor.post(f"/v1/conversations/{talk}/handoff", {"email": f"sam{number}@mail.example"})
    first = tool.call("GET", f"/sites/{site.key}/handoffs?most=2").json()
    rest = tool.call("GET", f"/sites/{site.key}/handoffs?most=2&after={first['next']}").json()
    assert [each["email"] for each in (*first["items"], *rest["items"])] == [
        "sam0@mail.example",
        "sam1@mail.example",
        "sam2@mail.example",
    ]
    assert rest["next"] is None
