"""What stands on every response, whichever door it comes from, and whatever went wrong."""

from __future__ import annotations

from typing import Any

import pytest

from backend.http.headers import headers_for
from tests.api.client import Visitor
from tests.hardening.routes import DOORS, Door, doors_of_the_app
from tests.servers import Deskbell

NAMES = [f"{method} {rule}" for method, rule in DOORS]
WRONG = {
    "no such address": ("GET", "/nowhere"),
    "no such method": ("PUT", "/v1/chat"),
    "no such site": ("GET", "/v1/sites/pk_nobody"),
    "no token": ("GET", "/v1/conversations/x"),
    "no body": ("POST", "/v1/chat"),
    "a preflight": ("OPTIONS", "/v1/chat"),
    "no such demo": ("GET", "/demo/nowhere.html"),
    "a way out of the demo": ("GET", "/demo/..%2f..%2fREADME.md"),
    "markup in the address": ("GET", "/<script>alert(1)</script>"),
}


@pytest.fixture(scope="module")
def ids(four_workers: Deskbell) -> dict[str, str]:
    visitor = Visitor(four_workers.url, "pk_larkmoor")
    start = visitor.ask("Hello")[0].data
    version = visitor.get("/widget/integrity.json").json()["url"].split("/")[2]
    found = {"turn": start["turn"], "conversation": start["conversation"], "token": start["visitor"]}
    return {**found, "site": "pk_larkmoor", "version": version}


def answer_of(server: Deskbell, method: str, door: Door, ids: dict[str, str]) -> Any:
    visitor = Visitor(server.url, "pk_larkmoor")
    body = None if door.body is None else {name: str(value).format(**ids) for name, value in door.body.items()}
    headers = {} if door.path == "/v1/chat" else {"Authorization": f"Bearer {ids['token']}"}
    return visitor.http.request(method, door.path.format(**ids), json=body, headers=headers)


def has_the_usual_headers(response: Any) -> None:
    headers = response.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "camera=()" in headers["permissions-policy"]
    policy = headers["content-security-policy"]
    for part in ("default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert "*" not in policy
    assert "http" not in policy
    assert "set-cookie" not in headers
    for telling in ("x-powered-by", "x-debug-exception"):
        assert telling not in headers
    if "text/html" in headers.get("content-type", ""):
        assert response.request.url.path.startswith("/demo/") or response.is_redirect


def test_every_door_is_walked() -> None:
    assert doors_of_the_app() == set(DOORS)


@pytest.mark.parametrize("name", NAMES)
def test_every_response_has_the_usual_headers(four_workers: Deskbell, ids: dict[str, str], name: str) -> None:
    method, rule = name.split(" ", 1)
    door = DOORS[method, rule]
    response = answer_of(four_workers, method, door, ids)
    assert response.status_code == door.opens, response.text[:300]
    has_the_usual_headers(response)
    scripts_may_run = "script-src" in response.headers["content-security-policy"]
    assert scripts_may_run == rule.startswith("/demo")
    may_be_embedded = response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert may_be_embedded == rule.startswith("/widget")


@pytest.mark.parametrize("what", WRONG)
def test_every_refusal_has_them_too_and_is_no_page(four_workers: Deskbell, what: str) -> None:
    method, path = WRONG[what]
    response = Visitor(four_workers.url, "pk_larkmoor").http.request(method, path)
    assert response.status_code in (204, 400, 401, 404, 405)
    has_the_usual_headers(response)
    assert "script>" not in response.text


def test_what_belongs_to_a_visitor_is_kept_by_no_cache(four_workers: Deskbell, ids: dict[str, str]) -> None:
    fresh = Visitor(four_workers.url, "pk_larkmoor")
    start = fresh.ask("Hello")[0].data
    for path in (
        f"/v1/turns/{start['turn']}/events",
        f"/v1/conversations/{start['conversation']}",
        "/v1/conversations/x",
    ):
        assert fresh.get(path).headers["cache-control"] == "no-store"


def test_only_what_is_open_by_name_is_open() -> None:
    for path in ("/", "/demo", "/v1/widget", "/metrics", ""):
        assert headers_for(path)["Content-Security-Policy"].startswith("default-src 'none'; base-uri")
