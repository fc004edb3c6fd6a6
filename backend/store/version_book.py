"""The versions of each site: what was published when, by whom and why, and what it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from backend.domain.site import Site
from backend.domain.site_json import settings_from_json
from backend.domain.versions import DocumentChange, KeptDocument, Version
from backend.store import document_changes, tables
from backend.store.database import Database


class StoredVersions:
    """Implements VersionBook."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def versions(self, site: Site, before: int | None = None, most: int = 50) -> Sequence[Version]:
        version = tables.prompt_version
        wanted = select(version).where(version.c.site_id == site.id).order_by(version.c.number.desc()).limit(most)
        if before is not None:
            wanted = wanted.where(version.c.number < before)
        with self._database.reading() as connection:
            return list(map(_version, connection.execute(wanted)))

    def version(self, site: Site, number: int) -> Version | None:
        version = tables.prompt_version
        wanted = select(version).where(version.c.site_id == site.id, version.c.number == number)
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else _version(row)

    def document_changes(self, site: Site, number: int) -> Sequence[DocumentChange]:
        with self._database.reading() as connection:
            return document_changes.changes_of(connection, site.id, number)

    def changes_since(self, site: Site, number: int) -> Sequence[DocumentChange]:
        with self._database.reading() as connection:
            return document_changes.changes_since(connection, site.id, number)

    def kept(self, site: Site, digests: Sequence[str]) -> Mapping[str, KeptDocument]:
        with self._database.reading() as connection:
            return document_changes.kept_documents(connection, site.id, digests)


def _version(row: Row[Any]) -> Version:
    return Version(
        row.number, row.published_by, row.created_at, row.note, row.override, settings_from_json(row.settings)
    )
