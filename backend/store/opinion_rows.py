"""Second looks at decided items: who thinks what of them without having seen the decision."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, or_, select

from backend.domain.items import Decision, DecisionKind, SecondLook, is_decision, is_reason
from backend.domain.site import Site
from backend.store import tables
from backend.store.database import insert_into
from backend.store.sealing import SealedRows

MOST_CHOSEN_FROM = 200  # of the last decisions
MOST_COMPARED = 2_000
decision, opinion, item = tables.decision, tables.opinion, tables.item


class StoredOpinions(SealedRows):
    """The part of ItemBook that looks twice."""

    def for_second_look(self, site: Site, person: int, own_before: datetime) -> int | None:
        seen = exists().where(opinion.c.decision_id == decision.c.id, opinion.c.person_id == person)
        others = or_(decision.c.person_id.is_(None), decision.c.person_id != person)
        wanted = (
            select(decision.c.id, decision.c.item_id)
            .join(item, item.c.decision_id == decision.c.id)
            .where(decision.c.site_id == site.id, item.c.state == "done", decision.c.along_with.is_(None), ~seen)
            .where(or_(others, decision.c.created_at <= own_before))
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(decision.c.id.desc()).limit(MOST_CHOSEN_FROM)).all()
        # By lot, and the same for this person until it is answered: whoever loads the page again gets no easier one.
        drawn = min(rows, key=lambda row: hashlib.sha256(f"{person} {row.id}".encode()).digest(), default=None)
        return None if drawn is None else int(drawn.item_id)

    def add_opinion(self, decision: Decision, site: Site, person: int, kind: DecisionKind) -> bool:
        row = {"decision_id": decision.id, "person_id": person, "site_id": site.id, "kind": kind}
        with self._database.writing() as connection:
            adding = insert_into(connection, opinion).values(**row, created_at=self._now())
            return bool(connection.execute(adding.on_conflict_do_nothing()).rowcount)

    def opinions(self, site: Site) -> Sequence[SecondLook]:
        why = tables.item_reason
        reasons = select(func.aggregate_strings(why.c.reason, " ")).where(why.c.item_id == decision.c.item_id)
        wanted = (
            select(decision.c.kind, decision.c.person_id.label("by"))
            .add_columns(opinion.c.kind.label("second"), opinion.c.person_id)
            .add_columns(reasons.correlate(decision).scalar_subquery().label("reasons"))
            .join(opinion, opinion.c.decision_id == decision.c.id)
            .where(opinion.c.site_id == site.id)
            .order_by(opinion.c.created_at.desc())
            .limit(MOST_COMPARED)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return [
            SecondLook(
                row.kind, row.second, row.by, row.person_id, tuple(filter(is_reason, (row.reasons or "").split()))
            )
            for row in rows
            if is_decision(row.kind) and is_decision(row.second)
        ]
