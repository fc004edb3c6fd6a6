"""Each site's cipher: its data key is read wrapped, unwrapped once, and kept in memory by this process alone."""

from __future__ import annotations

from sqlalchemy import Connection, select

from backend.domain.errors import UnknownSite
from backend.store import tables
from backend.store.encryption import Cipher, Place, new_key


class SiteKeys:
    def __init__(self, master_key: bytes) -> None:
        self._master = Cipher(master_key)
        self._ciphers: dict[int, Cipher] = {}

    def new_data_key(self, site_key: str) -> bytes:
        """Return a fresh data key, wrapped for the site with this public key."""
        return self._master.seal(new_key(), _place_of_key(site_key))

    def cipher(self, connection: Connection, site_id: int) -> Cipher:
        """Return the site's cipher; raise CannotOpen where the master key is not the one that wrapped its key."""
        cipher = self._ciphers.get(site_id)
        if cipher is None:
            cipher = self._ciphers[site_id] = self._read(connection, site_id)
        return cipher

    def _read(self, connection: Connection, site_id: int) -> Cipher:
        wanted = select(tables.site.c.key, tables.site.c.data_key_sealed).where(tables.site.c.id == site_id)
        row = connection.execute(wanted).one_or_none()
        if row is None:
            raise UnknownSite
        return Cipher(self._master.open(row.data_key_sealed, _place_of_key(row.key)))


def _place_of_key(site_key: str) -> Place:
    # The public key names the site here: its number is not known before its row is.
    return Place(site_key, "site", site_key, "data_key_sealed")
