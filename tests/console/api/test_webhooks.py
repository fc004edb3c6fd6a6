"""A tool adds a webhook, reads what was sent to it, and removes it."""

from __future__ import annotations

from backend.domain.outgoing import TEST
from backend.domain.site import Site
from tests.console.api.tool import Tool
from tests.console.staff import Staff

URL = "https://hooks.invalid/x"


def test_a_webhook_is_added_listed_and_removed(site: Site, tool: Tool) -> None:
    path = f"/sites/{site.key}/webhooks"
    made = tool.call("POST", path, json={"url": URL, "events": ["flag.raised"]})
    assert made.status_code == 201, made.text
    assert made.json()["secret"].startswith("whsec_")
    (listed,) = tool.call("GET", path).json()["items"]
    assert listed == {name: value for name, value in made.json().items() if name != "secret"}
    assert (listed["url"], listed["form"], listed["events"], listed["is_on"]) == (URL, "generic", ["flag.raised"], True)
    assert tool.call("DELETE", f"{path}/{listed['id']}").status_code == 204
    assert tool.call("DELETE", f"{path}?id={listed['id']}").status_code == 404
    assert tool.call("GET", path).json()["items"] == []


def test_what_cannot_be_is_refused_with_its_field(site: Site, tool: Tool) -> None:
    path = f"/sites/{site.key}/webhooks"
    for body, field in (
        ({}, "url"),
        ({"url": "http://127.0.0.1/"}, "url"),
        ({"url": URL, "events": ["other"]}, "events"),
        ({"url": URL, "events": "flag.raised"}, "events"),
        ({"url": URL, "form": "fax"}, "form"),
    ):
        refused = tool.call("POST", path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")
        assert refused.json()["detail"].startswith(f"{field}: "), refused.text


def test_deliveries_come_in_pages_newest_first(staff: Staff, site: Site, tool: Tool) -> None:
    made = tool.call("POST", f"/sites/{site.key}/webhooks", json={"url": URL}).json()
    hook = staff.house.webhooks.webhook(site, made["id"])
    assert hook is not None
    staff.house.webhooks.switch_off(hook, "x")  # so that they wait
    sent = [staff.house.webhooks.put_on_one(hook, TEST, {}) for _ in range(3)]
    path = f"/sites/{site.key}/webhooks/{hook.id}/deliveries"
    first = tool.call("GET", f"{path}?most=2").json()
    rest = tool.call("GET", f"{path}?most=2&after={first['next']}").json()
    assert [each["id"] for each in (*first["items"], *rest["items"])] == sent[::-1]
    assert rest["next"] is None
    assert first["items"][0]["state"] == "waiting"
    assert first["items"][0]["next_at"] is not None
    assert tool.call("GET", f"/sites/{site.key}/webhooks/none/deliveries").status_code == 404
