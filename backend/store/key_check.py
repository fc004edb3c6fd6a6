"""Knows the keys that a database was written with, by check values that give nothing of the keys away.

1. Another DATA_KEY is refused before anything is written: what visitors wrote could not be read, and what is written
   now could not be read with the right key.
2. Another SECRET_KEY is a thing to be told: visitors' tokens of before no longer count.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from backend.domain.errors import Busy, SettingsError
from backend.store import tables
from backend.store.database import Database, insert_into
from backend.store.encryption import CannotOpen
from backend.store.site_keys import SiteKeys

DATA_KEY, SECRET_KEY = "DATA_KEY", "SECRET_KEY"
CHECK_BYTES = 8
OTHER_DATA_KEY = (
    "DATA_KEY is not the key that this database was written with, so what visitors wrote could not be read. "
    "Set the DATA_KEY of then (or put its file `data_key` back into DATA_DIR), or use another database."
)

check = tables.key_check


class KeyChecks:
    def __init__(self, database: Database, data_key: bytes, now: Callable[[], datetime]) -> None:
        self._database, self._data_key, self._now = database, data_key, now

    def refuse_other_data_key(self) -> None:
        """Raise SettingsError where this database was written with another data key."""
        try:
            with self._database.reading() as connection:
                if not self._is_its_key(connection):
                    raise SettingsError(OTHER_DATA_KEY)
        except (OperationalError, ProgrammingError):
            return  # its tables are not there yet, or older than we are: that is for `migrate`
        except Busy:
            return  # it cannot be asked just now: what is wrong with it is said by whoever needs it

    def keep(self, secret_key: str) -> bool:
        """Keep both keys' check values; tell whether the secret key is another than the one of before.

        A database that takes no writes now keeps the values of before; `/readyz` names what is wrong with it.
        """
        value = check_value(SECRET_KEY, secret_key.encode())
        with self._database.reading() as connection:
            before = _get(connection, SECRET_KEY)
        with suppress(Busy), self._database.writing() as connection:
            _set(connection, DATA_KEY, check_value(DATA_KEY, self._data_key), self._now())
            _set(connection, SECRET_KEY, value, self._now())
        return before is not None and before != value

    def _is_its_key(self, connection: Connection) -> bool:
        kept = _get(connection, DATA_KEY)
        if kept is not None:
            return hmac.compare_digest(kept, check_value(DATA_KEY, self._data_key))
        site = connection.execute(select(tables.site.c.id).order_by(tables.site.c.id).limit(1)).scalar_one_or_none()
        try:
            return site is None or bool(SiteKeys(self._data_key).cipher(connection, site))
        except CannotOpen:
            return False


def check_value(name: str, key: bytes) -> bytes:
    """Return what tells this key from others and does not help to guess it."""
    return hmac.new(key, f"deskbell key check v1 {name}".encode(), hashlib.sha256).digest()[:CHECK_BYTES]


def _get(connection: Connection, name: str) -> bytes | None:
    value: bytes | None = connection.execute(select(check.c.value).where(check.c.name == name)).scalar_one_or_none()
    return value


def _set(connection: Connection, name: str, value: bytes, now: datetime) -> None:
    row = {"value": value, "seen_at": now}
    adding = insert_into(connection, check).values(name=name, **row)
    connection.execute(adding.on_conflict_do_update(index_elements=["name"], set_=row))
