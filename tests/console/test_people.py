"""The people page: who sees whom, who may change what, and what an owner of one site cannot reach."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import httpx2
import pytest
from flask import Flask

from backend.console.app import ROOMS
from backend.domain.accounts import Person, Role, Roles
from backend.domain.site import Site
from backend.services.invite_person import make_link
from backend.services.sign_in_by_link import LinkGone, OpenLink, look_at_link
from tests.console.people import words_of
from tests.console.staff import Member, Staff

LINK = re.compile(r"http://127\.0\.0\.1:\d+/console/link/([\w-]+)")
FORMS = ("people/invite", "people/{}/roles", "people/{}/reset", "people/{}/remove", "people/{}/sign-out")
# What else belongs to no site: what anybody may who is signed in, what owners may, and what nobody has to be.
OWN_PAGES = ("people", "tokens/new", "me/password", "me/factor", "sites", "keys")
OWN_FORMS = (
    "tokens/new",
    "tokens/1/end",
    "me/profile",
    "me/password",
    "me/factor",
    "me/factor/codes",
    "me/factor/off",
    "me/sessions/1/end",
    "me/sessions/end",
)
OF_OWNERS = ("people/invite", "people/{}", "audit", "sites/new")
OPEN_PAGES = ("sign-in", "code", "link/x", "forgotten")


def person_of(staff: Staff, member: Member) -> Person:
    found = staff.house.people.with_email(member.email)
    assert found is not None
    return found


def person_of_id(staff: Staff, person_id: int) -> Person:
    found = staff.house.people.person(person_id)
    assert found is not None
    return found


@pytest.fixture
def other(staff: Staff) -> Site:
    return staff.site()


@pytest.fixture
def site_owner(staff: Staff, site: Site) -> Member:
    return staff.member(None, **{f"on_{site.id}": "owner"})


def test_the_lists_above_name_every_address_that_belongs_to_no_site() -> None:
    app = Flask("walk")
    for room in ROOMS:
        app.register_blueprint(room.door)
    found = {
        (method, re.sub(r"<int:\w+>", "{}", re.sub(r"<token>", "x", rule.rule[1:])))
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method in ("GET", "POST") and not rule.rule.startswith(("/<key>/", "/static/"))
    }
    forms = (*FORMS, *(form.replace("1", "{}") for form in OWN_FORMS), "people/{}/restore", "sites/new", "sign-out")
    pages = (*OWN_PAGES, *OF_OWNERS, *OPEN_PAGES, "")
    assert found == {("GET", page) for page in pages} | {
        ("POST", form) for form in (*forms, "sign-in", "code", "link/x", "forgotten")
    }


@pytest.mark.parametrize("role", ["viewer", "reviewer", "editor"])
def test_who_is_no_owner_sees_themselves_alone(staff: Staff, owner: Member, role: Role) -> None:
    member = staff.member(role)
    page = member.get("people")
    assert page.status_code == 200
    assert owner.email not in page.text
    assert "Invite a person" not in page.text
    owners_id = person_of(staff, owner).id
    assert member.get("people/invite").status_code == 403
    assert member.get(f"people/{owners_id}").status_code == 403
    for form in FORMS:
        assert member.post(form.format(owners_id), {"everywhere": "none"}).status_code == 403, form
    assert person_of(staff, owner).roles == Roles("owner")


def test_nobody_comes_in_without_signing_in_or_without_a_form(staff: Staff, owner: Member) -> None:
    own_id = person_of(staff, owner).id
    with httpx2.Client(base_url=staff.server.url, trust_env=False) as stranger:
        for path in (*OWN_PAGES, *OF_OWNERS, ""):
            asked = stranger.get(f"/console/{path.format(own_id)}")
            assert asked.headers["location"].startswith("/console/sign-in"), path
    every_form = (*FORMS, *OWN_FORMS, "people/{}/restore", "sites/new", "sign-out", "sign-in", "code", "link/x")
    for form in (each.format(own_id) for each in every_form):
        assert owner.http.post(f"/console/{form}").status_code == 403, form
        elsewhere = owner.post(form, headers={"Origin": "https://evil.example"})
        assert elsewhere.status_code == 403, form


def test_a_person_is_invited_by_a_link_that_is_shown_once(staff: Staff, owner: Member, site: Site) -> None:
    fields = {"email": f" Guest{site.id}@Shop.example ", "name": "G.", "place": f"site-{site.id}", "role": "reviewer"}
    made = owner.post("people/invite", fields)
    found = LINK.search(made.text)
    assert found
    assert made.headers["cache-control"] == "no-store"
    opened = look_at_link(found[1], staff.house)
    assert isinstance(opened, OpenLink)
    guest = staff.house.people.with_email(f"guest{site.id}@shop.example")
    assert guest is not None
    assert (guest.name, guest.roles) == ("G.", Roles(None, {site.id: "reviewer"}))
    assert found[1] not in owner.get("people").text
    everywhere = {**fields, "place": "everywhere", "role": "viewer"}
    assert owner.post("people/invite", everywhere).status_code == 200
    guest = staff.house.people.with_email(guest.email)
    assert guest is not None
    assert guest.roles == Roles("viewer", {site.id: "reviewer"})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "no address"}, "Give an e-mail address"),
        ({"role": "king"}, "Choose a place and a role"),
        ({"place": "site-0"}, "Choose a place and a role"),
        ({"place": ""}, "Choose a place and a role"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_beside_what_was_typed(
    owner: Member, fields: dict[str, str], said: str
) -> None:
    given = {"email": "guest@shop.example", "name": "Typed", "place": "everywhere", "role": "viewer", **fields}
    refused = owner.post("people/invite", given)
    assert refused.status_code == 422
    assert said in words_of(refused)
    assert 'value="Typed"' in refused.text


def test_roles_are_changed_and_changed_back(staff: Staff, owner: Member, site: Site) -> None:
    member = staff.member("viewer")
    person = person_of(staff, member)
    changed = owner.post(f"people/{person.id}/roles", {"everywhere": "none", f"site-{site.id}": "editor"})
    assert changed.status_code == 303
    assert person_of(staff, member).roles == Roles(None, {site.id: "editor"})
    assert member.get("people").status_code == 303  # signed out by the change
    page = owner.get("people")
    undo = re.search(
        r'<form method="post" action="(/console/people/\d+/roles)" data-swap="main">(.*?)</form>', page.text
    )
    assert undo
    fields = dict(re.findall(r'name="([\w-]+)" value="([^"]*)"', undo[2]))
    assert owner.http.post(undo[1], data=fields).status_code == 303
    assert person_of(staff, member).roles == Roles("viewer")


def test_a_change_is_undone_also_where_there_are_very_many_sites(staff: Staff, owner: Member, site: Site) -> None:
    sites = [site, *(staff.site() for _ in range(60))]
    person = person_of(staff, staff.member(None, **{f"on_{each.id}": "viewer" for each in sites}))
    owner.post(f"people/{person.id}/roles", {f"site-{each.id}": "editor" for each in sites[-5:]})
    page = owner.get("people").text
    found = re.search(r'<form method="post" action="(/console/people/\d+/roles)" data-swap="main">(.*?)</form>', page)
    assert found
    fields = dict(re.findall(r'name="([\w-]+)" value="([^"]*)"', found[2]))
    assert set(fields) == {"csrf", *(f"site-{each.id}" for each in sites[-5:])}
    assert owner.http.post(found[1], data=fields).status_code == 303
    assert set(person_of_id(staff, person.id).roles.on.values()) == {"viewer"}


def test_the_last_owner_stays(staff: Staff, owner: Member) -> None:
    mine = person_of(staff, owner)
    others = [each for each in staff.house.people.people() if each.roles.everywhere == "owner" and each.id != mine.id]
    for each in others:
        staff.house.people.set_roles(each, Roles("viewer"))
    owner.post(f"people/{mine.id}/roles", {"everywhere": "viewer"})
    assert "is the last owner of every site" in words_of(owner.get("people"))
    fields = {"email": owner.email, "place": "everywhere", "role": "viewer"}
    assert "This is the last owner of every site." in words_of(owner.post("people/invite", fields))
    owner.post(f"people/{mine.id}/remove")
    assert "is the last owner of every site" in words_of(owner.get("people"))
    assert person_of(staff, owner).roles == Roles("owner")


def test_a_person_is_removed_at_once_and_brought_back(staff: Staff, owner: Member) -> None:
    member = staff.member("editor")
    person = person_of(staff, member)
    assert owner.post(f"people/{person.id}/remove").status_code == 303
    assert member.get("people").status_code == 303
    page = owner.get("people")
    assert f"/console/people/{person.id}/restore" in page.text
    assert owner.get(f"people/{person.id}").status_code == 404
    assert owner.post(f"people/{person.id}/restore").status_code == 303
    assert person_of(staff, member).roles == Roles("editor")
    assert owner.post("people/999999/restore").status_code == 404


def test_a_reset_shows_a_new_link_and_ends_everything_of_before(staff: Staff, owner: Member) -> None:
    member = staff.member("editor")
    person = person_of(staff, member)
    staff.house.people.keep_password(person, "kept")
    made = owner.post(f"people/{person.id}/reset")
    assert LINK.search(made.text)
    assert member.get("people").status_code == 303
    assert not person_of(staff, member).has_password


def test_somebody_is_signed_out_everywhere(staff: Staff, owner: Member) -> None:
    member = staff.member("editor")
    page = owner.get(f"people/{person_of(staff, member).id}")
    assert "a test" in page.text  # what their browser calls itself
    owner.post(f"people/{person_of(staff, member).id}/sign-out")
    assert member.get("people").status_code == 303


def test_an_owner_of_one_site_sees_its_people_alone(
    staff: Staff, site: Site, other: Site, site_owner: Member, owner: Member
) -> None:
    theirs = staff.member(None, **{f"on_{site.id}": "viewer"})
    others = staff.member(None, **{f"on_{other.id}": "viewer"})
    page = site_owner.get("people").text
    assert theirs.email in page
    assert owner.email in page  # who may come in everywhere may come in here
    assert others.email not in page
    assert other.settings.name not in page
    for path in ("people/{}", "people/{}/roles", "people/{}/reset", "people/{}/remove", "people/{}/sign-out"):
        ask: Callable[..., httpx2.Response] = site_owner.get if path == "people/{}" else site_owner.post
        assert ask(path.format(person_of(staff, others).id)).status_code == 404, path
    assert site_owner.get("audit").status_code == 403
    assert site_owner.get(f"{site.key}/audit").status_code == 200
    assert site_owner.get(f"{other.key}/audit").status_code == 404


def test_an_owner_of_one_site_cannot_become_somebody_who_may_more(
    staff: Staff, site: Site, other: Site, site_owner: Member, owner: Member
) -> None:
    both = staff.member(None, **{f"on_{site.id}": "viewer", f"on_{other.id}": "owner"})
    for member in (both, owner):
        person = person_of(staff, member)
        for path in ("reset", "remove", "sign-out"):
            assert site_owner.post(f"people/{person.id}/{path}").status_code == 403, path
        assert "Send a new link" not in site_owner.get(f"people/{person.id}").text
        assert person_of(staff, member).roles == person.roles
    guest = staff.house.people.add(f"guest{other.id}@shop.example", "", Roles(None, {other.id: "owner"}))
    assert guest is not None
    link = make_link(guest, "invite", staff.house)
    fields = {"email": guest.email, "place": f"site-{site.id}", "role": "viewer"}
    added = site_owner.post("people/invite", fields)
    assert added.status_code == 200
    assert not LINK.search(added.text)
    assert not isinstance(look_at_link(link.token, staff.house), LinkGone)


def test_an_owner_of_one_site_gives_roles_there_alone(
    staff: Staff, site: Site, other: Site, site_owner: Member
) -> None:
    member = staff.member(None, **{f"on_{site.id}": "viewer", f"on_{other.id}": "viewer"})
    person = person_of(staff, member)
    wanted = {"everywhere": "owner", f"site-{site.id}": "editor", f"site-{other.id}": "owner", "site-99999": "owner"}
    assert site_owner.post(f"people/{person.id}/roles", wanted).status_code == 303
    assert person_of(staff, member).roles == Roles(None, {site.id: "editor", other.id: "viewer"})
    for place in ("everywhere", f"site-{other.id}"):
        fields = {"email": f"p{site.id}@shop.example", "place": place, "role": "owner"}
        assert site_owner.post("people/invite", fields).status_code == 422
    assert staff.house.people.with_email(f"p{site.id}@shop.example") is None


def test_what_others_are_called_is_text(staff: Staff, owner: Member) -> None:
    member = staff.member("viewer")
    hostile = "<img src=x onerror=alert(1)>{{7*7}}"
    member.post("me/profile", {"name": hostile})
    assert person_of(staff, member).name == hostile
    for path in ("people", f"people/{person_of(staff, member).id}"):
        page = owner.get(path).text
        assert "<img" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;{{7*7}}" in page


def test_who_is_invited_is_shown_until_when_the_link_counts(staff: Staff, owner: Member) -> None:
    guest = staff.house.people.add("invited@shop.example", "", Roles("viewer"))
    assert guest is not None
    staff.house.links.add("soon over", guest, "invite", staff.house.time() + timedelta(hours=1))
    assert "Invited" in words_of(owner.get("people"))
