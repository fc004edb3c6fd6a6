"""What a person may is changed; somebody always owns every site."""

from __future__ import annotations

from dataclasses import replace

from backend.accounts.permissions import may, may_everywhere
from backend.domain.accounts import Access, Person, Roles, Session
from backend.domain.audit import COMMAND_LINE, By, Change
from backend.domain.errors import SettingsError
from backend.services.account_parts import AccountParts
from backend.services.record_change import record_change


def change_roles(person: Person, roles: Roles, by: By, parts: AccountParts, *, mine: Session | None = None) -> Person:
    """Set a person's roles and end their sessions, but for one; raise SettingsError for the last owner of all.

    Only the command line may take the last owner away: whoever has it makes another.
    """
    if roles == person.roles:
        return person
    if not parts.people.set_roles(person, roles, keeps_an_owner=by != COMMAND_LINE):
        raise SettingsError(last_owner(person))
    parts.sessions.end_all(person, but=mine)
    record_change(Change("person.roles", person.email, told(person.roles, parts), told(roles, parts)), by, parts)
    return replace(person, roles=roles)


def within(before: Roles, wanted: Roles, access: Access) -> Roles:
    """Return the wanted roles where who comes in may manage people, and those of before everywhere else."""
    if may_everywhere(access, "people"):
        return wanted
    kept = {site_id: role for site_id, role in before.on.items() if not may(access, site_id, "people")}
    given = {site_id: role for site_id, role in wanted.on.items() if may(access, site_id, "people")}
    return Roles(before.everywhere, {**kept, **given})


def together(before: Roles, added: Roles) -> Roles:
    """Return the roles of before with those that were added; for one place the added one counts."""
    return Roles(added.everywhere or before.everywhere, {**before.on, **added.on})


def last_owner(person: Person) -> str:
    return f"{person.email} is the last owner of every site. Make somebody else an owner first."


def told(roles: Roles, parts: AccountParts) -> dict[str, str]:
    """Return the roles by the key of each site, as they are recorded and shown."""
    everywhere = {"every site": roles.everywhere} if roles.everywhere else {}
    named = ((parts.sites.with_id(site_id), role) for site_id, role in roles.on.items())
    return {**everywhere, **{site.key: role for site, role in named if site}}
