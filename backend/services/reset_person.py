"""A person who cannot sign in gets a new link: password, second factor and sessions of before do not count any more."""

from __future__ import annotations

from backend.domain.accounts import Person
from backend.domain.audit import By, Change
from backend.services.account_parts import AccountParts
from backend.services.invite_person import NewLink, make_link
from backend.services.record_change import record_change


def reset_person(person: Person, by: By, parts: AccountParts) -> NewLink:
    """Return the new link."""
    parts.people.reset(person)
    record_change(Change("person.reset", person.email), by, parts)
    return make_link(person, "reset", parts)
