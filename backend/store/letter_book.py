"""Letters on their way, sealed with the house's key; a letter's words go when it is over."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from backend.domain.outgoing import DueLetter, Letter, Tried
from backend.store.database import Database, insert_into
from backend.store.encryption import Cipher, Place
from backend.store.outgoing_tables import delivery, letter

WITHDRAWN = "taken back before it went out"


class StoredLetters:
    """Implements LetterBook."""

    def __init__(self, database: Database, data_key: bytes, now: Callable[[], datetime]) -> None:
        self._database = database
        self._cipher = Cipher(hmac.new(data_key, b"letters", hashlib.sha256).digest())
        self._now = now

    def put_on(self, coming: Letter, waits: timedelta = timedelta()) -> None:
        now = self._now()
        row = {
            "id": coming.id,
            "site_id": coming.site_id,
            "conversation_id": coming.conversation,
            "kind": coming.kind,
            "letter_sealed": self._cipher.seal_text(json.dumps(asdict(coming)), _place(coming.id)),
            "state": "waiting",
            "tries": 0,
            "note": "",
            "created_at": now,
            "next_at": now + waits,
        }
        with self._database.writing() as connection:
            connection.execute(insert_into(connection, letter).values(row).on_conflict_do_nothing())

    def withdraw(self, name: str) -> bool:
        held = {"state": "failed", "note": WITHDRAWN, "ended_at": self._now(), "letter_sealed": None}
        waiting = update(letter).where(letter.c.id == name, letter.c.state == "waiting")
        with self._database.writing() as connection:
            return connection.execute(waiting.values(held)).rowcount == 1

    def take_due(self, most: int, again_at: datetime) -> Sequence[DueLetter]:
        wanted = select(letter).where(letter.c.state == "waiting", letter.c.next_at <= self._now())
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(letter.c.next_at).limit(most)).all()
        return [
            DueLetter(self._opened(row.letter_sealed, row.id), row.tries, row.created_at)
            for row in rows
            if self._take(row.id, row.next_at, again_at)
        ]

    def _take(self, name: str, next_at: datetime, again_at: datetime) -> bool:
        mine = (letter.c.id == name, letter.c.next_at == next_at, letter.c.state == "waiting")
        with self._database.writing() as connection:
            return connection.execute(update(letter).where(*mine).values(next_at=again_at)).rowcount == 1

    def settle(self, name: str, tried: Tried, next_at: datetime | None) -> None:
        now, is_over = self._now(), next_at is None
        values: dict[str, object] = {"note": tried.said, "tries": letter.c.tries + 1, "next_at": next_at or now}
        if is_over:
            values |= {"state": "done" if tried.has_arrived else "failed", "ended_at": now, "letter_sealed": None}
        with self._database.writing() as connection:
            connection.execute(update(letter).where(letter.c.id == name, letter.c.state == "waiting").values(**values))

    def state(self, name: str) -> tuple[str, str] | None:
        with self._database.reading() as connection:
            row = connection.execute(select(letter.c.state, letter.c.note).where(letter.c.id == name)).one_or_none()
        return None if row is None else (row.state, row.note)

    def _opened(self, sealed: bytes, name: str) -> Letter:
        told = json.loads(self._cipher.open_text(sealed, _place(name)))
        return Letter(**{**told, "thread": tuple(told["thread"])})


def erase_what_goes_out(connection: Connection, site_id: int, conversation: str) -> None:
    """Forget every letter and delivery about a conversation."""
    for table in (letter, delivery):
        connection.execute(delete(table).where(table.c.site_id == site_id, table.c.conversation_id == conversation))


def _place(name: str) -> Place:
    return Place(site="", table="letter", row=name, column="letter_sealed")
