"""Who may do what: the one reader of `permissions.toml`.

Rules:
1. A site on which somebody has no role does not exist for them: UnknownSite, never "you may not".
2. A tool's token narrows what its person may, and widens nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backend.domain.accounts import Access, Person, Role, Scope, is_role, is_scope
from backend.domain.errors import ScopeMissing, SettingsError, UnknownSite
from backend.domain.site import Site
from backend.domain.toml import read_toml

TABLE = Path(__file__).with_name("permissions.toml")


@dataclass(frozen=True, slots=True)
class Permission:
    """One action: what it is called, the roles that may do it, and the scope that a token needs for it."""

    says: str
    roles: frozenset[Role]
    scope: Scope


@cache
def permissions() -> Mapping[str, Permission]:
    """Return every action by name; raise SettingsError for a row with a role or scope that there is not."""
    return {action: _permission(action, row) for action, row in read_toml(TABLE).items()}


def sites_of(access: Access, sites: Iterable[Site]) -> list[Site]:
    """Return the sites that exist for who comes in, in their order."""
    return [site for site in sites if access.role_at(site.id)]


def may(access: Access, site_id: int, action: str) -> bool:
    """Tell whether who comes in may do this at a site."""
    return _is_allowed(access, access.role_at(site_id), action)


def may_everywhere(access: Access, action: str) -> bool:
    """Tell whether who comes in may do this at every site."""
    return _is_allowed(access, access.role_everywhere, action)


def sites_to_manage(access: Access, sites: Iterable[Site]) -> list[Site]:
    """Return the sites whose people who comes in may manage."""
    return [site for site in sites if may(access, site.id, "people")]


def may_manage(access: Access, person: Person) -> bool:
    """Tell whether a person is theirs alone: nothing that the person may lies beyond what they manage.

    Whoever resets, removes or hands a link to somebody could come in as that person.
    """
    if may_everywhere(access, "people"):
        return True
    roles = person.roles
    return roles.everywhere is None and bool(roles.on) and all(may(access, site, "people") for site in roles.on)


def people_seen(access: Access, people: Iterable[Person], sites: Iterable[Site]) -> list[Person]:
    """Return the people who exist for whoever manages these sites: those with a role on one of them."""
    if may_everywhere(access, "people"):
        return list(people)
    managed = sites_to_manage(access, sites)
    return [person for person in people if any(person.roles.at(site.id) for site in managed)]


def require(access: Access, site_id: int, action: str) -> None:
    """Raise UnknownSite where the site does not exist for who comes in, ScopeMissing where they may not do this."""
    role = access.role_at(site_id)
    if role is None:
        raise UnknownSite
    if not _is_allowed(access, role, action):
        raise ScopeMissing(_what_is_missing(access, role, action))


def require_everywhere(access: Access, action: str) -> None:
    """Raise ScopeMissing where who comes in may not do this at every site."""
    if not may_everywhere(access, action):
        raise ScopeMissing(_what_is_missing(access, access.role_everywhere, action))


def scopes_of(role: Role) -> frozenset[Scope]:
    """Return the scopes that can be of use to a person with this role."""
    return frozenset(row.scope for row in permissions().values() if role in row.roles)


def _is_allowed(access: Access, role: Role | None, action: str) -> bool:
    permission = permissions()[action]
    return role in permission.roles and (access.token is None or permission.scope in access.token.scopes)


def _what_is_missing(access: Access, role: Role | None, action: str) -> str:
    permission = permissions()[action]
    if access.token and permission.scope not in access.token.scopes:
        return f"This needs a token with the scope {permission.scope}."
    allowed = " or ".join(sorted(permission.roles))
    return f"This is for the role {allowed}; {access.person.email} is {role or 'not on every site'}."


def _permission(action: str, row: Mapping[str, object]) -> Permission:
    roles, scope = row.get("roles"), str(row.get("scope"))
    if not isinstance(roles, list) or not all(map(is_role, roles)) or not is_scope(scope):
        raise SettingsError(f"{TABLE.name}: {action} names a role or a scope that there is not.")
    return Permission(str(row["says"]), frozenset(filter(is_role, roles)), scope)
