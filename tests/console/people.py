"""People who sign in by the console's own pages, each from an address of their own."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx2
import pyotp

from backend.domain.accounts import Person, Roles
from tests.console.staff import Staff

PASSWORD = "tea leaves in the pot"
addresses = itertools.count(1)
TOKEN = re.compile(r'name="csrf" value="(\w+)"')


@dataclass
class Browser:
    """A browser that keeps cookies and sends forms as a page would, with the token that stands on it."""

    http: httpx2.Client

    @classmethod
    def at(cls, url: str, address: str = "") -> Browser:
        """Open one at an address that nobody else has, unless it is given."""
        from_where = address or f"10.1.{next(addresses)}.7"
        return cls(httpx2.Client(base_url=url, headers={"X-Forwarded-For": from_where}, timeout=30, trust_env=False))

    def get(self, path: str) -> httpx2.Response:
        return self.http.get(path)

    def send(self, page: str, to: str = "", **fields: Any) -> httpx2.Response:
        """Load a page and send a form with the token that stands there."""
        found = TOKEN.search(self.get(page).text)
        assert found, page
        return self.http.post(to or page, data={"csrf": found[1], **fields})

    def sign_in(self, email: str, password: str = PASSWORD, **fields: Any) -> httpx2.Response:
        return self.send("/console/sign-in", email=email, password=password, **fields)


def invite(staff: Staff, email: str, roles: Roles, password: str = PASSWORD) -> Person:
    """Return a person who has a password already."""
    person = staff.house.people.add(email, "", roles)
    assert person is not None
    staff.house.people.keep_password(person, staff.house.passwords.keep(password))
    return person


def code_of(staff: Staff, person: Person) -> str:
    """Return what the person's app shows now."""
    return pyotp.TOTP(staff.house.factors.secret(person)).now()


def words_of(answer: httpx2.Response) -> str:
    """Return what a page says, without its markup."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))
