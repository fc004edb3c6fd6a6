"""A person is invited by a link that signs them in once and asks for a password. The first owner is nobody's guest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.accounts.permissions import may_manage
from backend.accounts.rules import rules
from backend.accounts.tokens import hash_of, new_token
from backend.domain.accounts import LONGEST_NAME, Access, Person, Purpose, Roles
from backend.domain.audit import By, Change
from backend.domain.email import address_of_person
from backend.domain.errors import SettingsError
from backend.domain.one_line import in_one_line
from backend.services.account_parts import AccountParts
from backend.services.change_roles import change_roles, together, told
from backend.services.record_change import record_change


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link's token, shown this once, and its end."""

    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Invited:
    """A person who was invited; without a link where they have a password, or are not to be handed over."""

    person: Person
    is_new: bool
    link: NewLink | None


def invite_person(
    given: str, roles: Roles, by: By, parts: AccountParts, *, name: str = "", access: Access | None = None
) -> Invited:
    """Let a person in with these roles, besides those that they have; raise SettingsError for no address.

    Whoever comes in (`access`) is handed no link of a person who may more than they manage; the command line is.
    """
    email = address_of_person(given)
    if email is None:
        raise SettingsError(f"{given[:80]!r} is not an e-mail address.")
    known = parts.people.with_email(email)
    if known is None:
        parts.people.forget_removed_before(parts.time() - rules().removal_is_undone)
        known = parts.people.add(email, in_one_line(name, LONGEST_NAME), roles)
        if known is not None:
            record_change(Change("person.invited", email, None, told(roles, parts)), by, parts)
            return Invited(known, True, make_link(known, "invite", parts))
        return invite_person(given, roles, by, parts, name=name, access=access)  # somebody else was faster
    person = change_roles(known, together(known.roles, roles), by, parts)
    gets_link = not known.has_password and (access is None or may_manage(access, known))
    return Invited(person, False, make_link(person, "invite", parts) if gets_link else None)


def invite_first_owner(parts: AccountParts) -> NewLink | None:
    """Return a link that makes the first owner; None where there is a person already."""
    return make_link(None, "first", parts) if parts.people.is_empty() else None


def make_link(person: Person | None, purpose: Purpose, parts: AccountParts) -> NewLink:
    """Return a new link for a person; the one before it does not count any more."""
    made = NewLink(new_token(), parts.time() + rules().link_lasts)
    parts.links.add(hash_of(made.token), person, purpose, made.until)
    return made
