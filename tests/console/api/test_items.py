"""Items over HTTP: a tool reads the queue, takes an item, decides it and takes that back."""

from __future__ import annotations

from typing import Any

import pytest

from backend.domain.site import Site
from tests.api.client import Visitor
from tests.console.api.tool import Tool
from tests.console.staff import Staff
from tests.contracts.items import doubt, item_of


def test_a_tool_works_through_the_queue(staff: Staff, site: Site, tool: Tool) -> None:
    store = staff.house.store
    turns = [doubt(store, site, question) for question in ("Is it safe?", "Is it safe ?", "What colour is it?")]
    queue = tool.call("GET", f"/sites/{site.key}/queue?most=2").json()
    first = queue["items"][0]

    assert first["question"].startswith("Is it safe")
    assert (first["reasons"], first["alike"], first["calibrated"]) == (["low_confidence"], 2, 0.4)
    assert first["harm"] > queue["items"][1]["harm"] - 0.01
    rest = tool.call("GET", f"/sites/{site.key}/queue", params={"after": queue["next"]}).json()
    assert [each["turn"] for each in rest["items"]] == [turns[2]]
    assert rest["next"] is None
    rows = {row["key"]: row for row in tool.call("GET", "/sites").json()["items"]}
    assert rows[site.key]["open_items"] == 3

    shown = tool.call("GET", f"/items/{first['item']}").json()
    assert shown["conversation"]["turns"][0]["turn"] == turns[0]
    assert [each["text"] for each in shown["sentences"]] == ["Your parcel is on its way."]
    assert {"version", "model", "route", "passages", "prompt", "tokens", "cost", "timings"} <= shown["made_by"].keys()
    assert (shown["page"]["title"], shown["locale"]) == ("Your orders", "en-AU")
    (other,) = shown["alike"]

    sent = {"decision": "corrected", "reply": "Yes, it is.", "note": "see the manual", "also": [other["item"]]}
    made = tool.call("PUT", f"/items/{first['item']}/decision", json=sent)
    assert (made.status_code, made.json()["items"]) == (200, [first["item"], other["item"]])
    assert [each["turn"] for each in tool.call("GET", f"/sites/{site.key}/queue").json()["items"]] == [turns[2]]
    done = tool.call("GET", f"/sites/{site.key}/queue?state=done").json()["items"]
    assert [each["decision"] for each in done] == ["corrected", "corrected"]

    assert tool.call("DELETE", f"/items/{first['item']}/decision").status_code == 204
    assert tool.call("DELETE", f"/items/{first['item']}/decision").status_code == 404
    (line,) = tool.call("GET", f"/items/{first['item']}").json()["history"]
    assert (line["decision"], line["reply"], line["note"]) == ("corrected", "Yes, it is.", "see the manual")
    assert line["undone_at"]


def test_two_tools_never_have_one_item(staff: Staff, site: Site, tools: Any) -> None:
    item = item_of(staff.house.store, site, doubt(staff.house.store, site)).id
    ada, bob = tools(), tools()
    taken = ada.call("PUT", f"/items/{item}/lock")
    assert taken.status_code == 200

    refused = bob.call("PUT", f"/items/{item}/lock")
    assert (refused.status_code, refused.json()["code"]) == (409, "locked")
    assert (refused.json()["by"], refused.json()["until"]) == (taken.json()["by"], taken.json()["until"])
    assert bob.call("PUT", f"/items/{item}/decision", json={"decision": "right"}).status_code == 409
    mine = ada.call("GET", f"/sites/{site.key}/queue?state=mine").json()["items"]
    assert [each["item"] for each in mine] == [item]
    assert bob.call("GET", f"/sites/{site.key}/queue?state=mine").json()["items"] == []

    assert bob.call("DELETE", f"/items/{item}/lock").status_code == 204
    assert bob.call("PUT", f"/items/{item}/lock").status_code == 409
    assert ada.call("DELETE", f"/items/{item}/lock").status_code == 204
    assert bob.call("PUT", f"/items/{item}/lock").status_code == 200


