"""The record of changes, on every database. How rows are chained stands in domain/audit.py.

Rules:
1. Whoever writes holds the row of the chain's end until the commit: two writers never follow the same row.
2. The end is sealed with a key that the database does not have: rows that are cut off, or chained anew from a changed
   one, do not fit it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from backend.domain.audit import HOUSE, START, AuditRow, By, Change, Entry, Fault, entry_of, next_row
from backend.store.account_tables import audit, audit_end
from backend.store.database import Database, insert_into

ROWS_AT_ONCE = 1000


class StoredAudit:
    """Implements AuditBook."""

    def __init__(self, database: Database, data_key: bytes, now: Callable[[], datetime]) -> None:
        self._database = database
        self._key = hmac.new(data_key, b"audit", hashlib.sha256).digest()
        self._now = now

    def add(self, change: Change, by: By) -> Entry:
        chain = change.site_id or HOUSE
        with self._database.writing() as connection:
            end = _hold_end(connection, chain, change.site_id)
            row = next_row(chain, end.number + 1, end.hash, change, by, self._now())
            stored = {"number": row.number, "body": row.body, "content": row.content, "hash": row.hash}
            connection.execute(insert(audit).values(chain=chain, site_id=change.site_id, **stored))
            moved = {"number": row.number, "hash": row.hash, "seal": self._seal(chain, row.number, row.hash)}
            connection.execute(update(audit_end).where(audit_end.c.chain == chain).values(moved))
        return entry_of(row)

    def entries(self, site_id: int | None, after: int | None, most: int) -> Sequence[Entry]:
        wanted = select(audit).where(audit.c.chain == (site_id or HOUSE)).order_by(audit.c.number.desc()).limit(most)
        if after is not None:
            wanted = wanted.where(audit.c.number < after)
        with self._database.reading() as connection:
            return [entry_of(_row(row)) for row in connection.execute(wanted)]

    def chains(self) -> Sequence[int]:
        known = select(audit_end.c.chain).union(select(audit.c.chain)).order_by("chain")
        with self._database.reading() as connection:
            return connection.execute(known).scalars().all()

    def rows(self, chain: int) -> Iterator[AuditRow]:
        after = 0
        while rows := self._some_rows(chain, after):
            yield from rows
            after = rows[-1].number

    def count(self, chain: int) -> int:
        counted = select(func.count()).select_from(audit).where(audit.c.chain == chain)
        with self._database.reading() as connection:
            return connection.execute(counted).scalar_one()

    def fault_of_end(self, chain: int) -> Fault | None:
        last = select(audit.c.number, audit.c.hash).where(audit.c.chain == chain).order_by(audit.c.number.desc())
        with self._database.reading() as connection:
            row = connection.execute(last.limit(1)).one_or_none()
            end = connection.execute(select(audit_end).where(audit_end.c.chain == chain)).one_or_none()
        number = row.number if row else 0
        if end is None:
            return Fault(number, "the mark of the end is missing")
        if not hmac.compare_digest(end.seal, self._seal(chain, end.number, end.hash)):
            return Fault(end.number, "the mark of the end is not ours: the chain was written anew")
        if number < end.number:
            return Fault(end.number, f"the rows from {number + 1} to {end.number} are missing")
        if row is None or (number, row.hash) != (end.number, end.hash):
            return Fault(number, "it is not the end that was marked")
        return None

    def _some_rows(self, chain: int, after: int) -> list[AuditRow]:
        wanted = select(audit).where(audit.c.chain == chain, audit.c.number > after).order_by(audit.c.number)
        with self._database.reading() as connection:
            return [_row(row) for row in connection.execute(wanted.limit(ROWS_AT_ONCE))]

    def _seal(self, chain: int, number: int, row_hash: str) -> str:
        return hmac.new(self._key, f"{chain}|{number}|{row_hash}".encode(), hashlib.sha256).hexdigest()


def _hold_end(connection: Connection, chain: int, site_id: int | None) -> Row[Any]:
    start = {"chain": chain, "site_id": site_id, "number": 0, "hash": START, "seal": ""}
    adding = insert_into(connection, audit_end).values(start)
    connection.execute(adding.on_conflict_do_nothing(index_elements=["chain"]))
    return connection.execute(select(audit_end).where(audit_end.c.chain == chain).with_for_update()).one()


def _row(row: Row[Any]) -> AuditRow:
    return AuditRow(row.number, row.body, row.content, row.hash)
