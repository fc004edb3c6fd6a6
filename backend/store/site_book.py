"""The sites that exist, and every version of their settings that was published.

Rules:
1. A published version never changes: publishing adds the next one and points the site at it.
2. A site that was read is believed for a second, since every question asks for it. What another process publishes
   is therefore seen within a second.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select
from sqlalchemy.exc import IntegrityError

from backend.domain.errors import SettingsError, UnknownSite
from backend.domain.site import Site, SiteSettings
from backend.domain.site_json import settings_from_json, settings_to_json
from backend.store import tables
from backend.store.database import Database
from backend.store.site_keys import SiteKeys

BELIEVED_S = 1.0


class StoredSites:
    """Implements SiteBook."""

    def __init__(
        self,
        database: Database,
        keys: SiteKeys,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._keys = keys
        self._now = now
        self._monotonic = monotonic
        self._read: dict[str, tuple[Site, float]] = {}  # by key, with the time until which it is believed

    def site(self, key: str) -> Site:
        known, believed_until = self._read.get(key, (None, 0.0))
        if known is not None and self._monotonic() < believed_until:
            return known
        with self._database.reading() as connection:
            row = connection.execute(_published().where(tables.site.c.key == key)).one_or_none()
        if row is None:
            self._read.pop(key, None)
            raise UnknownSite(f"site: {key[:60]!r} is not the key of a site; `site list` names them all")
        return self._believe(known if known is not None and known.version == row.version else _site(row))

    def sites(self) -> Sequence[Site]:
        with self._database.reading() as connection:
            return [_site(row) for row in connection.execute(_published().order_by(tables.site.c.id))]

    def find_by_name(self, name: str) -> Site | None:
        """Return the oldest site of this name."""
        wanted = _published().where(tables.site.c.name == name).order_by(tables.site.c.id).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else _site(row)

    def create(self, settings: SiteSettings, key: str | None = None) -> Site:
        key = key or f"pk_{secrets.token_hex(12)}"
        row = {
            "key": key,
            "name": settings.name,
            "version": 1,
            "knowledge_revision": 0,
            "passage_count": 0,
            "data_key_sealed": self._keys.new_data_key(key),
            "created_at": self._now(),
        }
        try:
            with self._database.writing() as connection:
                site_id: int = connection.execute(
                    tables.site.insert().values(row).returning(tables.site.c.id)
                ).scalar_one()
                self._add_version(connection, site_id, 1, settings)
        except IntegrityError:
            raise SettingsError(f"there is already a site with the key {key}") from None
        return self._believe(Site(site_id, key, 1, settings))

    def publish(self, site: Site, settings: SiteSettings) -> Site:
        with self._database.writing() as connection:
            # FOR UPDATE: on PostgreSQL two publishers would else both write the same next number.
            row = connection.execute(
                _published().where(tables.site.c.id == site.id).with_for_update(of=tables.site, key_share=True)
            ).one_or_none()
            if row is None:
                raise UnknownSite
            current = _site(row)
            if current.settings == settings:
                return self._believe(current)
            published = Site(current.id, current.key, current.version + 1, settings)
            self._add_version(connection, site.id, published.version, settings)
            connection.execute(
                tables.site.update()
                .where(tables.site.c.id == site.id)
                .values(version=published.version, name=settings.name)
            )
        return self._believe(published)

    def _add_version(self, connection: Connection, site_id: int, number: int, settings: SiteSettings) -> None:
        document = settings_to_json(settings)
        row = {
            "site_id": site_id,
            "number": number,
            "settings": document,
            "digest": _digest(document),
            "created_at": self._now(),
        }
        connection.execute(tables.prompt_version.insert().values(row))

    def _believe(self, site: Site) -> Site:
        self._read[site.key] = (site, self._monotonic() + BELIEVED_S)
        return site


def _published() -> Select[int, str, int, Any]:
    site, version = tables.site, tables.prompt_version
    joined = site.join(version, (version.c.site_id == site.c.id) & (version.c.number == site.c.version))
    return select(site.c.id, site.c.key, site.c.version, version.c.settings).select_from(joined)


def _site(row: Row[int, str, int, Any]) -> Site:
    return Site(row.id, row.key, row.version, settings_from_json(row.settings))


def _digest(document: Mapping[str, object]) -> str:
    written = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
