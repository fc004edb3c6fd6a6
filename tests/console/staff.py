"""People of the staff at a running product: each with a browser's session, a form's token, and an HTTP client."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from backend.app import House
from backend.console.forms import token_for
from backend.domain.accounts import Role, Roles, Where
from backend.domain.site import Site, SiteSettings
from backend.services.begin_session import begin_session
from backend.settings import read_settings
from tests.servers import Deskbell

HERE = Where("127.0.0.1", "a test")
COOKIE = "deskbell_staff"
numbers = itertools.count(1)


@dataclass
class Member:
    """One person of the staff, signed in."""

    email: str
    cookie: str
    http: httpx2.Client
    token: str  # of this person's forms

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return self.http.get(f"/console/{path}", **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> httpx2.Response:
        """Send a form with its token."""
        return self.http.post(f"/console/{path}", data={"csrf": self.token, **(data or {})}, **options)


@dataclass
class Staff:
    """The people of one running product, made as they are needed; `house` has its books."""

    server: Deskbell
    house: House
    members: list[Member] = field(default_factory=list)

    @classmethod
    def of(cls, server: Deskbell) -> Staff:
        return cls(server, House(read_settings(server.environment, Path(server.environment["DATA_DIR"]))))

    def member(self, role: Role | None = "owner", **on: Role) -> Member:
        """Return a new person with this role on every site, or on those named by `on_<site id>`."""
        email = f"{role or 'some'}{next(numbers)}@shop.example"
        roles = Roles(role, {int(name.removeprefix("on_")): each for name, each in on.items()})
        person = self.house.people.add(email, "", roles)
        assert person is not None
        token = begin_session(person, HERE, self.house).token
        client = httpx2.Client(base_url=self.server.url, cookies={COOKIE: token}, timeout=30, trust_env=False)
        form_token = token_for(token, self.house.settings.secret_key.encode())
        self.members.append(Member(email, token, client, form_token))
        return self.members[-1]

    def site(self, name: str = "", **settings: Any) -> Site:
        """Return a new site without pages."""
        named = name or f"Shop {next(numbers)}"
        return self.house.sites.create(SiteSettings(named, ("https://shop.example",), **settings))

    def live(self, site: Site) -> Site:
        """Return the site as it is published now."""
        return next(each for each in self.house.sites.sites() if each.id == site.id)

    def close(self) -> None:
        for member in self.members:
            member.http.close()
        self.house.close()
