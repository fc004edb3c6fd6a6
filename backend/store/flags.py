"""Why staff should look at a turn: what our own checks found, and what the visitor thought of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from backend.domain.errors import NotFound
from backend.domain.flags import flag_reason
from backend.domain.harm import subject_of
from backend.domain.items import Drawn, Reason, Waiting
from backend.domain.site import Site
from backend.domain.turn import FlagRaised
from backend.store import tables
from backend.store.database import insert_into
from backend.store.item_rows import drop_reason, raise_item
from backend.store.sealing import SealedRows, SiteSeal
from backend.store.turn_rows import question_of

BY_VISITOR: tuple[Reason, ...] = ("thumbs_down", "comment")

_of_turn = select(tables.flag.c.position, tables.flag.c.reason, tables.flag.c.evidence_sealed).where(
    tables.flag.c.turn_id == bindparam("turn"), tables.flag.c.site_id == bindparam("site_id")
)


class StoredFeedback(SealedRows):
    """Implements `Feedback`."""

    def rate(self, site: Site, turn: str, rating: str, comment: str) -> None:
        """Keep a visitor's judgement of a turn, in place of an earlier one; raise NotFound for an unknown turn."""
        with self._database.writing() as connection:
            asked = connection.execute(
                select(tables.turn.c.id, tables.turn.c.site_id, tables.turn.c.question_sealed).where(
                    tables.turn.c.id == turn
                )
            ).one_or_none()
            if asked is None or asked.site_id != site.id:
                raise NotFound
            now, seal = self._now(), self._seal_of(connection, site.id)
            judged = {
                "rating": rating,
                "comment_sealed": seal.seal(comment, "feedback", turn, "comment_sealed"),
                "created_at": now,
            }
            adding = insert_into(connection, tables.feedback).values(turn_id=turn, site_id=site.id, **judged)
            connection.execute(adding.on_conflict_do_update(index_elements=["turn_id"], set_=judged))
            drawn = Drawn.of(turn, site.settings.review.sample)
            said = reasons_said(rating, comment)
            for gone in (each for each in BY_VISITOR if each not in said):
                drop_reason(connection, turn, gone, drawn)
            raise_item(connection, turn, Waiting(said, subject_of(question_of(asked, seal)), drawn), now)


def reasons_said(rating: str, comment: str) -> tuple[Reason, ...]:
    """Return what a visitor's judgement tells staff."""
    said = {"thumbs_down": rating == "down", "comment": bool(comment.strip())}
    return tuple(reason for reason in BY_VISITOR if said[reason])


def insert_flags(connection: Connection, seal: SiteSeal, turn: str, flags: Sequence[FlagRaised], now: datetime) -> None:
    """Add these flags to the turn, leaving out those that it has."""
    if not flags:
        return
    known = _flags_of(connection, seal, turn)
    new = [flag for flag in dict.fromkeys(flags) if flag not in known]
    rows = [
        {
            "turn_id": turn,
            "position": position,
            "site_id": seal.site_id,
            "reason": raised.reason,
            "evidence_sealed": seal.seal(raised.evidence, "flag", _row(turn, position), "evidence_sealed"),
            "created_at": now,
        }
        for position, raised in enumerate(new, start=len(known))
    ]
    if rows:
        connection.execute(tables.flag.insert(), rows)


def _flags_of(connection: Connection, seal: SiteSeal, turn: str) -> set[FlagRaised]:
    return {
        FlagRaised(
            flag_reason(row.reason), seal.open(row.evidence_sealed, "flag", _row(turn, row.position), "evidence_sealed")
        )
        for row in connection.execute(_of_turn, {"turn": turn, "site_id": seal.site_id})
    }


def _row(turn: str, position: int) -> str:
    return f"{turn}/{position}"
