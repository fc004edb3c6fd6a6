"""The browsers that are signed in. Only the hash of a session's token is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from backend.domain.accounts import LONGEST_AGENT, Person, Session, Where
from backend.domain.one_line import in_one_line
from backend.store.account_tables import person, session
from backend.store.database import Database


class StoredSessions:
    """Implements SessionBook."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def begin(
        self,
        token_hash: str,
        who: Person,
        where: Where,
        *,
        is_half: bool = False,
        is_long: bool = False,
        began: datetime | None = None,
    ) -> Session:
        now = self._now()
        row = {
            "hash": token_hash,
            "person_id": who.id,
            "began": began or now,
            "seen": now,
            "proved": now,
            "is_half": is_half,
            "is_long": is_long,
            "address": where.address,
            "agent": in_one_line(where.agent, LONGEST_AGENT),
        }
        with self._database.writing() as connection:
            added = connection.execute(insert(session).values(row).returning(session)).one()
            if not is_half:
                connection.execute(update(person).where(person.c.id == who.id).values(seen_at=now))
        return _session(added)

    def session(self, token_hash: str) -> Session | None:
        with self._database.reading() as connection:
            row = connection.execute(select(session).where(session.c.hash == token_hash)).one_or_none()
        return None if row is None else _session(row)

    def sessions(self, who: Person) -> Sequence[Session]:
        whole = select(session).where(session.c.person_id == who.id, session.c.is_half.is_(False))
        with self._database.reading() as connection:
            return [_session(row) for row in connection.execute(whole.order_by(session.c.seen.desc(), session.c.id))]

    def see(self, seen: Session) -> None:
        now = self._now()
        with self._database.writing() as connection:
            connection.execute(update(session).where(session.c.id == seen.id).values(seen=now))
            connection.execute(update(person).where(person.c.id == seen.person_id).values(seen_at=now))

    def prove(self, proved: Session) -> None:
        with self._database.writing() as connection:
            connection.execute(update(session).where(session.c.id == proved.id).values(proved=self._now()))

    def end(self, ended: Session) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(session).where(session.c.id == ended.id))

    def end_all(self, who: Person, *, but: Session | None = None) -> int:
        ending = delete(session).where(session.c.person_id == who.id)
        if but is not None:
            ending = ending.where(session.c.id != but.id)
        with self._database.writing() as connection:
            return connection.execute(ending).rowcount

    def forget_before(self, began: datetime) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(session).where(session.c.began < began))


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        person_id=row.person_id,
        began=row.began,
        seen=row.seen,
        proved=row.proved,
        is_half=row.is_half,
        is_long=row.is_long,
        where=Where(row.address, row.agent),
    )
