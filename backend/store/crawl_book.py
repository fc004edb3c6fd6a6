"""Crawls and their pages, on every database.

Rules: one process at a time is at a crawl, told by a sign of life that it renews; what a round has looked at stays
looked at when it is stopped; a new round looks at every known page again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, insert, or_, select, update

from backend.domain.crawl import Crawl, CrawlPage, CrawlState
from backend.store import tables
from backend.store.database import Database, in_batches, insert_into

DEAD_AFTER = timedelta(minutes=3)  # without a sign of life; a page takes at most one
MOST_IN_A_LIST = 500


class StoredCrawls:
    """Implements CrawlBook."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def crawls(self, site_id: int | None = None) -> Sequence[Crawl]:
        crawl = tables.crawl
        wanted = select(crawl).order_by(crawl.c.id)
        if site_id is not None:
            wanted = wanted.where(crawl.c.site_id == site_id)
        with self._database.reading() as connection:
            return [_crawl(row) for row in connection.execute(wanted)]

    def open(self, site_id: int, start: str, every_hours: int | None) -> Crawl:
        crawl = tables.crawl
        its_own = and_(crawl.c.site_id == site_id, crawl.c.start == start)
        fresh = {"state": "done", "note": "", "alive_at": self._now(), "every_hours": every_hours or 0}
        with self._database.writing() as connection:
            adding = insert_into(connection, crawl).values(site_id=site_id, start=start, **fresh)
            connection.execute(adding.on_conflict_do_nothing(index_elements=[crawl.c.site_id, crawl.c.start]))
            if every_hours is not None:
                connection.execute(update(crawl).where(its_own).values(every_hours=every_hours))
            return _crawl(connection.execute(select(crawl).where(its_own)).one())

    def begin(self, crawl: Crawl) -> bool:
        """Begin a round; pages that wait are those of a round that was not finished, and it is gone on with."""
        its_own, page = tables.crawl.c.id == crawl.id, tables.crawl_page
        is_free = or_(tables.crawl.c.state != "running", tables.crawl.c.alive_at < self._now() - DEAD_AFTER)
        taking = update(tables.crawl).where(its_own, is_free)
        waiting = select(page.c.url).where(page.c.crawl_id == crawl.id, page.c.state == "waiting").limit(1)
        with self._database.writing() as connection:
            taken = connection.execute(taking.values(state="running", note="", alive_at=self._now(), ended_at=None))
            if taken.rowcount != 1:
                return False
            if connection.execute(waiting).first() is None:
                connection.execute(update(page).where(page.c.crawl_id == crawl.id).values(state="waiting"))
        return True

    def keep_alive(self, crawl: Crawl) -> None:
        with self._database.writing() as connection:
            connection.execute(update(tables.crawl).where(tables.crawl.c.id == crawl.id).values(alive_at=self._now()))

    def end(self, crawl: Crawl, state: CrawlState, note: str = "") -> None:
        with self._database.writing() as connection:
            ending = update(tables.crawl).where(tables.crawl.c.id == crawl.id)
            connection.execute(ending.values(state=state, note=note, ended_at=self._now()))

    def add_pages(self, crawl: Crawl, pages: Sequence[CrawlPage]) -> None:
        if not pages:
            return
        page = tables.crawl_page
        with self._database.writing() as connection:
            adding = insert_into(connection, page).on_conflict_do_nothing(index_elements=[page.c.crawl_id, page.c.url])
            connection.execute(adding, [_row(crawl, each) for each in pages])

    def waiting(self, crawl: Crawl, most: int) -> Sequence[CrawlPage]:
        page = tables.crawl_page
        wanted = select(page).where(page.c.crawl_id == crawl.id, page.c.state == "waiting")
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(page.c.depth, page.c.url).limit(most)).all()
        return [_page(row) for row in rows]

    def keep_pages(self, crawl: Crawl, pages: Sequence[CrawlPage]) -> None:
        page = tables.crawl_page
        with self._database.writing() as connection:
            for batch in in_batches([each.url for each in pages], MOST_IN_A_LIST):
                connection.execute(delete(page).where(page.c.crawl_id == crawl.id, page.c.url.in_(batch)))
            if pages:
                connection.execute(insert(page), [_row(crawl, each) for each in pages])
            connection.execute(update(tables.crawl).where(tables.crawl.c.id == crawl.id).values(alive_at=self._now()))

    def pages(self, crawl: Crawl) -> Sequence[CrawlPage]:
        page = tables.crawl_page
        with self._database.reading() as connection:
            rows = connection.execute(select(page).where(page.c.crawl_id == crawl.id)).all()
        return sorted(map(_page, rows), key=lambda each: each.url)

    def remove(self, crawl: Crawl) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(tables.crawl_page).where(tables.crawl_page.c.crawl_id == crawl.id))
            connection.execute(delete(tables.crawl).where(tables.crawl.c.id == crawl.id))


def _crawl(row: Row[Any]) -> Crawl:
    return Crawl(row.id, row.site_id, row.start, row.every_hours, row.state, row.note, row.alive_at, row.ended_at)


def _page(row: Row[Any]) -> CrawlPage:
    return CrawlPage(row.url, row.depth, row.state, row.etag, row.last_modified, row.document, row.code, row.why)


def _row(crawl: Crawl, page: CrawlPage) -> dict[str, object]:
    return {
        "crawl_id": crawl.id,
        "site_id": crawl.site_id,
        "url": page.url,
        "depth": page.depth,
        "state": page.state,
        "etag": page.etag,
        "last_modified": page.last_modified,
        "document": page.document,
        "code": page.code,
        "why": page.why,
    }
