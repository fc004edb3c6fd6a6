"""Who may do what, as the table says it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.accounts import permissions
from backend.accounts.permissions import (
    may,
    may_everywhere,
    may_manage,
    people_seen,
    require,
    require_everywhere,
    scopes_of,
    sites_of,
    sites_to_manage,
)
from backend.domain.accounts import ROLES, SCOPES, Access, ApiToken, Person, Role, Roles
from backend.domain.errors import ScopeMissing, SettingsError, UnknownSite
from backend.domain.site import Site, SiteSettings

NOW = datetime(2026, 3, 2, tzinfo=UTC)
TEA, COFFEE = 1, 2
SITES = [Site(id, f"pk_{id}", 1, SiteSettings(name=str(id), origins=())) for id in (TEA, COFFEE)]
# What each role may, as the contract says it.
MAY: dict[Role, set[str]] = {
    "viewer": {"read"},
    "reviewer": {"read", "review", "talk"},
    "editor": {"read", "review", "talk", "edit"},
    "owner": {"read", "review", "talk", "edit", "publish", "money", "people", "audit", "whole_export"},
}


def access(roles: Roles, *scopes: str, sites: frozenset[int] | None = None) -> Access:
    person = Person(7, "mk@shop.example", "", roles, True, "none", True, NOW)
    if not scopes:
        return Access(person)
    return Access(person, ApiToken(1, 7, "tool", "dk_", frozenset(scopes), sites, NOW))  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", permissions.permissions())
def test_a_role_may_what_the_contract_says_and_no_more(role: Role, action: str) -> None:
    on_one = access(Roles(None, {TEA: role}))
    assert may(on_one, TEA, action) == (action in MAY[role])
    assert not may(on_one, COFFEE, action)
    assert not may_everywhere(on_one, action)
    assert may_everywhere(access(Roles(role)), action) == (action in MAY[role])


def test_a_site_without_a_role_does_not_exist() -> None:
    reviewer = access(Roles(None, {TEA: "reviewer"}))
    assert [site.id for site in sites_of(reviewer, SITES)] == [TEA]
    with pytest.raises(UnknownSite):
        require(reviewer, COFFEE, "read")
    with pytest.raises(ScopeMissing, match=r"for the role owner; mk@shop\.example is reviewer"):
        require(reviewer, TEA, "publish")
    require(reviewer, TEA, "review")


def test_the_larger_of_two_roles_counts() -> None:
    both = access(Roles("viewer", {TEA: "editor"}))
    assert (both.role_at(TEA), both.role_at(COFFEE)) == ("editor", "viewer")
    assert access(Roles("owner", {TEA: "viewer"})).role_at(TEA) == "owner"
    assert sites_of(access(Roles()), SITES) == []


@pytest.mark.parametrize("action", permissions.permissions())
def test_a_token_needs_the_scope_and_its_person_the_role(action: str) -> None:
    needed = permissions.permissions()[action].scope
    others = [scope for scope in SCOPES if scope != needed]
    assert may(access(Roles("owner"), needed), TEA, action)
    assert not may(access(Roles("owner"), *others), TEA, action)
    assert may(access(Roles("viewer"), *SCOPES), TEA, action) == (action == "read")
    with pytest.raises(ScopeMissing, match=f"the scope {needed}"):
        require(access(Roles("owner"), *others), TEA, action)


def test_a_token_of_one_site_knows_no_other_and_nothing_of_the_house() -> None:
    narrow = access(Roles("owner"), *SCOPES, sites=frozenset({TEA}))
    assert [site.id for site in sites_of(narrow, SITES)] == [TEA]
    with pytest.raises(UnknownSite):
        require(narrow, COFFEE, "read")
    with pytest.raises(ScopeMissing):
        require_everywhere(narrow, "people")
    require_everywhere(access(Roles("owner"), "admin"), "people")


def test_scopes_that_are_of_no_use_to_a_role_are_not_offered() -> None:
    assert scopes_of("viewer") == {"read"}
    assert scopes_of("reviewer") == {"read", "review"}
    assert scopes_of("owner") == set(SCOPES)


def test_a_row_with_a_role_that_there_is_not_is_refused() -> None:
    with pytest.raises(SettingsError, match="publish names a role"):
        permissions._permission("publish", {"says": "Publish", "roles": ["king"], "scope": "read"})


def test_the_page_about_people_shows_the_table_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "people.md").read_text()
    shown = re.findall(r"^\| `(\w+)` \|(.*)\| `(\w+)` \|$", page, re.M)
    told = {action: ([bool(cell.strip()) for cell in cells.split("|")], scope) for action, cells, scope in shown}
    table = permissions.permissions()
    assert told == {action: ([role in row.roles for role in ROLES], row.scope) for action, row in table.items()}


def person(roles: Roles) -> Person:
    return Person(8, "rs@shop.example", "", roles, True, "none", True, NOW)


@pytest.mark.parametrize(
    ("roles", "is_theirs"),
    [
        (Roles(None, {TEA: "viewer"}), True),
        (Roles(None, {TEA: "owner"}), True),
        (Roles(None, {TEA: "viewer", COFFEE: "viewer"}), False),
        (Roles(None, {COFFEE: "viewer"}), False),
        (Roles("viewer", {TEA: "viewer"}), False),
        (Roles("owner"), False),
        (Roles(), False),
    ],
)
def test_an_owner_of_one_site_manages_whoever_may_nothing_beyond_it(roles: Roles, is_theirs: bool) -> None:
    assert may_manage(access(Roles(None, {TEA: "owner"})), person(roles)) == is_theirs
    assert may_manage(access(Roles("owner")), person(roles))
    assert not may_manage(access(Roles(None, {TEA: "editor"})), person(roles))


def test_an_owner_of_one_site_sees_the_people_of_that_site_alone() -> None:
    theirs, others, everywhere = (
        person(roles) for roles in (Roles(None, {TEA: "viewer"}), Roles(None, {COFFEE: "owner"}), Roles("viewer"))
    )
    everybody = [theirs, others, everywhere]
    assert people_seen(access(Roles(None, {TEA: "owner"})), everybody, SITES) == [theirs, everywhere]
    assert people_seen(access(Roles("owner")), everybody, SITES) == everybody
    assert people_seen(access(Roles(None, {TEA: "editor"})), everybody, SITES) == []
    assert sites_to_manage(access(Roles("viewer", {TEA: "owner"})), SITES) == SITES[:1]
