"""What was typed is not lost with a session: it is shown again, and sent by one press."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from html import unescape

import httpx2
import pytest

from backend.accounts.tokens import hash_of
from backend.domain.accounts import Person, Roles
from backend.services.begin_session import begin_session
from tests.console.people import PASSWORD, TOKEN, Browser, code_of, invite
from tests.console.staff import COOKIE, HERE, Staff, token_for

numbers = itertools.count(1)
TYPED = 'Zoë\'s <b>tea</b> & "pots"'
OURS = {"Sec-Fetch-Site": "same-origin"}
HIDDEN = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">')


@pytest.fixture
def person(staff: Staff) -> Person:
    person = invite(staff, f"again{next(numbers)}@shop.example", Roles("owner"))
    staff.house.tries.know(person, hash_of("127.0.0.1"), staff.house.time().replace(year=2100))
    return person


@pytest.fixture
def browser(staff: Staff, person: Person) -> Iterator[Browser]:
    browser = Browser.at(staff.server.url)
    browser.http.cookies.set(COOKIE, begin_session(person, HERE, staff.house).token, "127.0.0.1")
    yield browser
    browser.http.close()


def token_of(staff: Staff, browser: Browser) -> str:
    return token_for(browser.http.cookies[COOKIE], staff.house.settings.secret_key.encode())


def fields_of(answer: httpx2.Response) -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(answer.text)}


def action_of(answer: httpx2.Response) -> str:
    found = re.search(r'<form class="card" method="post" action="([^"]+)"', answer.text)
    assert found
    return unescape(found[1])


def test_a_form_from_before_signing_in_again_is_sent_by_one_press(
    staff: Staff, person: Person, browser: Browser
) -> None:
    old = token_of(staff, browser)
    browser.http.cookies.set(COOKIE, begin_session(person, HERE, staff.house).token, "127.0.0.1")
    stale = browser.http.post("/console/me/profile?site=x", data={"csrf": old, "name": TYPED}, headers=OURS)
    assert (stale.status_code, action_of(stale)) == (409, "/console/me/profile?site=x")
    fields = fields_of(stale)
    assert fields["name"] == TYPED
    assert fields["csrf"] != old
    assert browser.http.post(action_of(stale), data=fields, headers=OURS).status_code == 303
    changed = staff.house.people.person(person.id)
    assert changed
    assert changed.name == TYPED


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "https://evil.example"}]
)
def test_one_that_no_browser_says_is_ours_is_refused(staff: Staff, browser: Browser, headers: dict[str, str]) -> None:
    forged = browser.http.post("/console/me/profile", data={"csrf": "0" * 64, "name": TYPED}, headers=headers)
    assert forged.status_code == 403
    assert TYPED not in unescape(forged.text)


def test_passwords_are_typed_anew(staff: Staff, person: Person, browser: Browser) -> None:
    old = {"csrf": "0" * 64, "old": PASSWORD, "new": "another pot of tea"}
    stale = browser.http.post("/console/me/password", data=old, headers=OURS)
    assert (stale.status_code, stale.headers["location"]) == (303, "/console/me/password")
    proved = {"csrf": "0" * 64, "proof": PASSWORD, "everywhere": "owner"}
    stale = browser.http.post(f"/console/people/{person.id}/roles", data=proved, headers=OURS)
    assert stale.status_code == 409
    assert PASSWORD not in stale.text
    assert fields_of(stale)["everywhere"] == "owner"


@pytest.mark.parametrize("has_factor", [False, True])
def test_a_form_whose_session_has_ended_waits_for_its_sender_to_sign_in(
    staff: Staff, person: Person, browser: Browser, has_factor: bool
) -> None:
    if has_factor:
        staff.house.factors.begin(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        staff.house.factors.confirm(person, 1, [])
    typed = {"csrf": token_of(staff, browser), "name": TYPED, "letters": "1"}
    staff.house.sessions.end_all(person)
    asked = browser.http.post("/console/me/profile", data=typed, headers=OURS)
    assert (asked.status_code, action_of(asked)) == (401, "/console/sign-in")
    wrong = browser.http.post(
        "/console/sign-in", data={**fields_of(asked), "email": person.email, "password": "wrong"}, headers=OURS
    )
    assert wrong.status_code == 422
    answer = browser.http.post(
        "/console/sign-in", data={**fields_of(wrong), "email": person.email, "password": PASSWORD}, headers=OURS
    )
    if has_factor:
        assert 'data-page="code"' in answer.text
        code = {**fields_of(answer), "code": code_of(staff, person)}
        answer = browser.http.post("/console/code", data=code, headers=OURS)
    assert (answer.status_code, action_of(answer)) == (200, "/console/me/profile")
    assert "password" not in fields_of(answer)
    assert browser.http.post(action_of(answer), data=fields_of(answer), headers=OURS).status_code == 303
    changed = staff.house.people.person(person.id)
    assert changed
    assert changed.name == TYPED


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "{}",
        "[1,2]",
        '["https://evil.example/", []]',
        '["//evil.example", []]',
        '["/console//evil.example", []]',
        '["/console/me/profile", [1]]',
        '["/console/me/profile", "x"]',
        json.dumps(["/console/" + "x" * 10, {"a": 1}]),
    ],
)
def test_what_is_kept_leads_nowhere_else_and_breaks_nothing(staff: Staff, person: Person, kept: str) -> None:
    browser = Browser.at(staff.server.url)
    found = TOKEN.search(browser.get("/console/sign-in").text)
    assert found
    given = {"csrf": found[1], "email": person.email, "password": PASSWORD, "kept": kept}
    came_in = browser.http.post("/console/sign-in", data=given, headers=OURS)
    browser.http.close()
    assert (came_in.status_code, came_in.headers["location"]) == (303, "/console/")