def test_the_queue_is_filtered_by_reason_and_by_words(staff: Staff, site: Site, tool: Tool) -> None:
    doubt(staff.house.store, site, "Where is my parcel?", "thumbs_down")
    doubt(staff.house.store, site, "Where is my jacket?", "truncated")
    path = f"/sites/{site.key}/queue"

    def questions(**params: str) -> list[str]:
        return [each["question"] for each in tool.call("GET", path, params=params).json()["items"]]

    assert questions(reason="truncated") == ["Where is my jacket?"]
    assert questions(q="PARCEL") == ["Where is my parcel?"]
    assert questions(reason="truncated", q="parcel") == []


def test_what_a_visitor_finds_wrong_waits_for_staff(staff: Staff, tool: Tool) -> None:
    site = staff.site(locale="en")
    visitor = Visitor(staff.server.url, site.key)
    start = visitor.ask("Do you ship to Mars?")[0].data
    visitor.post(f"/v1/turns/{start['turn']}/feedback", {"rating": "down", "comment": "no help at all"})
    visitor.ask("Hello!")

    (waiting,) = tool.call("GET", f"/sites/{site.key}/queue?reason=thumbs_down").json()["items"]

    assert (waiting["question"], waiting["turn"]) == ("Do you ship to Mars?", start["turn"])
    assert {"thumbs_down", "comment"} <= set(waiting["reasons"])
    questions = [each["question"] for each in tool.call("GET", f"/sites/{site.key}/queue").json()["items"]]
    assert questions == ["Do you ship to Mars?"]

    shown = tool.call("GET", f"/items/{waiting['item']}").json()
    events = [each["event"] for each in shown["timeline"]]
    assert (events[0], events[-1]) == ("start", "done")
    assert "".join(each.get("text", "") for each in shown["timeline"] if each["event"] == "delta") == shown["reply"]
    times = [each["ms"] for each in shown["timeline"]]
    assert times == sorted(times)


@pytest.mark.parametrize("asked", ["state=all", "reason=bored", "after=x", "most=0"])
def test_a_queue_that_is_asked_for_wrongly_says_so(site: Site, tool: Tool, asked: str) -> None:
    answer = tool.call("GET", f"/sites/{site.key}/queue?{asked}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "sent", [{}, {"decision": "maybe"}, {"decision": "corrected"}, {"decision": "right", "also": "x"}, {"decision": 1}]
)
def test_a_decision_that_is_none_is_refused(staff: Staff, site: Site, tool: Tool, sent: object) -> None:
    item = item_of(staff.house.store, site, doubt(staff.house.store, site)).id
    assert tool.call("PUT", f"/items/{item}/decision", json=sent).status_code == 400


def test_whoever_may_only_read_decides_nothing(staff: Staff, site: Site, tools: Any) -> None:
    item = item_of(staff.house.store, site, doubt(staff.house.store, site)).id
    for reader in (tools(scopes=("read",)), tools("viewer")):
        assert reader.call("GET", f"/items/{item}").status_code == 200
        for method, what in (("PUT", "lock"), ("DELETE", "lock"), ("PUT", "decision"), ("DELETE", "decision")):
            answer = reader.call(method, f"/items/{item}/{what}", json={"decision": "right"})
            assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_an_item_of_a_site_that_is_not_the_tools_does_not_exist(staff: Staff, site: Site, tools: Any) -> None:
    item = item_of(staff.house.store, site, doubt(staff.house.store, site)).id
    stranger = tools(sites=[staff.site()])
    for method, path in (("GET", ""), ("PUT", "/lock"), ("PUT", "/decision")):
        answer = stranger.call(method, f"/items/{item}{path}", json={"decision": "right"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert stranger.call("GET", f"/sites/{site.key}/queue").status_code == 404
