"""Answers that our team has given, each with the questions that it is for; sealed, since visitors asked them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, select, update

from backend.domain.approved import Approved, AskedBefore, NewApproved
from backend.domain.reply import Reply
from backend.store.approved_tables import approved
from backend.store.sealing import SealedRows, SiteSeal

STAMP = "SELECT count(*), max(id), max(changed_at) FROM approved WHERE site_id = :site_id"


class StoredApproved(SealedRows):
    """Implements ApprovedBook."""

    def stamp(self, site_id: int) -> str:
        count, last, changed = self._database.rows(STAMP, {"site_id": site_id})[0]
        return f"{count} {last} {changed}" if count else ""

    def answers(self, site_id: int) -> Sequence[Approved]:
        wanted = select(approved).where(approved.c.site_id == site_id).order_by(approved.c.id.desc())
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            seal = self._seal_of(connection, site_id) if rows else None
        return [_approved(row, seal) for row in rows if seal]

    def add(self, site_id: int, new: NewApproved) -> Approved:
        now = self._now()
        row = {
            "site_id": site_id,
            "item_id": new.item,
            "told_sealed": b"",
            "pages": dict(new.pages),
            "state": "serving",
            "made_by": new.by,
            "made_at": now,
            "changed_at": now,
            "served": 0,
        }
        with self._database.writing() as connection:
            made = connection.execute(approved.insert().values(row).returning(approved.c.id)).scalar_one()
            sealed = _sealed(made, new.reply, new.phrasings, self._seal_of(connection, site_id))
            connection.execute(update(approved).where(approved.c.id == made).values(told_sealed=sealed))
        return Approved(
            made, site_id, new.reply, tuple(new.phrasings), dict(new.pages), "serving", new.by, now, new.item, 0
        )

    def remove(self, site_id: int, approved_id: int) -> bool:
        with self._database.writing() as connection:
            gone = delete(approved).where(approved.c.site_id == site_id, approved.c.id == approved_id)
            return connection.execute(gone).rowcount == 1

    def forget(self, site_id: int, approved_id: int, question: AskedBefore) -> bool:
        this = (approved.c.site_id == site_id, approved.c.id == approved_id)
        with self._database.writing() as connection:
            row = connection.execute(select(approved).where(*this)).one_or_none()
            if row is None:
                return True
            seal = self._seal_of(connection, site_id)
            kept = _approved(row, seal)
            left = list(kept.phrasings)
            if question in left:
                left.remove(question)
            if not left:
                connection.execute(delete(approved).where(*this))
            elif len(left) < len(kept.phrasings):
                sealed = _sealed(approved_id, kept.reply, left, seal)
                connection.execute(update(approved).where(*this).values(told_sealed=sealed, changed_at=self._now()))
        return not left

    def page_changed(self, site_id: int, approved_id: int) -> bool:
        ending = update(approved).where(
            approved.c.site_id == site_id, approved.c.id == approved_id, approved.c.state == "serving"
        )
        with self._database.writing() as connection:
            ended = connection.execute(ending.values(state="page_changed", changed_at=self._now()))
        return ended.rowcount == 1

    def was_served(self, site_id: int, approved_id: int) -> None:
        counting = update(approved).where(approved.c.site_id == site_id, approved.c.id == approved_id)
        with self._database.writing() as connection:
            connection.execute(counting.values(served=approved.c.served + 1))


def _sealed(approved_id: int, reply: Reply, phrasings: Sequence[AskedBefore], seal: SiteSeal) -> bytes:
    told = {"reply": reply.document(), "phrasings": [[each.question, each.page] for each in phrasings]}
    return seal.seal(json.dumps(told), "approved", str(approved_id), "told_sealed")


def _approved(row: Row[Any], seal: SiteSeal) -> Approved:
    told: dict[str, Any] = json.loads(seal.open(row.told_sealed, "approved", str(row.id), "told_sealed"))
    reply = told["reply"]
    return Approved(
        id=row.id,
        site_id=row.site_id,
        reply=Reply(reply["message"], reply["confidence"], tuple(reply["followups"])),
        phrasings=tuple(AskedBefore(question, page) for question, page in told["phrasings"]),
        pages=row.pages,
        state=row.state,
        by=row.made_by,
        at=row.made_at,
        item=row.item_id,
        served=row.served,
    )
