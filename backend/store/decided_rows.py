"""What staff decided about replies, without a word of them: what calibration is fitted on.

A decision that took others along counts once. What was taken back, was no question, or was answered by our team does
not count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from backend.domain.approved import MODEL
from backend.domain.calibration import Curve, DecidedReply
from backend.domain.harm import most_right
from backend.domain.items import Reason, Weight, is_reason
from backend.domain.site import Site
from backend.store import tables
from backend.store.item_rows import OPEN, rank_again
from backend.store.sealing import SealedRows

AT_ONCE = 500  # items in one transaction
NOTICED = 1e-3  # a smaller change moves nothing
JUDGED = ("right", "corrected", "retracted", "missing")


_reasons = (
    select(func.aggregate_strings(tables.item_reason.c.reason, " "))
    .where(tables.item_reason.c.item_id == tables.item.c.id)
    .correlate(tables.item)
    .scalar_subquery()
    .label("reasons")
)
_open_items = (
    select(tables.item, tables.turn.c.confidence, tables.turn.c.found_confidence, tables.turn.c.model, _reasons)
    .join(tables.turn, tables.turn.c.id == tables.item.c.turn_id)
    .where(tables.item.c.site_id == bindparam("site_id"), tables.item.c.state == OPEN)
    .where(tables.item.c.id > bindparam("after"))
    .order_by(tables.item.c.id)
    .limit(AT_ONCE)
)


class StoredDecidedReplies(SealedRows):
    """Implements the part of ItemBook that calibration reads, and writes back into."""

    def decision_counts(self) -> Mapping[int, int]:
        row = tables.decision
        stands = (row.c.undone_at.is_(None), row.c.along_with.is_(None), row.c.kind.in_(JUDGED))
        with self._database.reading() as connection:
            counted = select(row.c.site_id, func.count()).where(*stands).group_by(row.c.site_id)
            return {row[0]: row[1] for row in connection.execute(counted)}

    def weigh_all(self, site: Site, curve: Curve) -> int:
        changed, after = 0, 0
        while True:
            with self._database.writing() as connection:
                rows = connection.execute(_open_items, {"site_id": site.id, "after": after}).all()
                changed += sum(_weigh(connection, row, curve) for row in rows)
            if len(rows) < AT_ONCE:
                return changed
            after = rows[-1].id

    def decided_replies(self, site_id: int, most: int) -> Sequence[DecidedReply]:
        decision, item, turn = tables.decision, tables.item, tables.turn
        wanted = (
            select(decision.c.kind, decision.c.created_at, turn.c.confidence, turn.c.found_confidence)
            .add_columns(_reasons)
            .join(item, item.c.id == decision.c.item_id)
            .join(turn, turn.c.id == item.c.turn_id)
            .where(decision.c.site_id == site_id, decision.c.undone_at.is_(None), decision.c.along_with.is_(None))
            .where(decision.c.kind.in_(JUDGED), turn.c.confidence.is_not(None), turn.c.model != MODEL)
            .order_by(decision.c.id.desc())
            .limit(most)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return [
            DecidedReply(
                row.confidence,
                row.found_confidence,
                row.kind == "right",
                _reasons_in(row),
                row.created_at,
            )
            for row in rows
        ]


def _reasons_in(row: Any) -> tuple[Reason, ...]:
    return tuple(filter(is_reason, sorted((row.reasons or "").split())))


def _weigh(connection: Connection, row: Row[Any], curve: Curve) -> bool:
    """Let an item's chance of being right follow the curve; return whether that moved it."""
    if row.confidence is None or row.model == MODEL:
        return False
    sure = curve.believed(row.confidence, row.found_confidence)
    calibrated = round(most_right(_reasons_in(row), sure), 4)
    if abs(calibrated - row.calibrated) < NOTICED:
        return False
    connection.execute(update(tables.item).where(tables.item.c.id == row.id).values(calibrated=calibrated))
    rank_again(connection, row, Weight(calibrated, row.stake, row.propensity), row.asked)
    return True
