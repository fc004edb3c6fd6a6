"""The form of a site's settings: kept in the draft, refused by field, and shared by two people without a loss."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import httpx2

from backend.console.persona_form import EXAMPLE, FIELDS, KINDS_OF_PAIRS
from backend.domain.site import Site
from tests.console.staff import Member, Staff

CLOSED = re.compile(r'<input type="hidden" name="was" value="([^"]*)"')


def loaded(member: Member, site: Site) -> dict[str, str]:
    """Return the form as it is sent when nothing is changed, with what it was loaded with."""
    page = member.get(f"{site.key}/persona").text
    was = CLOSED.search(page)
    assert was
    return {"was": html.unescape(was[1]), **sent(json.loads(html.unescape(was[1])))}


def sent(typed: dict[str, Any]) -> dict[str, str]:
    """Return what a browser sends for a form that these values stand in."""
    form: dict[str, str] = {}
    for path, value in typed.items():
        field = FIELDS[path]
        if field.kind == "tick":
            form |= {field.id: "1"} if value else {}
        elif field.kind == "pairs":
            form |= {f"{field.id}-{kind}": value[kind] for kind in KINDS_OF_PAIRS[path]}
        elif field.kind == "rows":
            form |= {f"{field.id}-{n}-{name}": row[name] for n, row in enumerate(value) for name in EXAMPLE}
        else:
            form[field.id] = value
    return form


def test_what_is_typed_stands_in_the_draft_and_not_on_the_site(staff: Staff, site: Site, owner: Member) -> None:
    form = {**loaded(owner, site), "greeting": "Welcome", "constraints": "Be brief.\r\n\r\nBe kind."}
    assert owner.post(f"{site.key}/persona", form).status_code == 303
    draft = staff.house.drafts.draft(site)
    assert (draft.settings.greeting, draft.settings.constraints) == ("Welcome", ("Be brief.", "Be kind."))
    assert draft.changed_by == owner.email
    assert staff.live(site).settings == site.settings
    page = owner.get(f"{site.key}/persona").text
    assert "Draft: 2 changes" in page


def test_a_form_that_nothing_was_changed_in_changes_nothing(staff: Staff, site: Site, owner: Member) -> None:
    assert owner.post(f"{site.key}/persona", loaded(owner, site)).status_code == 303
    assert staff.house.drafts.draft(site).revision == 1


def test_every_kind_of_field_is_kept(staff: Staff, site: Site, owner: Member) -> None:
    form = {
        **loaded(owner, site),
        "theme-mode": "dark",
        "limits-per_minute": "7",
        "safety-injection_flag": "0,4",
        "safety-hold": "1",
        "safety-personal_data-PHONE_NUMBER": "refuse",
        "examples-0-question": "Do you ship to Norway?",
        "examples-0-message": "Yes, in five days.",
        "examples-0-confidence": "0.9",
        "examples-0-followups": "What does it cost?",
    }
    assert owner.post(f"{site.key}/persona", form).status_code == 303
    settings = staff.house.drafts.draft(site).settings
    assert (settings.theme.mode, settings.limits.per_minute, settings.safety.injection_flag) == ("dark", 7, 0.4)
    assert settings.safety.hold is True
    assert dict(settings.safety.personal_data) == {"PHONE_NUMBER": "refuse"}
    assert settings.examples[0].followups == ("What does it cost?",)
    assert owner.post(f"{site.key}/persona", loaded(owner, site)).status_code == 303
    assert staff.house.drafts.draft(site).settings == settings


def test_what_cannot_be_used_is_said_beside_its_field_and_nothing_typed_is_lost(
    staff: Staff, site: Site, owner: Member
) -> None:
    form = {**loaded(owner, site), "theme-accent": "reddish", "greeting": "Welcome back"}
    answer = owner.post(f"{site.key}/persona", form)
    assert answer.status_code == 422
    assert 'id="theme-accent-error"' in answer.text
    assert "reddish" in answer.text
    assert "Welcome back" in answer.text
    assert "<title>Error: " in answer.text
    assert staff.house.drafts.draft(site).revision == 1


def test_a_second_look_needs_a_reply_that_is_held_back_and_tells_its_price(
    staff: Staff, site: Site, owner: Member
) -> None:
    form = {**loaded(owner, site), "safety-second_look": "1"}
    alone = owner.post(f"{site.key}/persona", form)
    assert alone.status_code == 422
    assert 'id="safety-second_look-error"' in alone.text
    assert owner.post(f"{site.key}/persona", {**form, "safety-hold": "1"}).status_code == 303
    assert staff.house.drafts.draft(site).settings.safety.second_look is True
    assert "No language model is connected now" in owner.get(f"{site.key}/persona").text


def test_two_people_at_one_form_lose_nothing(staff: Staff, site: Site, owner: Member) -> None:
    other = staff.member("editor")
    mine, theirs = loaded(owner, site), loaded(other, site)
    assert other.post(f"{site.key}/persona", {**theirs, "persona": "Dry", "greeting": "Hello"}).status_code == 303
    assert owner.post(f"{site.key}/persona", {**mine, "disclosure": "A machine"}).status_code == 303
    settings = staff.house.drafts.draft(site).settings
    assert (settings.persona, settings.disclosure) == ("Dry", "A machine")

    both = owner.post(f"{site.key}/persona", {**mine, "greeting": "Welcome"})
    assert both.status_code == 412
    assert "Welcome" in both.text
    assert "Hello" in both.text
    assert other.email in both.text
    assert staff.house.drafts.draft(site).settings.greeting == "Hello"
    assert owner.post(f"{site.key}/persona", {**mine, "greeting": "Welcome", "over": "1"}).status_code == 303
    assert staff.house.drafts.draft(site).settings.greeting == "Welcome"


def test_a_rule_that_is_ready_is_added_to_those_that_are_there(staff: Staff, site: Site, owner: Member) -> None:
    form = {**loaded(owner, site), "constraints": "Be brief.", "ready": "numbers"}
    assert owner.post(f"{site.key}/persona", form).status_code == 303
    assert staff.house.drafts.draft(site).settings.constraints == (
        "Be brief.",
        "Never make up numbers, prices, dates or names.",
    )
    assert owner.post(f"{site.key}/persona", {**form, "ready": "rm -rf"}).status_code == 400


def test_a_dropped_draft_comes_back_by_one_press(staff: Staff, site: Site, owner: Member) -> None:
    long = "Warm, brief and practical. " * 400
    owner.post(f"{site.key}/persona", {**loaded(owner, site), "greeting": "Welcome", "persona": long})
    dropped = owner.post(f"{site.key}/draft/discard", follow_redirects=True)
    assert staff.house.drafts.draft(site).settings == site.settings
    undo = re.search(r'name="entry" value="(\d+)"', dropped.text)
    assert undo
    owner.post(f"{site.key}/draft/undo", {"entry": undo[1]})
    back = staff.house.drafts.draft(site).settings
    assert (back.greeting, back.persona) == ("Welcome", long.strip())
    for wrong in ("", "x", "0", "999999", str(10**30)):
        assert owner.post(f"{site.key}/draft/undo", {"entry": wrong}).status_code == 404, wrong


def test_what_stood_in_the_form_may_be_anything(site: Site, owner: Member) -> None:
    for was in ("{", "[]", "[" * 100_000, '{"greeting": ' * 5_000):
        assert owner.post(f"{site.key}/persona", {**loaded(owner, site), "was": was}).status_code < 500, was[:20]


def test_every_change_is_recorded_with_who_made_it(staff: Staff, site: Site, owner: Member) -> None:
    owner.post(f"{site.key}/persona", {**loaded(owner, site), "greeting": "Welcome"})
    entry = staff.house.audit.entries(site.id, None, 1)[0]
    assert (entry.action, entry.who) == ("draft.changed", owner.email)
    assert (entry.before, entry.after) == ({"greeting": ""}, {"greeting": "Welcome"})


def test_the_tag_names_the_site_and_the_file_of_today(staff: Staff, site: Site, owner: Member) -> None:
    page = html.unescape(owner.get(f"{site.key}/persona").text)
    assert f'<script async src="{staff.server.url}/widget.js" data-site="{site.key}"></script>' in page
    pinned = re.search(r'src="\S+(/widget/\w+/widget\.js)" integrity="(sha384-\S+)"', page)
    assert pinned
    told = owner.http.get("/widget/integrity.json").json()
    assert (pinned[1], pinned[2]) == (told["url"], told["integrity"])


def test_the_owner_sees_where_the_line_works_and_what_to_do_where_it_does_not(staff: Staff, site: Site) -> None:
    owner = staff.member("owner")
    assert "Not seen yet" in owner.get(f"{site.key}/persona").text
    address, (mine, *_) = f"{staff.server.url}/v1/sites/{site.key}", site.settings.origins
    with httpx2.Client(trust_env=False) as page:
        assert page.get(address, headers={"Origin": mine}).status_code == 200
        assert page.get(address, headers={"Origin": "https://other.example"}).status_code == 403
        report = f"{staff.server.url}/widget/report.js?site={site.key}&kind=blocked"
        for kind in (report, report.replace("blocked", "twice")):
            assert page.get(kind, headers={"Referer": f"{mine}/checkout?x=1"}).status_code == 200
    told = owner.get(f"{site.key}/persona").text
    assert f"Seen on {mine}" in told
    assert "Not allowed on https://other.example" in told
    assert f"Blocked on {mine}" in told
    assert f"Loaded twice on {mine}" in told
    assert "Not seen yet" not in told
