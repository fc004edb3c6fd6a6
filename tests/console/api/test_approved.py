"""Answers of the team are listed and ended by tools."""

from __future__ import annotations

from backend.domain.approved import AskedBefore, NewApproved
from backend.domain.reply import Reply
from backend.domain.site import Site
from tests.api.client import Visitor, document_of
from tests.console.api.tool import Tool
from tests.console.staff import Staff

QUESTION = "Do you ship to the moon?"


def test_an_answer_of_the_team_is_served_listed_and_ended(staff: Staff, site: Site, tool: Tool) -> None:
    new = NewApproved(Reply("From **2031** on.", 1.0), [AskedBefore(QUESTION, "")], {}, "ada@shop.example")
    made = staff.house.approved.add(site.id, new)
    events = Visitor(staff.server.url, site.key).ask(QUESTION)
    assert document_of(events)["message"] == "From **2031** on."
    assert [each.data["sources"][0]["title"] for each in events if each.event == "sources"] == ["Answered by our team"]
    assert events[0].data["model"] == "approved"
    (told,) = tool.call("GET", f"/sites/{site.key}/approved").json()["items"]
    assert (told["id"], told["questions"], told["state"], told["served"]) == (made.id, [QUESTION], "serving", 1)
    path = f"/sites/{site.key}/approved"
    assert tool.call("DELETE", path).status_code == 400
    assert tool.call("DELETE", f"{path}?id={made.id}").status_code == 204
    assert tool.call("DELETE", f"{path}/{made.id}").status_code == 404
    assert document_of(Visitor(staff.server.url, site.key).ask(QUESTION))["message"] != "From **2031** on."
    assert "approved.removed" in tool.call("GET", f"/sites/{site.key}/audit").text
