"""What each person of the staff has on the desk besides the queue: notes that name them, and views that they keep."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ScalarSelect, delete, func, insert, select, update

from backend.domain.items import Decision, Mention, QueueView
from backend.domain.site import Site
from backend.store import tables
from backend.store.database import insert_into
from backend.store.sealing import SealedRows, SiteSeal

MOST_MENTIONS = 20
mention, decision, view = tables.mention, tables.decision, tables.queue_view


class StoredDesks(SealedRows):
    """The part of ItemBook that is one person's."""

    def mention(self, decision: Decision, site: Site, person: int) -> None:
        row = {"decision_id": decision.id, "person_id": person, "site_id": site.id, "seen_at": None}
        with self._database.writing() as connection:
            connection.execute(insert_into(connection, mention).values(row).on_conflict_do_nothing())

    def mention_no_more(self, decision: Decision, person: int) -> None:
        theirs = delete(mention).where(mention.c.decision_id == decision.id, mention.c.person_id == person)
        with self._database.writing() as connection:
            connection.execute(theirs)

    def mentions(self, site: Site, person: int) -> Sequence[Mention]:
        wanted = (
            select(decision)
            .join(mention, mention.c.decision_id == decision.c.id)
            .where(mention.c.site_id == site.id, mention.c.person_id == person, mention.c.seen_at.is_(None))
            .order_by(decision.c.id.desc())
            .limit(MOST_MENTIONS)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            seal = self._seal_of(connection, site.id) if rows else None
        return [
            Mention(row.item_id, row.who, seal.open(row.note_sealed, "decision", str(row.id), "note_sealed"))
            for row in rows
            if seal
        ]

    def see_mentions(self, item: int, person: int) -> None:
        of_item = select(decision.c.id).where(decision.c.item_id == item)
        seen = update(mention).where(mention.c.decision_id.in_(of_item), mention.c.person_id == person)
        with self._database.writing() as connection:
            connection.execute(seen.where(mention.c.seen_at.is_(None)).values(seen_at=self._now()))

    def views(self, site: Site, person: int) -> Sequence[QueueView]:
        wanted = select(view).where(view.c.site_id == site.id, view.c.person_id == person).order_by(view.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            seal = self._seal_of(connection, site.id) if rows else None
        return [_view(row, seal) for row in rows if seal]

    def keep_view(self, site: Site, person: int, name: str, query: str) -> QueueView:
        with self._database.writing() as connection:
            known = {"site_id": site.id, "person_id": person, "told_sealed": b""}
            number: int = connection.execute(insert(view).values(known).returning(view.c.id)).scalar_one()
            written = json.dumps({"name": name, "query": query}, ensure_ascii=False)
            sealed = self._seal_of(connection, site.id).seal(written, "queue_view", str(number), "told")
            connection.execute(update(view).where(view.c.id == number).values(told_sealed=sealed))
        return QueueView(number, name, query)

    def drop_view(self, site: Site, person: int, number: int) -> bool:
        theirs = delete(view).where(view.c.site_id == site.id, view.c.person_id == person, view.c.id == number)
        with self._database.writing() as connection:
            return bool(connection.execute(theirs).rowcount)


def desk_counts(site: Site, person: int | None) -> list[ScalarSelect[int]]:
    """Return how many views a person keeps and how many notes name them that they have not seen."""
    kept = select(func.count()).where(view.c.site_id == site.id, view.c.person_id == person)
    unseen = (mention.c.site_id == site.id, mention.c.person_id == person, mention.c.seen_at.is_(None))
    return [kept.scalar_subquery(), select(func.count()).where(*unseen).scalar_subquery()]


def _view(row: Any, seal: SiteSeal) -> QueueView:
    told = json.loads(seal.open(row.told_sealed, "queue_view", str(row.id), "told"))
    return QueueView(row.id, told["name"], told["query"])
