"""What staff decided about replies, without a word of them: what calibration is fitted on.

A decision that took others along counts once. What was taken back, was no question, or was answered by our team does
not count.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from backend.domain.approved import MODEL
from backend.domain.calibration import DecidedReply
from backend.store import tables
from backend.store.sealing import SealedRows

JUDGED = ("right", "corrected", "retracted", "missing")


class StoredDecidedReplies(SealedRows):
    """Implements the part of ItemBook that calibration reads."""

    def decided_replies(self, site_id: int, most: int) -> Sequence[DecidedReply]:
        decision, item, turn, why = tables.decision, tables.item, tables.turn, tables.item_reason
        wanted = (
            select(decision.c.kind, decision.c.created_at, item.c.id, item.c.propensity, turn.c.confidence)
            .add_columns(turn.c.found_confidence)
            .join(item, item.c.id == decision.c.item_id)
            .join(turn, turn.c.id == item.c.turn_id)
            .where(decision.c.site_id == site_id, decision.c.undone_at.is_(None), decision.c.along_with.is_(None))
            .where(decision.c.kind.in_(JUDGED), turn.c.confidence.is_not(None), turn.c.model != MODEL)
            .order_by(decision.c.id.desc())
            .limit(most)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            reasons = select(why.c.item_id).where(why.c.site_id == site_id, why.c.reason != "sample").distinct()
            flagged = set(connection.execute(reasons).scalars())
        return [
            DecidedReply(
                row.confidence,
                row.found_confidence,
                row.kind == "right",
                row.propensity,
                row.id not in flagged,
                row.created_at,
            )
            for row in rows
        ]
