"""The people of the staff's door: who they are, what they may, and how they came in.

A *person* has a role on every site, or one for each site, or both; the larger one counts. An *action* is what a role or
a token's *scope* allows (`backend/accounts/permissions.toml`). A *session* is a browser that is signed in; a *link*
signs a person in once; a *token* (`dk_…`) lets a tool in for a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, TypeGuard, get_args

Role = Literal["viewer", "reviewer", "editor", "owner"]
Scope = Literal["read", "review", "edit", "publish", "admin"]
Purpose = Literal["first", "invite", "reset"]
Factor = Literal["none", "begun", "app"]

ROLES: tuple[Role, ...] = get_args(Role)  # each may what the one before it may, and more
SCOPES: tuple[Scope, ...] = get_args(Scope)
NO_ROLES: Mapping[int, Role] = MappingProxyType({})
LONGEST_NAME = 80
LONGEST_AGENT = 200


def is_role(name: str) -> TypeGuard[Role]:
    return name in ROLES


def is_scope(name: str) -> TypeGuard[Scope]:
    return name in SCOPES


@dataclass(frozen=True, slots=True)
class Roles:
    """What a person is: on every site (None: only where it is said), and on single sites by their id."""

    everywhere: Role | None = None
    on: Mapping[int, Role] = field(default_factory=lambda: NO_ROLES)

    def at(self, site_id: int) -> Role | None:
        """Return the larger of both roles; None where the site does not exist for this person."""
        found = [role for role in (self.everywhere, self.on.get(site_id)) if role]
        return max(found, key=ROLES.index, default=None)

    @property
    def is_empty(self) -> bool:
        return self.everywhere is None and not self.on


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the staff. `invited_until`, the end of an open link, is known where all people are listed."""

    id: int
    email: str
    name: str
    roles: Roles
    has_password: bool
    factor: Factor
    uses_single_keys: bool
    created_at: datetime
    seen_at: datetime | None = None
    invited_until: datetime | None = None
    removed_at: datetime | None = None

    @property
    def called(self) -> str:
        """What others see this person called."""
        return self.name or self.email.partition("@")[0]

    @property
    def has_factor(self) -> bool:
        return self.factor == "app"


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody is: the network address that limits count, and what their browser calls itself."""

    address: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. A half one still owes the code of the second factor, and opens nothing."""

    id: int
    person_id: int
    began: datetime
    seen: datetime
    proved: datetime  # when a password or a code was given last
    is_half: bool
    is_long: bool
    where: Where


@dataclass(frozen=True, slots=True)
class Link:
    """What a one-time link is for; the first owner's is nobody's yet."""

    purpose: Purpose
    person_id: int | None
    until: datetime


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What lets a tool in: never more than its person may. `begins` is enough to know it by."""

    id: int
    person_id: int
    name: str
    begins: str
    scopes: frozenset[Scope]
    sites: frozenset[int] | None  # None: every site of the person
    created_at: datetime
    used_at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """Who comes in, and how far: a person by a session, or a tool by a token that narrows what its person may."""

    person: Person
    token: ApiToken | None = None

    def role_at(self, site_id: int) -> Role | None:
        """Return the role on a site; None where the site does not exist for who comes in."""
        if self.token and self.token.sites is not None and site_id not in self.token.sites:
            return None
        return self.person.roles.at(site_id)

    @property
    def role_everywhere(self) -> Role | None:
        """The role for what belongs to no single site; none for a token of single sites."""
        return None if self.token and self.token.sites is not None else self.person.roles.everywhere


@dataclass(frozen=True, slots=True)
class BackOff:
    """How long whoever guessed wrong waits: nothing for the first tries, then each time twice as long."""

    free: int
    first_wait_s: float
    longest_wait_s: float
    forgotten_s: float
