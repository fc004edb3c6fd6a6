"""Texts are sealed with their site's key, each bound to its place. Only this file knows how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from backend.store.database import Database
from backend.store.encryption import Cipher, Place
from backend.store.site_keys import SiteKeys


@dataclass(frozen=True, slots=True)
class SiteSeal:
    """Seals and opens the texts of one site, each for its own place: table, row and column."""

    site_id: int
    cipher: Cipher

    def seal(self, text: str, table: str, row: str, column: str) -> bytes:
        return self.cipher.seal_text(text, self._place(table, row, column))

    def open(self, sealed: bytes, table: str, row: str, column: str) -> str:
        """Return what was sealed for this place; raise CannotOpen where another key or place sealed it."""
        return self.cipher.open_text(sealed, self._place(table, row, column))

    def _place(self, table: str, row: str, column: str) -> Place:
        return Place(str(self.site_id), table, row, column)


class SealedRows:
    """The parts that all books of sealed rows share: the database, the sites' keys, and the time."""

    def __init__(self, database: Database, keys: SiteKeys, now: Callable[[], datetime]) -> None:
        self._database = database
        self._keys = keys
        self._now = now

    def _seal_of(self, connection: Connection, site_id: int) -> SiteSeal:
        return SiteSeal(site_id, self._keys.cipher(connection, site_id))
