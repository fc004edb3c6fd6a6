"""Each site's one draft.

Rules:
1. The documents that a draft changes stand on a shelf of their own, a hidden site of version 0: whoever reads the
   published sites never meets them. A draft that is dropped takes its shelf with it, and the next one has a new shelf.
2. A change of the settings names the revision that it was made from; of two that name the same, one is refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from backend.domain.errors import ChangedMeanwhile
from backend.domain.setting_changes import rebase
from backend.domain.site import Site, SiteSettings
from backend.domain.site_json import settings_from_json, settings_to_json
from backend.domain.versions import Draft
from backend.store import tables
from backend.store.database import Database, insert_into
from backend.store.site_keys import SiteKeys
from backend.store.site_removal import remove_rows_of

PREFIX = "draft_"


class StoredDrafts:
    """Implements DraftBook."""

    def __init__(self, database: Database, keys: SiteKeys, now: Callable[[], datetime]) -> None:
        self._database = database
        self._keys = keys
        self._now = now

    def draft(self, site: Site) -> Draft:
        with self._database.reading() as connection:
            row = _row_of(connection, site)
            if row is not None:
                return _draft(connection, site, row)
        with self._database.writing() as connection:
            return _draft(connection, site, self._make(connection, site))

    def on_shelf(self, shelf: int) -> tuple[int, frozenset[str]] | None:
        draft = tables.draft
        wanted = select(draft.c.site_id, draft.c.gone).where(draft.c.shelf_id == shelf)
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else (row.site_id, frozenset(row.gone))

    def with_key(self, key: str) -> int | None:
        draft = tables.draft
        wanted = select(draft.c.site_id).join(tables.site, tables.site.c.id == draft.c.shelf_id)
        with self._database.reading() as connection:
            return connection.execute(wanted.where(tables.site.c.key == key)).scalar_one_or_none()

    def change(self, site: Site, settings: SiteSettings, revision: int | None, by: str) -> Draft:
        draft = tables.draft
        is_meant = [draft.c.site_id == site.id]
        if revision is not None:
            is_meant.append(draft.c.revision == revision)
        changing = update(draft).where(*is_meant)
        with self._database.writing() as connection:
            self._make(connection, site)
            changed = connection.execute(
                changing.values(
                    settings=None if settings == site.settings else settings_to_json(settings),
                    based_on=site.version,
                    revision=draft.c.revision + 1,
                    changed_by=by,
                    changed_at=self._now(),
                )
            )
            row = _row_of(connection, site)
            assert row is not None  # noqa: S101 - it was made above
            found = _draft(connection, site, row)
            if changed.rowcount == 1:
                self._keep_version(connection, row.shelf_id, row.revision, settings)
        if changed.rowcount != 1:
            raise ChangedMeanwhile(
                f"If-Match: the draft is at {found.revision} now, changed by {found.changed_by or 'somebody'}; "
                "read it again, and send your change upon it"
            )
        return found

    def leave_out(self, shelf: int, keys: Sequence[str]) -> None:
        draft, site = tables.draft, tables.site
        with self._database.writing() as connection:
            known = select(draft.c.gone).where(draft.c.shelf_id == shelf).with_for_update()
            gone = sorted({*connection.execute(known).scalar_one(), *keys})
            connection.execute(update(draft).where(draft.c.shelf_id == shelf).values(gone=gone))
            counted = update(site).where(site.c.id == shelf).values(knowledge_revision=site.c.knowledge_revision + 1)
            connection.execute(counted)

    def clear(self, site: Site) -> None:
        draft, crawl = tables.draft, tables.crawl
        with self._database.writing() as connection:
            row = _row_of(connection, site)
            if row is None:
                return
            own = select(crawl.c.start).where(crawl.c.site_id == site.id)
            moving = [crawl.c.site_id == row.shelf_id, crawl.c.start.not_in(own.scalar_subquery())]
            moved = list(connection.execute(select(crawl.c.id).where(*moving)).scalars())
            page = tables.crawl_page
            connection.execute(update(page).where(page.c.crawl_id.in_(moved)).values(site_id=site.id))
            connection.execute(update(crawl).where(crawl.c.id.in_(moved)).values(site_id=site.id))
            connection.execute(draft.delete().where(draft.c.site_id == site.id))
            remove_rows_of(connection, row.shelf_id)

    def _make(self, connection: Connection, site: Site) -> Row[Any]:
        """Return the site's draft, made where there is none; on PostgreSQL a second one who makes it waits."""
        known = select(tables.site.c.synonyms).where(tables.site.c.id == site.id).with_for_update()
        synonyms = connection.execute(known).scalar_one()
        row = _row_of(connection, site)
        if row is not None:
            return row
        key = f"{PREFIX}{secrets.token_hex(16)}"
        shelf = tables.site.insert().values(
            key=key,
            name="",
            version=0,
            knowledge_revision=0,
            passage_count=0,
            synonyms=synonyms,
            data_key_sealed=self._keys.new_data_key(key),
            created_at=self._now(),
        )
        shelf_id = connection.execute(shelf.returning(tables.site.c.id)).scalar_one()
        making = insert_into(connection, tables.draft).values(
            site_id=site.id,
            shelf_id=shelf_id,
            settings=None,
            based_on=site.version,
            revision=1,
            gone=[],
            changed_by="",
            changed_at=self._now(),
        )
        connection.execute(making)
        self._keep_version(connection, shelf_id, 1, site.settings)
        row = _row_of(connection, site)
        assert row is not None  # noqa: S101 - it was made above
        return row

    def _keep_version(self, connection: Connection, shelf: int, revision: int, settings: SiteSettings) -> None:
        """Keep what the draft was at a revision: questions that are tried on it say which one answered."""
        row = {"site_id": shelf, "number": revision, "settings": settings_to_json(settings), "digest": ""}
        connection.execute(tables.prompt_version.insert().values(**row, created_at=self._now()))


def _row_of(connection: Connection, site: Site) -> Row[Any] | None:
    draft, shelf, live, below = tables.draft, tables.site, tables.prompt_version, tables.site.alias()
    is_live = (live.c.site_id == draft.c.site_id) & (live.c.number == site.version)
    known = (live.c.published_by, live.c.created_at.label("published_at"))
    words = (shelf.c.synonyms, below.c.synonyms.label("live_synonyms"))
    wanted = (
        select(draft, shelf.c.key.label("shelf_key"), *known, *words)
        .join(shelf, shelf.c.id == draft.c.shelf_id)
        .join(below, below.c.id == draft.c.site_id)
        .join(live, is_live)
    )
    return connection.execute(wanted.where(draft.c.site_id == site.id)).one_or_none()


def _draft(connection: Connection, site: Site, row: Row[Any]) -> Draft:
    settings = site.settings
    if row.settings is not None:
        mine = settings_from_json(row.settings)
        settings = rebase(_settings_of(connection, site, row.based_on), mine, site.settings)
    gone = frozenset(row.gone)
    return Draft(
        site,
        row.shelf_id,
        row.shelf_key,
        settings,
        row.revision,
        gone,
        row.changed_by,
        row.changed_at,
        row.published_by,
        row.published_at,
        row.synonyms != row.live_synonyms,
    )


def _settings_of(connection: Connection, site: Site, number: int) -> SiteSettings:
    if number == site.version:
        return site.settings
    version = tables.prompt_version
    wanted = select(version.c.settings).where(version.c.site_id == site.id, version.c.number == number)
    return settings_from_json(connection.execute(wanted).scalar_one())
