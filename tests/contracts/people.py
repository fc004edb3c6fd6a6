"""People of the staff for the suites of the books, and a clock that a test holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backend.domain.accounts import Person, Roles
from backend.store import Store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OWNER = Roles("owner")


@dataclass
class HeldClock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def add_person(store: Store, email: str, roles: Roles = OWNER) -> Person:
    person = store.people.add(email, "", roles)
    assert person is not None
    return person


def again(store: Store, person: Person) -> Person:
    """Return a person as the book has them now."""
    found = store.people.person(person.id)
    assert found is not None
    return found
