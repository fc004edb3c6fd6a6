"""The people of the staff's door, with their roles.

Rules:
1. Somebody owns every site: a change that leaves nobody who does is not made. Where nobody did, nobody is missed.
2. A person who was removed stays as a row until that can no longer be undone, and is none to everybody who looks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from backend.domain.accounts import Factor, Person, Role, Roles
from backend.store.account_tables import api_token, link, person, person_role, recovery_code, session
from backend.store.database import Database, insert_into

NO_PASSWORD = ""
FRESH: Mapping[str, object] = {
    "password": NO_PASSWORD,
    "totp_sealed": None,
    "totp_step": 0,
    "has_factor": False,
    "uses_single_keys": True,
    "seen_at": None,
    "removed_at": None,
}


class StoredPeople:
    """Implements PersonBook."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def is_empty(self) -> bool:
        with self._database.reading() as connection:
            return has_nobody(connection)

    def people(self) -> Sequence[Person]:
        wanted = select(person).where(person.c.removed_at.is_(None)).order_by(person.c.id)
        return self._read(wanted, with_links=True)

    def person(self, person_id: int) -> Person | None:
        """Return one person with the roles in one look: every page of the console asks for it."""
        both = select(person, person_role.c.site_id, person_role.c.role.label("at_site"))
        wanted = both.outerjoin(person_role, person_role.c.person_id == person.c.id).where(person.c.id == person_id)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        roles = {row.site_id: row.at_site for row in rows if row.site_id is not None}
        return _person(rows[0], roles, None) if rows else None

    def with_email(self, email: str) -> Person | None:
        wanted = select(person).where(person.c.email == email, person.c.removed_at.is_(None))
        return next(iter(self._read(wanted)), None)

    def password_of(self, person_id: int) -> str:
        with self._database.reading() as connection:
            kept = connection.execute(select(person.c.password).where(person.c.id == person_id)).scalar_one_or_none()
        return kept or NO_PASSWORD

    def add(self, email: str, name: str, roles: Roles) -> Person | None:
        with self._database.writing() as connection:
            person_id = add_person(connection, email, name, roles, self._now())
        return None if person_id is None else self.person(person_id)

    def set_roles(self, who: Person, roles: Roles, *, keeps_an_owner: bool = True) -> bool:
        with self._database.writing() as connection:
            if keeps_an_owner and roles.everywhere != "owner" and _is_last_owner(connection, who.id):
                return False
            write_roles(connection, who.id, roles)
        return True

    def keep_password(self, who: Person, kept: str) -> None:
        self._set(who, password=kept)

    def rename(self, who: Person, name: str, *, uses_single_keys: bool) -> None:
        self._set(who, name=name, uses_single_keys=uses_single_keys)

    def reset(self, who: Person) -> None:
        with self._database.writing() as connection:
            fresh = {"password": NO_PASSWORD, "totp_sealed": None, "has_factor": False}
            connection.execute(update(person).where(person.c.id == who.id).values(fresh))
            for table in (recovery_code, session, link):
                connection.execute(delete(table).where(table.c.person_id == who.id))

    def remove(self, who: Person, *, keeps_an_owner: bool = True) -> bool:
        with self._database.writing() as connection:
            if keeps_an_owner and _is_last_owner(connection, who.id):
                return False
            connection.execute(update(person).where(person.c.id == who.id).values(removed_at=self._now()))
            for table in (session, link):
                connection.execute(delete(table).where(table.c.person_id == who.id))
        return True

    def restore(self, who: Person) -> bool:
        undoing = update(person).where(person.c.id == who.id, person.c.removed_at.is_not(None))
        with self._database.writing() as connection:
            return connection.execute(undoing.values(removed_at=None)).rowcount == 1

    def forget_removed_before(self, moment: datetime) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(person).where(person.c.removed_at < moment))

    def _set(self, who: Person, **values: object) -> None:
        with self._database.writing() as connection:
            connection.execute(update(person).where(person.c.id == who.id).values(values))

    def _read(self, wanted: Select[Any], *, with_links: bool = False) -> list[Person]:
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            ids = [row.id for row in rows]
            roles = _roles_by_person(connection, ids)
            invited = _invited_until(connection, ids, self._now()) if with_links else {}
        return [_person(row, roles[row.id], invited.get(row.id)) for row in rows]


def has_nobody(connection: Connection) -> bool:
    return connection.execute(select(person.c.id).where(person.c.removed_at.is_(None)).limit(1)).first() is None


def add_person(connection: Connection, email: str, name: str, roles: Roles, now: datetime) -> int | None:
    """Make a person, or one anew who was removed; return the id, None where there is one with this address."""
    row = {"email": email, "name": name, "role": roles.everywhere or "", "created_at": now, **FRESH}
    adding = insert_into(connection, person).values(row)
    anew = adding.on_conflict_do_update(
        index_elements=[person.c.email],
        set_={key: value for key, value in row.items() if key != "email"},
        where=person.c.removed_at.is_not(None),
    )
    person_id: int | None = connection.execute(anew.returning(person.c.id)).scalar_one_or_none()
    if person_id is not None:
        for table in (recovery_code, api_token):
            connection.execute(delete(table).where(table.c.person_id == person_id))
        write_roles(connection, person_id, roles)
    return person_id


def write_roles(connection: Connection, person_id: int, roles: Roles) -> None:
    connection.execute(update(person).where(person.c.id == person_id).values(role=roles.everywhere or ""))
    connection.execute(delete(person_role).where(person_role.c.person_id == person_id))
    rows = [{"person_id": person_id, "site_id": site_id, "role": role} for site_id, role in roles.on.items()]
    if rows:
        connection.execute(insert(person_role), rows)


def _is_last_owner(connection: Connection, person_id: int) -> bool:
    """Tell whether this person alone owns every site. On PostgreSQL nobody else can change owners meanwhile."""
    owners = select(person.c.id).where(person.c.role == "owner", person.c.removed_at.is_(None))
    found = connection.execute(owners.order_by(person.c.id).with_for_update()).scalars().all()
    return list(found) == [person_id]


def _roles_by_person(connection: Connection, ids: Iterable[int]) -> Mapping[int, dict[int, Role]]:
    roles: defaultdict[int, dict[int, Role]] = defaultdict(dict)
    for row in connection.execute(select(person_role).where(person_role.c.person_id.in_(ids))):
        roles[row.person_id][row.site_id] = row.role
    return roles


def _invited_until(connection: Connection, ids: Iterable[int], now: datetime) -> dict[int, datetime]:
    open_links = select(link.c.person_id, func.max(link.c.until)).where(link.c.person_id.in_(ids), link.c.until > now)
    return {row[0]: row[1] for row in connection.execute(open_links.group_by(link.c.person_id))}


def _person(row: Row[Any], roles: Mapping[int, Role], invited_until: datetime | None) -> Person:
    factor: Factor = "app" if row.has_factor else "begun" if row.totp_sealed else "none"
    return Person(
        id=row.id,
        email=row.email,
        name=row.name,
        roles=Roles(row.role or None, roles),
        has_password=row.password != NO_PASSWORD,
        factor=factor,
        uses_single_keys=row.uses_single_keys,
        created_at=row.created_at,
        seen_at=row.seen_at,
        invited_until=invited_until,
        removed_at=row.removed_at,
    )
