"""Signing in by the console's pages: cookies, forms, links, codes, and a thousand wrong passwords."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from backend.accounts.tokens import hash_of, new_token
from backend.app import House
from backend.console import ConsoleParts, open_console
from backend.console.forms import token_for
from backend.domain.accounts import Person, Roles
from backend.settings import read_settings
from tests.console.people import PASSWORD, Browser, code_of, invite, words_of
from tests.console.staff import COOKIE, Staff
from tests.databases import make_tables
from tests.servers import Deskbell, deskbell

numbers = itertools.count(1)


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deskbell]:
    """A product that believes who a proxy says a request is from: each test comes from an address of its own."""
    with deskbell(tmp_path_factory.mktemp("proxied"), TRUSTED_PROXIES="127.0.0.1") as running:
        yield running


@pytest.fixture
def staff(proxied: Deskbell) -> Iterator[Staff]:
    staff = Staff.of(proxied)
    yield staff
    staff.close()


@pytest.fixture
def person(staff: Staff) -> Person:
    return invite(staff, f"mk{next(numbers)}@shop.example", Roles("owner"))


@pytest.fixture
def another(staff: Staff) -> Iterator[Callable[[], Browser]]:
    """Open browsers, each at an address of its own."""
    opened: list[Browser] = []

    def open_one() -> Browser:
        opened.append(Browser.at(staff.server.url))
        return opened[-1]

    yield open_one
    for browser in opened:
        browser.http.close()


@pytest.fixture
def browser(another: Callable[[], Browser]) -> Browser:
    return another()


def link_of(staff: Staff, person: Person | None) -> str:
    token = new_token()
    until = staff.house.time() + timedelta(hours=24)
    staff.house.links.add(hash_of(token), person, "invite" if person else "first", until)
    return f"/console/link/{token}"


def test_a_right_password_opens_the_page_that_was_wanted(browser: Browser, person: Person) -> None:
    asked = browser.get("/console/people")
    assert (asked.status_code, asked.headers["location"]) == (303, "/console/sign-in?next=/console/people")
    came_in = browser.sign_in(person.email, next="/console/people")
    assert (came_in.status_code, came_in.headers["location"]) == (303, "/console/people")
    assert person.email in browser.get("/console/people").text


def test_the_cookie_is_for_the_server_alone_and_ends_with_the_browser(browser: Browser, person: Person) -> None:
    cookie = browser.sign_in(person.email).headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    parts = {part.strip().lower() for part in cookie.split(";")}
    assert {"httponly", "samesite=lax", "path=/"} <= parts
    assert not any(part.startswith(("max-age", "expires", "domain")) for part in parts)


def test_one_that_is_to_stay_stays_thirty_days(browser: Browser, person: Person) -> None:
    assert "Max-Age=2592000" in browser.sign_in(person.email, stay="1").headers["set-cookie"]


def test_over_tls_no_other_host_can_set_the_cookie(tmp_path: Path) -> None:
    with deskbell(tmp_path, PUBLIC_URL="https://chat.example") as secure:
        staff = Staff.of(secure)
        person = invite(staff, "mk@shop.example", Roles("owner"))
        browser = Browser.at(secure.url)
        cookie = browser.sign_in(person.email).headers["set-cookie"]
        browser.http.close()
        staff.close()
    assert cookie.startswith(f"__Host-{COOKIE}=")
    assert "; Secure" in cookie
    assert "; Path=/" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/console//evil.example",
        "/console/\\evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/console/\r\nSet-Cookie: a=b",
        "/v1/chat",
        "",
    ],
)
def test_nobody_is_led_anywhere_else(browser: Browser, person: Person, wanted: str) -> None:
    came_in = browser.sign_in(person.email, next=wanted)
    assert (came_in.status_code, came_in.headers["location"]) == (303, "/console/")


def test_an_unknown_address_and_a_wrong_password_read_the_same(
    browser: Browser, person: Person, another: Callable[[], Browser]
) -> None:
    known = browser.sign_in(person.email, "wrong")
    unknown = another().sign_in("nobody@shop.example", "wrong")
    assert (known.status_code, unknown.status_code) == (422, 422)
    assert words_of(known) == words_of(unknown)
    assert "E-mail and password do not match." in words_of(known)
    assert "4 more tries" in words_of(known)
    assert f'value="{person.email}"' in known.text
    assert "set-cookie" not in known.headers


def test_a_thousand_wrong_passwords_get_nowhere_and_keep_the_owner_out_nowhere(
    person: Person, browser: Browser, another: Callable[[], Browser]
) -> None:
    owner = another()
    assert owner.sign_in(person.email).status_code == 303  # known here from now on
    form = browser.get("/console/sign-in").text.partition('name="csrf" value="')[2].partition('"')[0]
    fields = {"csrf": form, "email": person.email}
    answers = [
        browser.http.post("/console/sign-in", data={**fields, "password": f"guess {number}"}) for number in range(1000)
    ]
    statuses = [answer.status_code for answer in answers]
    assert statuses[:5] == [422] * 5
    assert statuses.count(429) + statuses.count(422) == 1000
    assert statuses.count(422) <= 5 + 10  # what the waits let through while the thousand were sent
    waiting = next(answer for answer in answers if answer.status_code == 429)
    assert int(waiting.headers["retry-after"]) >= 1
    assert "Nothing is locked" in words_of(waiting)
    assert owner.sign_in(person.email).status_code == 303


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ({}, {"csrf": ""}),
        ({}, {"csrf": "0" * 64}),
        ({"Sec-Fetch-Site": "cross-site"}, {}),
        ({"Sec-Fetch-Site": "same-site"}, {}),
        ({"Origin": "https://evil.example"}, {}),
        ({"Origin": "null"}, {}),
    ],
)
def test_a_form_that_is_not_ours_signs_nobody_in(
    browser: Browser, person: Person, headers: dict[str, str], fields: dict[str, str]
) -> None:
    form = browser.get("/console/sign-in").text.partition('name="csrf" value="')[2].partition('"')[0]
    given = {"csrf": form, "email": person.email, "password": PASSWORD, **fields}
    refused = browser.http.post("/console/sign-in", data=given, headers=headers)
    assert refused.status_code == 403
    assert COOKIE not in browser.http.cookies


def test_a_link_is_looked_at_by_anybody_and_used_once(
    staff: Staff, browser: Browser, another: Callable[[], Browser]
) -> None:
    person = staff.house.people.add(f"rs{next(numbers)}@shop.example", "", Roles("viewer"))
    link = link_of(staff, person)
    for _ in range(2):
        looked = another().get(link)
        assert looked.status_code == 200
        assert (looked.headers["cache-control"], looked.headers["referrer-policy"]) == ("no-store", "same-origin")
    short = browser.send(link, password="short")
    assert short.status_code == 422
    assert "at least 10" in words_of(short)
    came_in = browser.send(link, password=PASSWORD)
    assert (came_in.status_code, came_in.headers["location"]) == (303, "/console/")
    assert browser.get("/console/people").status_code == 200
    late = another()
    assert late.get(link).status_code == 410
    assert late.send("/console/sign-in", link, password=PASSWORD).status_code == 410
    assert another().sign_in(person.email if person else "").status_code == 303


def test_the_first_owners_link_is_worth_nothing_once_there_is_somebody(
    staff: Staff, person: Person, browser: Browser
) -> None:
    assert person.email
    assert browser.get(link_of(staff, None)).status_code == 410


def test_a_half_session_opens_nothing_but_the_page_that_asks_for_the_code(
    staff: Staff, browser: Browser, person: Person, another: Callable[[], Browser]
) -> None:
    staff.house.factors.begin(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    staff.house.factors.confirm(person, 1, [])
    half = browser.sign_in(person.email, next="/console/people")
    assert half.headers["location"] == "/console/code?next=/console/people"
    for path in ("/console/people", "/console/", "/console/sites", "/console/me/password"):
        assert browser.get(path).headers["location"].startswith("/console/code?next="), path
    before = browser.http.cookies[COOKIE]
    wrong = browser.send("/console/code", code="000000")
    assert (wrong.status_code, "4 more tries" in words_of(wrong)) == (422, True)
    whole = browser.send("/console/code?next=/console/people", code=code_of(staff, person), next="/console/people")
    assert (whole.status_code, whole.headers["location"]) == (303, "/console/people")
    assert browser.http.cookies[COOKIE] != before
    assert browser.get("/console/people").status_code == 200
    copied = another()
    copied.http.cookies.set(COOKIE, before)
    assert copied.get("/console/people").headers["location"].startswith("/console/sign-in")
    assert browser.get("/console/code").headers["location"] == "/console/sign-in"  # nothing is owed any more


def test_a_code_on_paper_replaces_the_app_once(staff: Staff, person: Person, another: Callable[[], Browser]) -> None:
    staff.house.factors.begin(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    staff.house.factors.confirm(person, 1, [hash_of("23456789abcdefg")])
    for wanted in (303, 422):
        browser = another()
        browser.sign_in(person.email)
        assert browser.send("/console/code?paper=1", code="23456-789AB-CDEFG").status_code == wanted


def test_whoever_signs_out_is_out_also_with_a_copied_cookie(
    browser: Browser, person: Person, another: Callable[[], Browser]
) -> None:
    browser.sign_in(person.email)
    copied = another()
    copied.http.cookies.set(COOKIE, browser.http.cookies[COOKIE])
    assert copied.get("/console/people").status_code == 200
    out = browser.send("/console/people", "/console/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/console/sign-in")
    assert COOKIE not in browser.http.cookies
    assert copied.get("/console/people").status_code == 303


def test_the_log_knows_no_link_no_password_and_no_cookie(
    staff: Staff, browser: Browser, another: Callable[[], Browser]
) -> None:
    person = staff.house.people.add(f"rs{next(numbers)}@shop.example", "", Roles("viewer"))
    link = link_of(staff, person)
    browser.send(link, password="a very secret password")
    another().sign_in("nobody@shop.example", "another secret password")
    log = staff.server.log.read_text()
    for secret in (link, "secret password", browser.http.cookies[COOKIE]):
        assert secret not in log


def test_who_has_forgotten_the_password_is_told_the_ways(browser: Browser) -> None:
    assert "python -m backend user reset EMAIL" in words_of(browser.get("/console/forgotten"))


def test_a_forgotten_password_is_asked_for_by_mail_and_nobody_learns_who_is_known(tmp_path: Path) -> None:
    mail = {"DESKBELL_SMTP_URL": "smtp://127.0.0.1:1", "DESKBELL_MAIL_FROM": "help@shop.example"}
    for settings, offers in (({}, False), (mail, True)):
        house = House(read_settings({"MODEL_PROVIDER": "embedded", **settings}, tmp_path))
        make_tables(house.settings.database_url)
        house.people.add("known@shop.example", "", Roles("owner"))
        app = Flask("console")
        open_console(app, ConsoleParts(house, b"a secret", "http://localhost", (), tmp_path))
        client = app.test_client()
        page = client.get("/console/forgotten").text
        assert ("Send a link" in page) is offers
        token = token_for("", b"a secret")
        answers = {
            client.post("/console/forgotten", data={"csrf": token, "email": email}).text
            for email in ("known@shop.example", "unknown@shop.example")
        }
        assert len(answers) == 1
        assert ("a link is on its way" in answers.pop()) is offers
        house.close()
