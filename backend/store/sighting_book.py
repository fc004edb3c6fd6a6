"""Where the tags of sites were seen: a few rows of each kind, since what a page says of itself is anybody's word."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, ForeignKey, Integer, Table, Text, delete, select

from backend.domain.sightings import Sighting, SightingKind
from backend.store.database import insert_into
from backend.store.sealing import SealedRows
from backend.store.tables import RowNumber, UtcTime, metadata

MOST_OF_A_KIND = 20

sighting = Table(
    "sighting",
    metadata,
    Column("site_id", RowNumber, ForeignKey("site.id"), primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("origin", Text, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last_at", UtcTime, nullable=False),
)


class StoredSightings(SealedRows):
    """Implements SightingBook."""

    def note(self, site_id: int, kind: SightingKind, origin: str, count: int) -> None:
        row = {"site_id": site_id, "kind": kind, "origin": origin, "times": count, "last_at": self._now()}
        of_kind = (sighting.c.site_id == site_id, sighting.c.kind == kind)
        with self._database.writing() as connection:
            adding = insert_into(connection, sighting).values(row)
            again = {"times": sighting.c.times + count, "last_at": row["last_at"]}
            connection.execute(adding.on_conflict_do_update(index_elements=["site_id", "kind", "origin"], set_=again))
            last = select(sighting.c.origin).where(*of_kind).order_by(sighting.c.last_at.desc()).limit(MOST_OF_A_KIND)
            kept = list(connection.execute(last).scalars())
            if len(kept) == MOST_OF_A_KIND:
                connection.execute(delete(sighting).where(*of_kind, sighting.c.origin.not_in(kept)))

    def sightings(self, site_id: int) -> Sequence[Sighting]:
        wanted = select(sighting).where(sighting.c.site_id == site_id).order_by(sighting.c.last_at.desc())
        with self._database.reading() as connection:
            return [Sighting(row.kind, row.origin, row.times, row.last_at) for row in connection.execute(wanted)]
