"""What was found wrong with a site's pages: one look in place of the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text, and_, delete, select

from backend.domain.faults import Fault, LookedOver, TextPlace
from backend.store.database import Database
from backend.store.tables import RowNumber, UtcTime, metadata

looked_over = Table(
    "looked_over",
    metadata,
    Column("site_id", RowNumber, ForeignKey("site.id"), primary_key=True, autoincrement=False),
    Column("is_live", Boolean, primary_key=True),
    Column("pages", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

fault = Table(
    "fault",
    metadata,
    Column("site_id", RowNumber, ForeignKey("site.id"), primary_key=True, autoincrement=False),
    Column("is_live", Boolean, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("other_document", Text),  # none where one place is enough
    Column("other_text", Text, nullable=False),
    Column("other_digest", Text, nullable=False),
)


class StoredFaults:
    """Implements FaultBook."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def keep(
        self, site_id: int, pages: str, faults: Sequence[Fault], digests: Sequence[tuple[str, str]], *, is_live: bool
    ) -> None:
        of_site = {"site_id": site_id, "is_live": is_live}
        rows = [
            {
                **of_site,
                "position": position,
                "kind": each.kind,
                "document": each.place.document,
                "text": each.place.text,
                "digest": own,
                "other_document": each.other.document if each.other else None,
                "other_text": each.other.text if each.other else "",
                "other_digest": other,
            }
            for position, (each, (own, other)) in enumerate(zip(faults, digests, strict=True))
        ]
        with self._database.writing() as connection:
            for table in (fault, looked_over):
                connection.execute(delete(table).where(table.c.site_id == site_id, table.c.is_live == is_live))
            connection.execute(looked_over.insert().values({**of_site, "pages": pages, "at": self._now()}))
            if rows:
                connection.execute(fault.insert(), rows)

    def looked_over(self, site_id: int, *, is_live: bool) -> LookedOver | None:
        look, of_it = (
            looked_over,
            and_(fault.c.site_id == looked_over.c.site_id, fault.c.is_live == looked_over.c.is_live),
        )
        columns = (look.c.pages, look.c.at, *(each for each in fault.c if each.name not in look.c))
        wanted = select(*columns).select_from(look.outerjoin(fault, of_it)).order_by(fault.c.position)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.where(look.c.site_id == site_id, look.c.is_live == is_live)).all()
        if not rows:
            return None
        pages, at = rows[0].pages, rows[0].at
        rows = [row for row in rows if row.kind is not None]
        faults = [
            Fault(
                row.kind,
                TextPlace(row.document, row.text),
                None if row.other_document is None else TextPlace(row.other_document, row.other_text),
            )
            for row in rows
        ]
        return LookedOver(pages, at, faults, [(row.digest, row.other_digest) for row in rows])
