"""The sites that exist, and every version of their settings that was published.

Rules:
1. A published version never changes: publishing adds the next one and points the site at it.
2. Published sites are kept in memory, since every request asks for one. Once a second, at most, one small query tells
   whether anything has changed; only what has changed is read and built anew. What another process publishes is
   therefore seen within a second, and a new site at once.
3. While the database cannot be read, what was read before is believed.
"""

from __future__ import annotations

import hashlib
import json
import math
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select
from sqlalchemy.exc import IntegrityError

from backend.domain.calibration import Fitting
from backend.domain.errors import Busy, SettingsError, UnknownSite
from backend.domain.site import RemovedSite, Site, SiteSettings
from backend.domain.site_json import settings_from_json, settings_to_json
from backend.domain.versions import Publishing
from backend.store import tables
from backend.store.curves import curve_of, fitting_document, fitting_of
from backend.store.database import Database, in_batches
from backend.store.document_changes import has_unnamed_changes, name_changes
from backend.store.site_keys import SiteKeys
from backend.store.site_removal import remove_rows_of

BELIEVED_S = 1.0
UNSAID = Publishing()
MOST_IN_A_LIST = 500


@dataclass(frozen=True, slots=True)
class Published:
    """Every published site, as one look at the database found them. `state` changes when any of them does."""

    state: tuple[object, ...] = ()
    by_id: Mapping[int, Site] = field(default_factory=dict)  # oldest first
    by_key: Mapping[str, Site] = field(default_factory=dict)
    origins: frozenset[str] = frozenset()

    @classmethod
    def of(cls, state: tuple[object, ...], sites: Iterable[Site]) -> Published:
        by_id = {site.id: site for site in sorted(sites, key=attrgetter("id"))}
        by_key = {site.key: site for site in by_id.values()}
        return cls(
            state, by_id, by_key, frozenset(chain.from_iterable(each.settings.origins for each in by_id.values()))
        )


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
        self._published = Published()
        self._believed_until = -math.inf

    def site(self, key: str) -> Site:
        found = self._look().by_key.get(key) or self._look_again().by_key.get(key)
        if found is None:
            raise UnknownSite(f"site: {key[:60]!r} is not the key of a site; `site list` names them all")
        return found

    def with_id(self, site_id: int) -> Site | None:
        return self._look().by_id.get(site_id) or self._look_again().by_id.get(site_id)

    def has_origin(self, origin: str) -> bool:
        return origin in self._look().origins

    def sites(self) -> Sequence[Site]:
        return list(self._look_again().by_id.values())

    def _look(self) -> Published:
        """Return what is published, as it was known within the last second."""
        if self._monotonic() < self._believed_until:
            return self._published
        try:
            return self._look_again()
        except Busy:
            if not self._published.state:
                raise
            return self._published

    def _look_again(self) -> Published:
        """Return what is published now; raise Busy where the database cannot tell."""
        # Set first: whoever asks while we wait for the database goes on with what is known.
        self._believed_until = self._monotonic() + BELIEVED_S if self._published.state else -math.inf
        with self._database.reading() as connection:
            state = tuple(connection.execute(_state).one())
            if state != self._published.state:
                self._published = Published.of(state, self._read_changed(connection))
        self._believed_until = self._monotonic() + BELIEVED_S
        return self._published

    def _read_changed(self, connection: Connection) -> Iterator[Site]:
        """Yield every site, building only those that are not known in their present version."""
        known = self._published.by_id
        changed = []
        for site_id, version, fits in connection.execute(
            select(tables.site.c.id, tables.site.c.version, tables.site.c.fits).where(_is_published)
        ):
            if site_id in known and (known[site_id].version, known[site_id].fits) >= (version, fits):
                yield known[site_id]
            else:
                changed.append(site_id)
        for batch in in_batches(changed, MOST_IN_A_LIST):
            yield from map(_site, connection.execute(_all_published().where(tables.site.c.id.in_(batch))))

    def find_by_name(self, name: str) -> Site | None:
        """Return the oldest site of this name."""
        return next((site for site in self.sites() if site.settings.name == name), None)

    def create(self, settings: SiteSettings, key: str | None = None, publishing: Publishing = UNSAID) -> Site:
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
                self._add_version(connection, site_id, 1, settings, publishing)
        except IntegrityError:
            raise SettingsError(f"there is already a site with the key {key}") from None
        return self._believe(Site(site_id, key, 1, settings))

    def publish(self, site: Site, settings: SiteSettings, publishing: Publishing = UNSAID) -> Site:
        with self._database.writing() as connection:
            # FOR UPDATE: on PostgreSQL two publishers would else both write the same next number.
            row = connection.execute(
                _all_published().where(tables.site.c.id == site.id).with_for_update(of=tables.site, key_share=True)
            ).one_or_none()
            if row is None:
                raise UnknownSite
            current = _site(row)
            if current.settings == settings and not has_unnamed_changes(connection, site.id):
                return self._believe(current)
            published = replace(current, version=current.version + 1, settings=settings)
            self._add_version(connection, site.id, published.version, settings, publishing)
            name_changes(connection, site.id, published.version)
            connection.execute(
                tables.site.update()
                .where(tables.site.c.id == site.id)
                .values(version=published.version, name=settings.name)
            )
        return self._believe(published)

    def name_changes(self, site: Site) -> None:
        with self._database.writing() as connection:
            name_changes(connection, site.id, site.version)

    def applied_from(self, folder: str) -> Site | None:
        wanted = select(tables.site.c.id).where(tables.site.c.folder == folder).order_by(tables.site.c.id.desc())
        with self._database.reading() as connection:
            site_id = connection.execute(wanted.limit(1)).scalar_one_or_none()
        return None if site_id is None else self.with_id(site_id)

    def note_folder(self, site: Site, folder: str) -> None:
        known = self.applied_from(folder)
        if known is not None and known.id == site.id:
            return
        row = tables.site
        with self._database.writing() as connection:
            connection.execute(row.update().where(row.c.folder == folder).values(folder=""))
            connection.execute(row.update().where(row.c.id == site.id).values(folder=folder))

    def fitting(self, site: Site) -> Fitting | None:
        wanted = select(tables.site.c.fitting).where(tables.site.c.id == site.id)
        with self._database.reading() as connection:
            kept = connection.execute(wanted).scalar_one_or_none()
        return None if kept is None else fitting_of(kept)

    def keep_fitting(self, site: Site, fitting: Fitting) -> Site:
        row = tables.site
        values = {"fitting": fitting_document(fitting), "fits": row.c.fits + 1}
        with self._database.writing() as connection:
            fitted = row.update().where(row.c.id == site.id).values(values).returning(row.c.fits)
            fits = connection.execute(fitted).scalar_one_or_none()
        return site if fits is None else self._believe(replace(site, curve=fitting.curve, fits=fits))

    def remove(self, site: Site) -> RemovedSite:
        with self._database.writing() as connection:
            shelf = select(tables.draft.c.shelf_id).where(tables.draft.c.site_id == site.id)
            shelves = list(connection.execute(shelf).scalars())
            removed = remove_rows_of(connection, site.id)
            for each in shelves:
                remove_rows_of(connection, each)
        self._database.truncate_log()
        self._believed_until = -math.inf
        return removed

    def _add_version(
        self, connection: Connection, site_id: int, number: int, settings: SiteSettings, publishing: Publishing
    ) -> None:
        document = settings_to_json(settings)
        row = {
            "site_id": site_id,
            "number": number,
            "settings": document,
            "digest": _digest(document),
            "created_at": self._now(),
            "published_by": publishing.by,
            "note": publishing.note,
            "override": publishing.override,
        }
        connection.execute(tables.prompt_version.insert().values(row))

    def _believe(self, site: Site) -> Site:
        """Know this site from now on. The next look finds a new state, and reads what else has changed."""
        self._published = Published.of(("changed here",), [*self._published.by_id.values(), site])
        return site


# Ids are never given twice and versions only grow: whatever is published, fitted or removed changes one of the four.
_is_published = tables.site.c.version > 0  # the others are shelves of drafts
_state = select(
    func.count(), func.max(tables.site.c.id), func.sum(tables.site.c.version), func.sum(tables.site.c.fits)
).where(_is_published)


def _all_published() -> Select[Any]:
    site, version = tables.site, tables.prompt_version
    joined = site.join(version, (version.c.site_id == site.c.id) & (version.c.number == site.c.version))
    columns = (site.c.id, site.c.key, site.c.version, version.c.settings, site.c.fitting, site.c.fits)
    return select(*columns).select_from(joined)


def _site(row: Row[Any]) -> Site:
    return Site(row.id, row.key, row.version, settings_from_json(row.settings), curve_of(row.fitting), row.fits)


def _digest(document: Mapping[str, object]) -> str:
    written = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
