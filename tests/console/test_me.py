"""What people set for themselves."""

from __future__ import annotations

import re

import pyotp
import pytest

from backend.domain.accounts import Person
from backend.services.begin_session import begin_session
from tests.console.people import PASSWORD, words_of
from tests.console.staff import COOKIE, HERE, Member, Staff, token_for


def person_of(staff: Staff, member: Member) -> Person:
    found = staff.house.people.with_email(member.email)
    assert found is not None
    return found


@pytest.fixture
def member(staff: Staff) -> Member:
    member = staff.member("viewer")
    staff.house.people.keep_password(person_of(staff, member), staff.house.passwords.keep(PASSWORD))
    return member


def test_a_name_and_the_keys_are_kept(staff: Staff, member: Member) -> None:
    member.post("me/profile", {"name": " M.  K. \u202e"})
    assert (person_of(staff, member).name, person_of(staff, member).uses_single_keys) == ("M. K.", False)
    assert 'data-letters="off"' in member.get("people").text
    member.post("me/profile", {"name": "M. K.", "letters": "1"})
    assert 'data-letters="off"' not in member.get("people").text


def test_browsers_are_listed_and_ended(staff: Staff, member: Member) -> None:
    person = person_of(staff, member)
    others = [begin_session(person, HERE, staff.house) for _ in range(3)]
    assert member.get("people").text.count("/console/me/sessions/") == 3 + 1
    member.post(f"me/sessions/{others[0].session.id}/end")
    assert len(staff.house.sessions.sessions(person)) == 3
    stranger = begin_session(person_of(staff, staff.member("viewer")), HERE, staff.house)
    assert member.post(f"me/sessions/{stranger.session.id}/end").status_code == 404
    member.post("me/sessions/end")
    assert "2 other browsers are signed out." in words_of(member.get("people"))
    assert len(staff.house.sessions.sessions(person)) == 1


def test_another_password_goes_on_under_a_new_cookie(staff: Staff, member: Member) -> None:
    person = person_of(staff, member)
    other = begin_session(person, HERE, staff.house)
    wrong = member.post("me/password", {"old": "wrong", "new": "another pot of tea"})
    assert (wrong.status_code, "The password is not right." in words_of(wrong)) == (422, True)
    poor = member.post("me/password", {"old": PASSWORD, "new": "short"})
    assert (poor.status_code, "at least 10" in words_of(poor)) == (422, True)
    changed = member.post("me/password", {"old": PASSWORD, "new": "another pot of tea"})
    assert changed.status_code == 303
    assert changed.cookies[COOKIE] != member.cookie
    new = changed.cookies[COOKIE]
    member.http.cookies.clear()
    assert member.http.get("/console/people", headers={"Cookie": f"{COOKIE}={new}"}).status_code == 200
    for old in (member.cookie, other.token):
        assert member.http.get("/console/people", headers={"Cookie": f"{COOKIE}={old}"}).status_code == 303


def test_the_second_factor_is_switched_on_with_codes_on_paper_and_off_again(staff: Staff, member: Member) -> None:
    page = member.get("me/factor")
    secret = re.search(r'<code class="secret">(\w+)</code>', page.text)
    assert secret
    assert member.get("me/factor").text.count(secret[1]) == page.text.count(secret[1])
    assert member.post("me/factor", {"code": "000000"}).status_code == 422
    on = member.post("me/factor", {"code": pyotp.TOTP(secret[1]).now()})
    codes = re.findall(r"<code>([\w-]{17})</code>", on.text)
    assert len(codes) == 10
    assert person_of(staff, member).has_factor
    shown = member.get("me/factor")
    assert secret[1] not in shown.text
    assert "10 recovery codes left" in words_of(shown)
    new = re.findall(r"<code>([\w-]{17})</code>", member.post("me/factor/codes").text)
    assert len(new) == 10
    assert set(new).isdisjoint(codes)
    assert member.post("me/factor/off").status_code == 303
    assert not person_of(staff, member).has_factor


def test_a_form_of_before_signing_in_again_says_what_to_do(staff: Staff, member: Member) -> None:
    old = member.token
    fresh = begin_session(person_of(staff, member), HERE, staff.house).token
    member.http.cookies.set(COOKIE, fresh)
    refused = member.http.post("/console/me/profile", data={"csrf": old, "name": "X"})
    assert refused.status_code == 403
    right = token_for(fresh, staff.house.settings.secret_key.encode())
    assert member.http.post("/console/me/profile", data={"csrf": right, "name": "X"}).status_code == 303
