"""Tools at the door: a client that knows the contract alone goes from nothing to a published site, and no further."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest
from flask import Flask

from backend.console.api.door import ROOMS
from backend.console.api.openapi import CALLS as CALLS_DESCRIBED
from backend.domain.accounts import SCOPES, Role, Scope
from backend.domain.site import Site
from tests.api.client import Visitor, document_of
from tests.console.api.tool import Tool
from tests.console.staff import Staff
from tests.servers import ROOT


def test_a_tool_goes_from_nothing_to_a_site_that_answers(staff: Staff, tool: Tool) -> None:
    made = tool.call("POST", "/sites", json={"name": "Larkmoor", "origin": "https://larkmoor.example"})
    assert made.status_code == 201, made.text
    key = made.json()["key"]
    draft = tool.call("GET", f"/sites/{key}/draft")
    changed = {**draft.json(), "greeting": "Welcome"}
    put = tool.call("PUT", f"/sites/{key}/draft", json=changed, headers={"If-Match": draft.headers["etag"]})
    assert (put.status_code, put.json()["greeting"]) == (200, "Welcome")
    answered = tool.call("POST", f"/sites/{key}/documents", json={"question": "Do you ship?", "answer": "Yes, daily."})
    assert answered.status_code == 201
    files = {"file": ("returns.md", b"# Returns\n\nWithin 60 days, clean and dry.")}
    begun = tool.call("POST", f"/sites/{key}/documents", files=files)
    assert begun.status_code == 202
    assert tool.wait(begun.json()["job"])["state"] == "done"
    listed = tool.call("GET", f"/sites/{key}/documents").json()
    assert {each["title"] for each in listed["items"]} == {"Do you ship?", "Returns"}
    assert tool.call("GET", f"/sites/{key}/documents?live=1").json() == {"items": [], "next": None}
    assert tool.call("GET", "/sites").json()["items"][-1]["draft_changed"] is True

    published = tool.call("POST", f"/sites/{key}/publish", json={"note": "First"})
    assert (published.status_code, published.json()) == (201, {"number": 2})
    asked = Visitor(staff.server.url, key).ask("Within how many days can I return something?")
    assert "60 days" in document_of(asked)["message"]
    version = tool.call("GET", f"/sites/{key}/versions/2").json()
    assert (version["note"], version["settings"]["greeting"]) == ("First", "Welcome")
    assert {"where": "greeting", "was": "", "is": "Welcome"} in version["changes"]
    assert {each["where"] for each in version["changes"]} >= {"documents/returns.md"}
    restored = tool.call("POST", f"/sites/{key}/versions/1/restore")
    assert restored.json() == {"number": 3}
    assert tool.call("GET", f"/sites/{key}/documents?live=1").json()["items"] == []


def test_a_draft_that_others_changed_is_not_written_over(staff: Staff, site: Site, tool: Tool) -> None:
    draft = tool.call("GET", f"/sites/{site.key}/draft")
    old = draft.headers["etag"]
    changed = {**draft.json(), "greeting": "One"}
    first = tool.call("PUT", f"/sites/{site.key}/draft", json=changed, headers={"If-Match": f"W/{old}"})
    assert first.status_code == 200
    late = tool.call("PUT", f"/sites/{site.key}/draft", json=changed, headers={"If-Match": old})
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert tool.call("PUT", f"/sites/{site.key}/draft", json=changed).status_code == 400
    wrong = {**changed, "origins": ["shop.example"]}
    etag = {"If-Match": first.headers["etag"]}
    refused = tool.call("PUT", f"/sites/{site.key}/draft", json=wrong, headers=etag)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_settings")
    assert refused.json()["detail"].startswith("site.toml: origins")


def test_lists_come_in_pages(staff: Staff, site: Site, tool: Tool) -> None:
    for number in range(5):
        body = {"question": f"Question {number}?", "answer": "Yes."}
        assert tool.call("POST", f"/sites/{site.key}/documents", json=body).status_code == 201
    seen, after = [], ""
    while after is not None:
        page = tool.call("GET", f"/sites/{site.key}/documents?most=2{after and f'&after={after}'}").json()
        assert len(page["items"]) <= 2
        seen += [each["title"] for each in page["items"]]
        after = page["next"]
    assert seen == [f"Question {number}?" for number in reversed(range(5))]
    for query in ("most=0", "most=201", "most=x", "after=x", "after=-1"):
        assert tool.call("GET", f"/sites/{site.key}/documents?{query}").status_code == 400, query


def test_documents_are_shown_with_their_pieces_and_taken_out(site: Site, tool: Tool) -> None:
    made = tool.call("POST", f"/sites/{site.key}/documents", json={"question": "Ship?", "answer": "Daily."}).json()
    shown = tool.call("GET", f"/sites/{site.key}/documents/{made['id']}").json()
    assert (shown["title"], shown["source"]) == ("Ship?", "added")
    assert "Daily." in shown["pieces"][0]["text"]
    assert shown["used"] == {"found": 0, "cited": 0, "thumbs_up": 0, "thumbs_down": 0, "looked_at": 0}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", shown["read_at"])
    assert tool.call("DELETE", f"/sites/{site.key}/documents/{made['id']}").status_code == 204
    assert tool.call("GET", f"/sites/{site.key}/documents/{made['id']}").status_code == 404


def test_saved_questions_are_asked_and_stand_in_the_way(staff: Staff, site: Site, tool: Tool) -> None:
    path = f"/sites/{site.key}"
    tool.call("POST", f"{path}/documents", json={"question": "Do you ship to Norway?", "answer": "Yes, in five days."})
    wanted = {"question": "Do you ship to Norway?", "must_contain": "in three days", "is_must": True}
    assert tool.call("POST", f"{path}/cases", json={**wanted, "must_contain": 4}).status_code == 400
    case = tool.call("POST", f"{path}/cases", json=wanted)
    assert (case.status_code, case.json()["must_contain"]) == (201, ["in three days"])
    stopped = tool.call("POST", f"{path}/publish")
    assert (stopped.status_code, stopped.json()["code"]) == (409, "case_failed")
    assert stopped.json()["cases"][0]["missed"] == {"must_contain": ["in three days"]}
    run = tool.call("POST", f"{path}/cases/run", json={"on": "draft"}).json()
    assert tool.wait(run["job"])["state"] == "done"
    told = tool.call("GET", f"{path}/runs/{run['run']}").json()
    assert (told["on"], told["passed"], told["of"]) == ("draft", 0, 1)
    assert "in five days" in told["results"][0]["reply"]
    assert tool.call("POST", f"{path}/publish", json={"override": "Five it is"}).json() == {"number": 2}
    assert tool.call("GET", f"{path}/versions/2").json()["override"] == "Five it is"
    assert tool.call("DELETE", f"{path}/cases?id={case.json()['id']}").status_code == 204
    assert tool.call("DELETE", f"{path}/cases/{case.json()['id']}").status_code == 404
    assert tool.call("GET", f"{path}/cases").json()["items"] == []


def test_a_crawl_is_a_job_and_a_wrong_start_is_refused(site: Site, tool: Tool) -> None:
    begun = tool.call("POST", f"/sites/{site.key}/crawls", json={"start": "http://127.0.0.1:9/help/"})
    assert begun.status_code == 202
    assert tool.wait(begun.json()["job"])["state"] == "failed"
    for body in (
        {},
        {"start": "ftp://x"},
        {"start": "help"},
        {"start": "https://a.example", "most": "x"},
        {"start": 4},
    ):
        assert tool.call("POST", f"/sites/{site.key}/crawls", json=body).status_code == 400, body


def test_what_lint_finds_is_told(site: Site, tool: Tool) -> None:
    answer = tool.call("GET", f"/sites/{site.key}/lint")
    assert (answer.status_code, answer.json()) == (200, {"items": [], "next": None})
    for title, days in (("Tents", 30), ("Returns", 60)):
        said = {"question": title, "answer": f"You may return a tent within {days} days."}
        assert tool.call("POST", f"/sites/{site.key}/documents", json=said).status_code == 201
    answer = tool.call("GET", f"/sites/{site.key}/lint")
    if answer.status_code == 202:  # the jobs process is at something else
        tool.wait(answer.json()["job"])
        answer = tool.call("GET", f"/sites/{site.key}/lint")
    assert [each["kind"] for each in answer.json()["items"]] == ["contradiction"]
    assert tool.call("GET", f"/sites/{site.key}/lint?live=1").json()["items"] == []


CALLS = {
    ("GET", "/sites/{site}/draft"): "read",
    ("PUT", "/sites/{site}/draft"): "edit",
    ("GET", "/sites/{site}/versions"): "read",
    ("GET", "/sites/{site}/versions/1"): "read",
    ("POST", "/sites/{site}/publish"): "publish",
    ("POST", "/sites/{site}/versions/1/restore"): "publish",
    ("GET", "/sites/{site}/documents"): "read",
    ("POST", "/sites/{site}/documents"): "edit",
    ("GET", "/sites/{site}/documents/x"): "read",
    ("DELETE", "/sites/{site}/documents/x"): "edit",
    ("GET", "/sites/{site}/crawls"): "read",
    ("POST", "/sites/{site}/crawls"): "edit",
    ("GET", "/sites/{site}/lint"): "read",
    ("GET", "/sites/{site}/gaps"): "read",
    ("GET", "/sites/{site}/queue"): "read",
    ("GET", "/sites/{site}/audit"): "admin",
    ("GET", "/sites/{site}/numbers"): "read",
    ("GET", "/sites/{site}/costs"): "admin",
    ("GET", "/sites/{site}/cases"): "read",
    ("POST", "/sites/{site}/cases"): "edit",
    ("DELETE", "/sites/{site}/cases"): "edit",
    ("DELETE", "/sites/{site}/cases/1"): "edit",
    ("POST", "/sites/{site}/cases/run"): "edit",
    ("POST", "/sites/{site}/try"): "edit",
    ("GET", "/sites/{site}/calibration"): "read",
    ("GET", "/sites/{site}/export"): "read",
    ("GET", "/sites/{site}/approved"): "read",
    ("DELETE", "/sites/{site}/approved"): "review",
    ("DELETE", "/sites/{site}/approved/1"): "review",
    ("GET", "/sites/{site}/runs/x"): "read",
    ("GET", "/sites/{site}/handoffs"): "review",
    ("GET", "/sites/{site}/webhooks"): "admin",
    ("POST", "/sites/{site}/webhooks"): "admin",
    ("DELETE", "/sites/{site}/webhooks"): "admin",
    ("DELETE", "/sites/{site}/webhooks/x"): "admin",
    ("GET", "/sites/{site}/webhooks/x/deliveries"): "admin",
}


@pytest.mark.parametrize("scope", SCOPES)
def test_each_scope_opens_its_calls_and_no_others(site: Site, tools: Any, scope: Scope) -> None:
    tool = tools(scopes=(scope,))
    for (method, path), needed in CALLS.items():
        answer = tool.call(method, path.format(site=site.key))
        assert (answer.status_code == 403) == (needed != scope), (method, path, answer.text)
        if answer.status_code == 403:
            assert answer.json()["code"] == "scope_missing"
        assert answer.status_code < 500


@pytest.mark.parametrize(("role", "may"), [("viewer", {"read"}), ("editor", {"read", "review", "edit"})])
def test_a_token_may_no_more_than_its_person(site: Site, tools: Any, role: Role, may: set[str]) -> None:
    tool = tools(role)
    for (method, path), needed in CALLS.items():
        assert (tool.call(method, path.format(site=site.key)).status_code == 403) == (needed not in may), path


def test_nobody_comes_in_without_a_token_and_never_by_a_cookie(staff: Staff, site: Site) -> None:
    member = staff.member("owner")
    for headers in ({}, {"Authorization": "Bearer dk_wrong"}, {"Authorization": "Basic eDp5"}):
        for method, path in [*CALLS, ("GET", "/sites"), ("GET", "/jobs/x")]:
            answer = member.http.request(method, f"/api{path.format(site=site.key)}", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid"), path
            assert answer.headers["www-authenticate"] == "Bearer"


def test_a_site_that_the_token_is_not_for_does_not_exist(staff: Staff, site: Site, tools: Any) -> None:
    tool = tools(sites=[staff.site()])
    for method, path in CALLS:
        assert tool.call(method, path.format(site=site.key)).status_code == 404, path
    assert site.key not in tool.call("GET", "/sites").text
    job = staff.house.jobs.add(site.id, "address", "https://a.example", "ada")
    assert tool.call("GET", f"/jobs/{job.id}").status_code == 404


def test_every_call_stands_in_the_docs_with_its_scope() -> None:
    page = (ROOT / "docs" / "reference" / "api.md").read_text()
    for call in CALLS_DESCRIBED:
        assert f"| `{call.method.upper()} /api{call.path}` | {call.does} | `{call.scope}` |" in page


def test_every_call_is_described_and_none_besides(staff: Staff) -> None:
    app = Flask("walk")
    for room in ROOMS:
        app.register_blueprint(room.door)
    called = {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", "{}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith("/static")
    }
    with httpx2.Client(base_url=staff.server.url, trust_env=False) as reader:
        described = reader.get("/openapi.json").json()
    paths = {path: each for path, each in described["paths"].items() if path.startswith("/api/")}
    assert called == {
        (method, re.sub(r"\{\w+\}", "{}", path.removeprefix("/api"))) for path, each in paths.items() for method in each
    }
    assert described["components"]["securitySchemes"].keys() == {"visitor", "tool"}
