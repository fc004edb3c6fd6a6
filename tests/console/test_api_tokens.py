"""Tokens for tools, made and ended on a page."""

from __future__ import annotations

import re
from datetime import timedelta

from backend.domain.accounts import ApiToken, Person
from backend.domain.site import Site
from backend.services.check_token import check_token
from tests.console.people import words_of
from tests.console.staff import Member, Staff


def tokens_of(staff: Staff, member: Member) -> list[ApiToken]:
    person: Person | None = staff.house.people.with_email(member.email)
    assert person is not None
    return list(staff.house.api_tokens.tokens(person))


def test_a_token_is_shown_once_and_may_what_was_ticked(staff: Staff, owner: Member, site: Site) -> None:
    fields = {"name": "Parcel <b>desk</b>", "scope": ["read", "review"], "site": site.key, "days": "30"}
    made = owner.post("tokens/new", fields)
    secret = re.search(r"dk_[\w-]{43}", made.text)
    assert secret
    access = check_token(secret[0], staff.house)
    assert access.token
    assert (access.token.scopes, access.token.sites) == ({"read", "review"}, {site.id})
    assert access.token.until
    assert timedelta(days=29) < access.token.until - staff.house.time() <= timedelta(days=30)
    page = owner.get("people")
    assert secret[0] not in page.text
    assert "Parcel &lt;b&gt;desk&lt;/b&gt;" in page.text
    assert access.token.begins in page.text


def test_a_token_without_a_scope_is_not_made(staff: Staff, owner: Member) -> None:
    refused = owner.post("tokens/new", {"name": "Typed"})
    assert refused.status_code == 422
    assert "Choose at least one thing" in words_of(refused)
    assert 'value="Typed"' in refused.text
    assert tokens_of(staff, owner) == []


def test_nobody_makes_a_token_that_may_more_than_they(staff: Staff, site: Site) -> None:
    other = staff.site()
    member = staff.member(None, **{f"on_{site.id}": "viewer"})
    assert 'value="publish"' not in member.get("tokens/new").text
    assert member.post("tokens/new", {"scope": ["read", "publish"]}).status_code == 422
    made = member.post("tokens/new", {"scope": "read", "site": other.key})
    secret = re.search(r"dk_[\w-]{43}", made.text)
    assert secret
    access = check_token(secret[0], staff.house)
    assert access.role_at(other.id) is None


def test_a_token_ends_in_one_press_and_by_its_owner_alone(staff: Staff, owner: Member) -> None:
    owner.post("tokens/new", {"scope": "read"})
    [token] = tokens_of(staff, owner)
    assert staff.member("owner").post(f"tokens/{token.id}/end").status_code == 404
    assert owner.post(f"tokens/{token.id}/end").status_code == 303
    assert tokens_of(staff, owner) == []
    assert owner.post(f"tokens/{token.id}/end").status_code == 404
