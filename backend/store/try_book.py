"""Tries to guess a password or a code.

A try is counted before it is known to be wrong: a hundred at once count as a hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, case, delete, select, update

from backend.domain.accounts import BackOff, Person
from backend.store.account_tables import known_address, sign_in_try
from backend.store.database import Database, insert_into


class _MustWait(Exception):
    """Takes back what the other keys have counted: a try that must wait is none."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


class StoredTries:
    """Implements TryBook."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def begin(self, keys: Sequence[str], rule: BackOff) -> float:
        now = self._now().timestamp()
        try:
            with self._database.writing() as connection:
                connection.execute(delete(sign_in_try).where(sign_in_try.c.at < now - rule.forgotten_s))
                for key in sorted(keys):  # always in this order: two that wait for each other would wait for ever
                    _count(connection, key, rule, now)
        except _MustWait as refused:
            return refused.wait_s
        return 0.0

    def failed(self, key: str) -> int:
        with self._database.reading() as connection:
            found = connection.execute(select(sign_in_try.c.failed).where(sign_in_try.c.key == key))
            return found.scalar_one_or_none() or 0

    def take_back(self, keys: Sequence[str]) -> None:
        less = update(sign_in_try).where(sign_in_try.c.key.in_(keys), sign_in_try.c.failed > 0)
        with self._database.writing() as connection:
            connection.execute(less.values(failed=sign_in_try.c.failed - 1, until=0.0))

    def forget(self, keys: Sequence[str]) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(sign_in_try).where(sign_in_try.c.key.in_(keys)))

    def know(self, who: Person, address: str, until: datetime) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(known_address).where(known_address.c.until <= self._now()))
            knowing = insert_into(connection, known_address).values(person_id=who.id, hash=address, until=until)
            connection.execute(
                knowing.on_conflict_do_update(index_elements=["person_id", "hash"], set_={"until": until})
            )

    def is_known(self, person_id: int, address: str) -> bool:
        its_own = (known_address.c.person_id == person_id, known_address.c.hash == address)
        wanted = select(known_address.c.until).where(*its_own, known_address.c.until > self._now())
        with self._database.reading() as connection:
            return connection.execute(wanted).first() is not None


def _count(connection: Connection, key: str, rule: BackOff, now: float) -> None:
    """Count one try in one statement, and set how long the next one waits; raise _MustWait where this one must."""
    tried = sign_in_try.c
    doubled = case((tried.wait_s * 2 > rule.longest_wait_s, rule.longest_wait_s), else_=tried.wait_s * 2)
    wait_s = case((tried.failed + 1 < rule.free, 0.0), (tried.wait_s == 0, rule.first_wait_s), else_=doubled)
    first_wait_s = rule.first_wait_s if rule.free <= 1 else 0.0
    adding = insert_into(connection, sign_in_try).values(
        key=key, failed=1, wait_s=first_wait_s, until=now + first_wait_s, at=now
    )
    counting = adding.on_conflict_do_update(
        index_elements=[tried.key],
        set_={"failed": tried.failed + 1, "wait_s": wait_s, "until": now + wait_s, "at": now},
        where=tried.until <= now,
    )
    if connection.execute(counting.returning(tried.key)).one_or_none() is None:
        until = connection.execute(select(tried.until).where(tried.key == key)).scalar_one()
        raise _MustWait(max(until - now, 0.001))
