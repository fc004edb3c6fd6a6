"""What was asked, answered and decided goes out as JSON lines, without personal data unless an admin asks."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from backend.domain.audit import By
from backend.domain.items import Decided
from backend.domain.site import Site
from backend.services.decide_item import decide_item
from tests.console.api.tool import Tool
from tests.console.staff import Staff
from tests.contracts.items import doubt, item_of

ADA = By("ada@shop.example", None, "203.0.113.7")
RIGHT = "Write to sam@shop.example within 45 days."


def lines(answer: httpx2.Response) -> list[dict[str, Any]]:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson"), answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def test_decided_replies_and_turns_go_out_and_personal_data_does_not(staff: Staff, site: Site, tools: Any) -> None:
    store = staff.house.store
    turn = doubt(store, site, "Where is it?", message="Ask sam@shop.example.")
    doubt(store, site, "And now?", conversation="another")
    decide_item(site, item_of(store, site, turn), Decided("corrected", RIGHT), ADA, staff.house)
    path = f"/sites/{site.key}/export"
    admin, reader = tools(), tools("viewer")
    (line,) = lines(admin.call("GET", f"{path}?kind=reviewed"))
    assert (line["question"], line["reply"], line["corrected"]) == ("Where is it?", "Ask sam@shop.example.", RIGHT)
    assert (line["decision"], line["turn"]) == ("corrected", turn)
    (hidden,) = lines(reader.call("GET", f"{path}?kind=reviewed"))
    assert "sam@" not in json.dumps(hidden)
    assert "45 days" in hidden["corrected"]
    store.book.give_stars(site, "another", 4)
    turns = lines(reader.call("GET", f"{path}?kind=conversations"))
    assert [(each["question"], each["stars"]) for each in turns] == [("Where is it?", None), ("And now?", 4)]
    theirs = lines(admin.call("GET", f"{path}?kind=visitor&visitor=visitor-1"))
    assert {each["question"] for each in theirs} == {"Where is it?", "And now?"}
    assert lines(admin.call("GET", f"{path}?kind=visitor&visitor=nobody")) == []
    assert "export.made" in admin.call("GET", f"/sites/{site.key}/audit").text


@pytest.mark.parametrize("query", ["", "kind=all", "kind=visitor", "kind=reviewed&visitor=v"])
def test_what_cannot_be_exported_is_refused_with_the_remedy(site: Site, tool: Tool, query: str) -> None:
    answer = tool.call("GET", f"/sites/{site.key}/export?{query}")
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(("kind:", "visitor:"))
