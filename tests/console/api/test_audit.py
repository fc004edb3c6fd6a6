"""The record of changes as a tool reads it: it can check the chain by itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from backend.domain.accounts import SCOPES
from backend.domain.audit import START, By
from backend.domain.site import Site
from backend.services.make_token import make_token
from tests.console.api.test_door import Tool
from tests.console.people import words_of
from tests.console.staff import Member, Staff


@pytest.fixture
def tool(staff: Staff, owner: Member) -> Iterator[Tool]:
    person = staff.house.people.with_email(owner.email)
    assert person is not None
    tool = Tool(staff.server.url, make_token(person, SCOPES, By("a test"), staff.house).secret)
    yield tool
    tool.http.close()


def test_a_tool_sees_every_change_and_that_the_chain_fits(site: Site, tool: Tool, owner: Member) -> None:
    draft = tool.call("GET", f"/sites/{site.key}/draft")
    for greeting in ("Hi", "Hello", "Welcome"):
        changed = {**draft.json(), "greeting": greeting}
        etag = tool.call("GET", f"/sites/{site.key}/draft").headers["etag"]
        assert tool.call("PUT", f"/sites/{site.key}/draft", json=changed, headers={"If-Match": etag}).status_code == 200
    tool.call("POST", f"/sites/{site.key}/publish", json={"note": "First"})
    rows: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        page = tool.call("GET", f"/sites/{site.key}/audit?most=2{after and f'&after={after}'}").json()
        rows += page["items"]
        after = page["next"]
    assert [row["action"] for row in rows] == ["version.published", *["draft.changed"] * 3]
    newest, first = rows[0], rows[-1]
    assert newest["who"].startswith("Token of owner")
    assert (newest["from"], newest["before"], newest["after"]) == ("127.0.0.1", 1, 2)
    assert rows[1]["before"] == {"greeting": "Hello"}
    assert rows[1]["after"] == {"greeting": "Welcome"}
    for row, before in zip(rows, [*rows[1:], {"hash": START}], strict=True):
        assert hashlib.sha256(row["row"].encode()).hexdigest() == row["hash"]
        assert json.loads(row["row"])["previous"] == row["previous"] == before["hash"]
    assert first["number"] == 1
    assert "Welcome" in words_of(owner.get(f"{site.key}/audit"))


def test_a_sites_record_is_that_sites_alone(staff: Staff, site: Site, tool: Tool) -> None:
    other = staff.site()
    tool.call("POST", f"/sites/{other.key}/documents", json={"question": "Ship?", "answer": "Daily."})
    assert tool.call("GET", f"/sites/{site.key}/audit").json() == {"items": [], "next": None}
    assert len(tool.call("GET", f"/sites/{other.key}/audit").json()["items"]) == 1
