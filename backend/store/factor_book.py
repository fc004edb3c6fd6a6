"""Second factors: the secret, sealed; the newest time step whose code was used; recovery codes, as hashes.

What is spent is spent by one statement, whose count of rows decides: of many at once one wins.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from backend.domain.accounts import Person
from backend.store.account_tables import person, recovery_code
from backend.store.database import Database
from backend.store.encryption import Cipher, Place


class StoredFactors:
    """Implements FactorBook."""

    def __init__(self, database: Database, data_key: bytes) -> None:
        self._database = database
        self._cipher = Cipher(hmac.new(data_key, b"second factors", hashlib.sha256).digest())

    def begin(self, who: Person, secret: str) -> None:
        sealed = self._cipher.seal_text(secret, _place(who))
        beginning = update(person).where(person.c.id == who.id, person.c.has_factor.is_(False))
        with self._database.writing() as connection:
            connection.execute(beginning.values(totp_sealed=sealed, totp_step=0))

    def secret(self, who: Person) -> str:
        with self._database.reading() as connection:
            sealed = connection.execute(select(person.c.totp_sealed).where(person.c.id == who.id)).scalar_one_or_none()
        return self._cipher.open_text(sealed, _place(who)) if sealed else ""

    def confirm(self, who: Person, step: int, codes: Sequence[str]) -> bool:
        begun = (person.c.id == who.id, person.c.totp_sealed.is_not(None), person.c.has_factor.is_(False))
        confirming = update(person).where(*begun, person.c.totp_step < step)
        with self._database.writing() as connection:
            is_confirmed = connection.execute(confirming.values(has_factor=True, totp_step=step)).rowcount == 1
            if is_confirmed:
                _write_codes(connection, who, codes)
        return is_confirmed

    def spend_step(self, who: Person, step: int) -> bool:
        spending = update(person).where(person.c.id == who.id, person.c.has_factor, person.c.totp_step < step)
        with self._database.writing() as connection:
            return connection.execute(spending.values(totp_step=step)).rowcount == 1

    def spend_code(self, who: Person, code: str) -> bool:
        spending = delete(recovery_code).where(recovery_code.c.person_id == who.id, recovery_code.c.hash == code)
        with self._database.writing() as connection:
            return connection.execute(spending).rowcount == 1

    def renew_codes(self, who: Person, codes: Sequence[str]) -> None:
        with self._database.writing() as connection:
            _write_codes(connection, who, codes)

    def codes_left(self, who: Person) -> int:
        counted = select(func.count()).select_from(recovery_code).where(recovery_code.c.person_id == who.id)
        with self._database.reading() as connection:
            return connection.execute(counted).scalar_one()

    def end(self, who: Person) -> None:
        with self._database.writing() as connection:
            ending = update(person).where(person.c.id == who.id)
            connection.execute(ending.values(totp_sealed=None, has_factor=False))
            connection.execute(delete(recovery_code).where(recovery_code.c.person_id == who.id))


def _write_codes(connection: Connection, who: Person, codes: Sequence[str]) -> None:
    connection.execute(delete(recovery_code).where(recovery_code.c.person_id == who.id))
    if codes:
        connection.execute(insert(recovery_code), [{"person_id": who.id, "hash": code} for code in codes])


def _place(who: Person) -> Place:
    return Place(site="", table="person", row=str(who.id), column="totp_sealed")
