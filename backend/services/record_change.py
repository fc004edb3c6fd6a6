"""Every change is recorded: who, when, from where, before and after."""

from __future__ import annotations

from backend.domain.accounts import Access, Where
from backend.domain.audit import By, Change, Entry
from backend.services.account_parts import AccountParts


def record_change(change: Change, by: By, parts: AccountParts) -> Entry:
    """Write a change behind the last one of its site, or of the house; return it as it can be read."""
    return parts.audit.add(change, by)


def by(access: Access, where: Where) -> By:
    """Return who comes in as the record names them; a tool is named with its person."""
    person = access.person
    who = f"{access.token.name} of {person.email}" if access.token else person.email
    return By(who, person.id, where.address)
