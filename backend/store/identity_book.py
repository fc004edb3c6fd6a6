"""The secrets with which sites vouch for their signed-in users.

Rules:
1. A secret is sealed with its site's key, in a table of its own: settings, exports and logs never hold it.
2. A site has at most two: the newest, and the one before it, so that tokens signed before a rotation still count.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from backend.domain.errors import UnknownSite
from backend.domain.site import Site
from backend.store import tables
from backend.store.sealing import SealedRows

ACTIVE = 2
SECRET_BYTES = 32
TABLE, COLUMN = "identity_secret", "secret_sealed"  # where a secret is sealed for

secret = tables.identity_secret


class StoredIdentities(SealedRows):
    """Implements IdentityBook."""

    def secrets(self, site: Site) -> Sequence[str]:
        with self._database.reading() as connection:
            rows = _newest_first(connection, site)
            if not rows:
                return ()
            seal = self._seal_of(connection, site.id)
            return [seal.open(row.secret_sealed, TABLE, str(row.number), COLUMN) for row in rows]

    def rotate(self, site: Site) -> str:
        made = secrets.token_hex(SECRET_BYTES)
        with self._database.writing() as connection:
            _lock(connection, site)
            known = _newest_first(connection, site)
            number = known[0].number + 1 if known else 1
            seal = self._seal_of(connection, site.id)
            row = {
                "site_id": site.id,
                "number": number,
                "secret_sealed": seal.seal(made, TABLE, str(number), COLUMN),
                "created_at": self._now(),
            }
            connection.execute(secret.insert(), row)
            connection.execute(delete(secret).where(secret.c.site_id == site.id, secret.c.number <= number - ACTIVE))
        return made

    def turn_off(self, site: Site) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(secret).where(secret.c.site_id == site.id))


def _newest_first(connection: Connection, site: Site) -> Sequence[Row[Any, Any]]:
    wanted = select(secret.c.number, secret.c.secret_sealed).where(secret.c.site_id == site.id)
    return connection.execute(wanted.order_by(secret.c.number.desc())).all()


def _lock(connection: Connection, site: Site) -> None:
    """On PostgreSQL, keep others from rotating at the same time; raise UnknownSite where the site is gone."""
    wanted = select(tables.site.c.id).where(tables.site.c.id == site.id).with_for_update(key_share=True)
    if connection.execute(wanted).one_or_none() is None:
        raise UnknownSite
