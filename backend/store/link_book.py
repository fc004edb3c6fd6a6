"""One-time links. What a link gives is given in the transaction that uses it up: one of many at once wins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from backend.domain.accounts import Link, Person, Purpose, Roles
from backend.store.account_tables import link, person, session
from backend.store.database import Database
from backend.store.people_book import StoredPeople, add_person, has_nobody

FIRST: Purpose = "first"


class StoredLinks:
    """Implements LinkBook."""

    def __init__(self, database: Database, people: StoredPeople, now: Callable[[], datetime]) -> None:
        self._database = database
        self._people = people
        self._now = now

    def add(self, token_hash: str, who: Person | None, purpose: Purpose, until: datetime) -> None:
        row = {"hash": token_hash, "person_id": who and who.id, "purpose": purpose, "until": until}
        with self._database.writing() as connection:
            connection.execute(delete(link).where(link.c.until <= self._now()))
            if who is not None:
                connection.execute(delete(link).where(link.c.person_id == who.id))  # the newest one counts
            connection.execute(insert(link).values(row))

    def link(self, token_hash: str) -> Link | None:
        wanted = select(link).where(link.c.hash == token_hash, link.c.until > self._now())
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
            if row is None or (row.purpose == FIRST and not has_nobody(connection)):
                return None
        return Link(row.purpose, row.person_id, row.until)

    def spend(self, token_hash: str, password: str) -> Person | None:
        is_good = (link.c.hash == token_hash, link.c.until > self._now(), link.c.person_id.is_not(None))
        with self._database.writing() as connection:
            spent = connection.execute(delete(link).where(*is_good).returning(link.c.person_id)).scalar_one_or_none()
            if spent is None:
                return None
            connection.execute(update(person).where(person.c.id == spent).values(password=password))
            for table in (link, session):
                connection.execute(delete(table).where(table.c.person_id == spent))
        return self._people.person(spent)

    def spend_first(self, token_hash: str, email: str, password: str) -> Person | None:
        """One statement takes all links of this kind: two that are used at once cannot make two owners."""
        is_first = link.c.purpose == FIRST
        known = select(link.c.hash).where(is_first, link.c.hash == token_hash, link.c.until > self._now())
        with self._database.writing() as connection:
            if connection.execute(known).first() is None or not has_nobody(connection):
                return None
            taken = connection.execute(delete(link).where(is_first).returning(link.c.hash)).scalars().all()
            made = add_person(connection, email, "", Roles("owner"), self._now()) if token_hash in taken else None
            if made is None:
                return None
            connection.execute(update(person).where(person.c.id == made).values(password=password))
        return self._people.person(made)
