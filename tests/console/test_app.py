"""Every address of the console, asked with each role, with none, with another site's, and without a form."""

from __future__ import annotations

import re

import httpx2
import pytest
from flask import Flask

from backend.console.app import ROOMS
from backend.domain.accounts import Role
from backend.domain.site import Site
from tests.console.staff import COOKIE, Member, Staff

READ = "read"
# Every page of a site, with the least that somebody must be allowed to do there (permissions.toml).
PAGES = {
    "start": READ,
    "live": READ,
    "more": READ,
    "persona": READ,
    "knowledge": READ,
    "synonyms": READ,
    "cases": READ,
    "gaps": READ,
    "numbers": READ,
    "calibration": READ,
    "versions": READ,
    "queue": "review",
    "queue/second": "review",
    "replay": "review",
    "preview": READ,
    "playground": "edit",
    "publish": "publish",
    "audit": "audit",
    "webhooks": "people",
    "knowledge/answer": "edit",
}
# Every form of a site: the page that it stands on, and what must be allowed.
FORMS = {
    "persona": ("persona", "edit"),
    "examples/remove": ("start", "publish"),
    "draft/discard": ("persona", "edit"),
    "draft/undo": ("persona", "edit"),
    "knowledge/files": ("knowledge", "edit"),
    "knowledge/address": ("knowledge", "edit"),
    "knowledge/answer": ("knowledge/answer", "edit"),
    "knowledge/remove": ("knowledge", "edit"),
    "knowledge/restore": ("knowledge", "edit"),
    "knowledge/lint": ("knowledge", "edit"),
    "knowledge/jobs/x/dismiss": ("knowledge", "edit"),
    "synonyms": ("synonyms", "edit"),
    "gaps/page": ("gaps", "edit"),
    "playground": ("playground", "edit"),
    "cases": ("cases", "edit"),
    "calibration": ("calibration", "edit"),
    "calibration/stakes": ("calibration", "edit"),
    "cases/file": ("cases", "edit"),
    "cases/run": ("cases", "edit"),
    "cases/1/remove": ("cases", "edit"),
    "publish": ("publish", "publish"),
    "versions/1/restore": ("versions", "publish"),
    **{f"queue/1/{act}": ("queue", "review") for act in ("decide", "undo", "lock", "free", "assign", "opinion")},
    "queue/1/again": ("queue", "edit"),
    "queue/views": ("queue", "review"),
    "queue/views/1/drop": ("queue", "review"),
    **{f"live/x/{act}": ("live", "talk") for act in ("join", "leave", "say", "typing", "answer", "settle", "suggest")},
    "webhooks": ("webhooks", "people"),
    **{f"webhooks/x/{act}": ("webhooks", "people") for act in ("test", "again", "on", "remove")},
}
MAY: dict[Role, set[str]] = {
    "viewer": {READ},
    "reviewer": {READ, "review", "talk"},
    "editor": {READ, "review", "edit", "talk"},
    "owner": {READ, "review", "edit", "publish", "audit", "people", "talk"},
}


def test_the_lists_above_name_every_address() -> None:
    app = Flask("walk")
    for room in ROOMS:
        app.register_blueprint(room.door)
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/<key>/")]
    found = {
        (method, re.sub(r"<\w+:?(\w*)>", lambda each: "1" if "int:" in each[0] else "x", rule.rule[7:]))
        for rule in rules
        for method in rule.methods or ()
        if method in ("GET", "POST")
    }
    named = {("GET", page) for page in PAGES} | {("POST", form) for form in FORMS}
    assert found == named | {
        ("GET", "knowledge/document"),
        ("GET", "playground/prompt"),
        ("GET", "webhooks/x"),
        ("GET", "live/x"),
        ("GET", "queue/1"),
        ("GET", "queue/1/prompt"),
        ("GET", "queue/new"),
    }


@pytest.mark.parametrize("role", list(MAY))
def test_each_role_meets_what_it_may(staff: Staff, site: Site, role: Role) -> None:
    member = staff.member(role)
    for path, action in PAGES.items():
        wanted = 200 if action in MAY[role] else 403
        assert member.get(f"{site.key}/{path}").status_code == wanted, path
    for path, (_, action) in FORMS.items():
        answer = member.http.post(f"/console/{site.key}/{path}", data={"csrf": member.token})
        assert (answer.status_code == 403) == (action not in MAY[role]), path
        assert answer.status_code < 500, path


def test_nobody_who_is_not_signed_in_sees_or_changes_anything(staff: Staff, site: Site) -> None:
    with httpx2.Client(base_url=staff.server.url, trust_env=False) as stranger:
        for path in PAGES:
            answer = stranger.get(f"/console/{site.key}/{path}")
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/console/sign-in?next="), path
            assert site.settings.name not in answer.text
        for path in FORMS:
            assert stranger.post(f"/console/{site.key}/{path}", data={"csrf": "x"}).status_code == 403, path


def test_a_site_without_a_role_does_not_exist(staff: Staff, site: Site) -> None:
    other = staff.site()
    member = staff.member(None, **{f"on_{other.id}": "owner"})
    assert member.get(f"{other.key}/persona").status_code == 200
    for path in PAGES:
        assert member.get(f"{site.key}/{path}").status_code == 404, path
    for path in FORMS:
        answer = member.http.post(f"/console/{site.key}/{path}", data={"csrf": member.token})
        assert answer.status_code == 404, path
    assert site.settings.name not in member.get("sites").text


def test_no_form_counts_without_its_token_or_from_elsewhere(staff: Staff, site: Site, owner: Member) -> None:
    others = staff.member("owner").token
    for path in FORMS:
        address = f"/console/{site.key}/{path}"
        assert owner.http.post(address).status_code == 403, path
        assert owner.http.post(address, data={"csrf": others}).status_code == 403, path
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            answer = owner.http.post(address, data={"csrf": owner.token}, headers=headers)
            assert answer.status_code == 403, (path, headers)
    assert staff.live(site).version == site.version
    assert staff.house.drafts.draft(site).revision == 1


def test_every_page_has_a_closed_policy_and_its_name(owner: Member, site: Site) -> None:
    for path in (
        *(f"{site.key}/{page}" for page in PAGES if page not in ("preview", "replay")),
        "sites",
        "sites/new",
        "keys",
    ):
        answer = owner.get(path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert re.search(r'<main [^>]*data-page="[\w-]+"', answer.text), path
        assert "<script>" not in answer.text
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text


def test_what_is_not_there_is_a_page_that_says_so(owner: Member) -> None:
    answer = owner.get("nothing/here")
    assert answer.status_code == 404
    assert 'data-page="problem"' in answer.text
    assert owner.get("pk_nobody/persona").status_code == 404


def test_files_are_kept_for_ever_under_the_address_that_changes_with_them(owner: Member) -> None:
    sheet = re.search(r'href="(/console/static/console\.css\?v=\w+)"', owner.get("sites").text)
    assert sheet
    assert "immutable" in owner.http.get(sheet[1]).headers["cache-control"]
    assert owner.http.get("/console/static/console.css").headers["cache-control"] == "no-cache"
    assert owner.http.get("/console/static/../app.py").status_code == 404


def test_the_cookie_of_somebody_who_signed_out_opens_nothing(staff: Staff, site: Site) -> None:
    member = staff.member("owner")
    person = staff.house.people.with_email(member.email)
    assert person is not None
    staff.house.sessions.end_all(person)
    assert member.http.cookies[COOKIE] == member.cookie
    assert member.get(f"{site.key}/persona").status_code == 303
