"""What a site's pages did not answer, as it was put together last: one row a site, its words sealed.

Rule: what rests on a conversation that is erased meanwhile is never kept. Each erasing takes the site's row and counts;
who keeps says how many there were before they began to read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    literal,
    select,
    union_all,
    update,
)

from backend.domain.gaps import Gap, KeptGaps
from backend.store import tables
from backend.store.database import insert_into
from backend.store.sealing import SealedRows
from backend.store.tables import RowNumber, UtcTime, metadata

kept_gaps = Table(
    "kept_gaps",
    metadata,
    Column("site_id", RowNumber, ForeignKey("site.id"), primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("last", Text, nullable=False),
    Column("erasings", Integer, nullable=False, server_default="0"),
    Column("turns", Integer, nullable=False),
    Column("gaps_sealed", LargeBinary, nullable=False),
)
NOTHING: dict[str, object] = {"last": "", "turns": 0, "gaps_sealed": b""}
PLACE = ("kept_gaps", "1", "gaps_sealed")


class StoredGaps(SealedRows):
    """Implements GapBook."""

    def last_trouble(self, site_id: int) -> str:
        flag, feedback = tables.flag, tables.feedback
        rated = [
            select(literal(rating), func.max(feedback.c.created_at)).where(
                feedback.c.site_id == site_id, feedback.c.rating == rating
            )
            for rating in ("down", "up")
        ]
        flagged = select(literal("flag"), func.max(flag.c.created_at)).where(flag.c.site_id == site_id)
        with self._database.reading() as connection:
            return " ".join(sorted(f"{kind}:{at}" for kind, at in connection.execute(union_all(flagged, *rated))))

    def begin(self, site_id: int) -> int:
        count = select(kept_gaps.c.erasings).where(kept_gaps.c.site_id == site_id)
        with self._database.writing() as connection:
            adding = insert_into(connection, kept_gaps).values(site_id=site_id, at=self._now(), **NOTHING)
            connection.execute(adding.on_conflict_do_nothing())
            erasings: int = connection.execute(count).scalar_one()
        return erasings

    def keep(self, site_id: int, erasings: int, last: str, turns: int, gaps: Sequence[Gap]) -> None:
        said = json.dumps([asdict(each) for each in gaps], ensure_ascii=False)
        is_as_begun = (kept_gaps.c.site_id == site_id, kept_gaps.c.erasings == erasings)
        with self._database.writing() as connection:
            sealed = self._seal_of(connection, site_id).seal(said, *PLACE)
            row = {"at": self._now(), "last": last, "turns": turns, "gaps_sealed": sealed}
            connection.execute(update(kept_gaps).where(*is_as_begun).values(row))

    def kept(self, site_id: int) -> KeptGaps | None:
        with self._database.reading() as connection:
            row = connection.execute(select(kept_gaps).where(kept_gaps.c.site_id == site_id)).one_or_none()
            if row is None or not row.last:
                return None
            said = self._seal_of(connection, site_id).open(row.gaps_sealed, *PLACE)
        return KeptGaps(row.at, row.last, row.turns, [_gap(**each) for each in json.loads(said)])


def forget_gaps(connection: Connection, site_id: int, now: datetime) -> None:
    """Forget what was put together: something that it rests on is erased."""
    counted = {**NOTHING, "erasings": kept_gaps.c.erasings + 1}
    adding = insert_into(connection, kept_gaps).values(site_id=site_id, at=now, **{**NOTHING, "erasings": 1})
    connection.execute(adding.on_conflict_do_update(index_elements=["site_id"], set_=counted))


def _gap(*, examples: list[str], turns: list[str], answers: list[str], **rest: object) -> Gap:
    return Gap(examples=tuple(examples), turns=tuple(turns), answers=tuple(answers), **rest)  # type: ignore[arg-type]
