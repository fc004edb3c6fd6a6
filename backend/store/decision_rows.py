"""Decisions about items, and what each of them caused; what people wrote is sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Update, select, update

from backend.domain.errors import ChangedMeanwhile
from backend.domain.items import Decided, Decision, Effect, HistoryLine, Item, Lock
from backend.store import tables
from backend.store.item_rows import DONE, OPEN, lead_again
from backend.store.sealing import SealedRows, SiteSeal

decision, effect = tables.decision, tables.effect


class StoredDecisions(SealedRows):
    """The part of ItemBook that decides."""

    def decide(
        self, item: Item, decided: Decided, person: int | None, who: str, also: Sequence[int]
    ) -> Sequence[Decision] | Lock:
        with self._database.writing() as connection:
            rows = _hold(connection, item, also)
            own = rows.get(item.id)
            if own is None or own.state != OPEN:
                raise ChangedMeanwhile(f"item {item.id}: somebody else has decided it; read it again")
            if own.locked_by not in (None, person) and own.locked_until > self._now():
                return Lock(own.locked_by, own.locked_until, own.lock_number)
            first = self._keep(connection, item.site_id, item.id, decided, person, who, None)
            others = [row for row in rows.values() if row.id != item.id and self._is_free(row, person)]
            along = [
                self._keep(connection, item.site_id, row.id, decided, person, who, first.id)
                for row in sorted(others, key=lambda row: row.id)
            ]
            lead_again(connection, [own.group_id, *(row.group_id for row in others)])
        return [first, *along]

    def undo(self, decision: Decision, who: str) -> bool:
        row = tables.decision
        with self._database.writing() as connection:
            stands = row.c.undone_at.is_(None) & ((row.c.id == decision.id) | (row.c.along_with == decision.id))
            ending = update(row).where(stands).values(undone_at=self._now(), undone_by=who)
            ended = connection.execute(ending.returning(row.c.id, row.c.item_id)).all()
            for each in ended:
                _open(connection, each.item_id, each.id)
            held = select(tables.item.c.group_id).where(tables.item.c.id.in_([each.item_id for each in ended]))
            lead_again(connection, connection.execute(held).scalars().all())
        return any(each.id == decision.id for each in ended)

    def decision(self, site_id: int, decision_id: int) -> Decision | None:
        wanted = select(decision).where(decision.c.site_id == site_id, decision.c.id == decision_id)
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
            return None if row is None else decision_of(row, self._seal_of(connection, site_id))

    def standing_decisions(self, site_id: int, after: int, most: int) -> Sequence[Decision]:
        wanted = select(decision).where(
            decision.c.site_id == site_id, decision.c.id > after, decision.c.undone_at.is_(None)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(decision.c.id).limit(most)).all()
            seal = self._seal_of(connection, site_id) if rows else None
        return [decision_of(row, seal) for row in rows if seal]

    def along_with(self, decision: Decision) -> Sequence[Decision]:
        row = tables.decision
        theirs = select(row).where(row.c.along_with == decision.id, row.c.undone_at.is_(None)).order_by(row.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(theirs).all()
            return [decision_of(each, self._seal_of(connection, each.site_id)) for each in rows]

    def history(self, item: Item) -> Sequence[HistoryLine]:
        both = select(decision, *(each.label(f"effect_{each.name}") for each in effect.c))
        wanted = both.outerjoin(effect, effect.c.decision_id == decision.c.id).where(decision.c.item_id == item.id)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(decision.c.id.desc(), effect.c.id)).all()
            seal = self._seal_of(connection, item.site_id) if rows else None
        caused: dict[int, list[Effect]] = {row.id: [] for row in rows}
        for row in rows:
            if row.effect_id is not None and seal:
                caused[row.id].append(
                    _effect({each.name: getattr(row, f"effect_{each.name}") for each in effect.c}, seal)
                )
        made = {row.id: row for row in rows}
        return [HistoryLine(decision_of(row, seal), caused[number]) for number, row in made.items() if seal]

    def add_effect(self, decision: Decision, kind: str, ref: str, before: Mapping[str, object]) -> Effect:
        now = self._now()
        with self._database.writing() as connection:
            held = select(tables.decision.c.site_id).where(tables.decision.c.id == decision.id)
            site_id = connection.execute(held).scalar_one()
            row = {"site_id": site_id, "decision_id": decision.id, "kind": kind, "ref": ref, "created_at": now}
            adding = effect.insert().values(**row, before_sealed=b"").returning(effect.c.id)
            number = connection.execute(adding).scalar_one()
            sealed = self._seal_of(connection, site_id).seal(json.dumps(before), "effect", str(number), "before_sealed")
            connection.execute(update(effect).where(effect.c.id == number).values(before_sealed=sealed))
        return Effect(number, decision.id, kind, ref, before, now, None)

    def effects(self, decision: Decision) -> Sequence[Effect]:
        with self._database.reading() as connection:
            site_id = connection.execute(
                select(tables.decision.c.site_id).where(tables.decision.c.id == decision.id)
            ).scalar_one()
            caused = _effects(connection, self._seal_of(connection, site_id), [decision.id])
        return [each for each in caused.get(decision.id, []) if each.undone_at is None]

    def end_effect(self, effect: Effect, decision: Decision) -> None:
        row = tables.effect
        theirs = update(row).where(row.c.id == effect.id, row.c.decision_id == decision.id, row.c.undone_at.is_(None))
        with self._database.writing() as connection:
            connection.execute(theirs.values(undone_at=self._now()))

    def _keep(
        self,
        connection: Connection,
        site_id: int,
        item_id: int,
        decided: Decided,
        person: int | None,
        who: str,
        along_with: int | None,
    ) -> Decision:
        seal, now = self._seal_of(connection, site_id), self._now()
        known = {"site_id": site_id, "item_id": item_id, "kind": decided.kind, "person_id": person, "who": who}
        empty = {"reply_sealed": b"", "note_sealed": b"", "undone_by": "", "along_with": along_with, "created_at": now}
        number = connection.execute(decision.insert().values(**known, **empty).returning(decision.c.id)).scalar_one()
        texts = {
            "reply_sealed": seal.seal(decided.reply, "decision", str(number), "reply_sealed"),
            "note_sealed": seal.seal(decided.note, "decision", str(number), "note_sealed"),
        }
        connection.execute(update(decision).where(decision.c.id == number).values(texts))
        _close(connection, item_id, number)
        return Decision(number, item_id, decided, person, who, along_with, now, None, "")

    def _is_free(self, row: Row[Any], person: int | None) -> bool:
        """Tell whether an item can be decided along with another: open, undecided, and nobody else works on it."""
        return bool(
            row.state == OPEN
            and row.decision_id is None
            and (row.locked_by in (None, person) or row.locked_until <= self._now())
        )


def decision_of(row: Any, seal: SiteSeal) -> Decision:
    reply, note = (
        seal.open(sealed, "decision", str(row.id), column)
        for sealed, column in ((row.reply_sealed, "reply_sealed"), (row.note_sealed, "note_sealed"))
    )
    return Decision(
        id=row.id,
        item=row.item_id,
        decided=Decided(row.kind, reply, note),
        person=row.person_id,
        who=row.who,
        along_with=row.along_with,
        at=row.created_at,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
    )


def _hold(connection: Connection, item: Item, also: Sequence[int]) -> dict[int, Row[Any]]:
    """Return these items of the same site, in one order for everybody, so that nobody waits for each other."""
    row = tables.item
    wanted = select(row).where(row.c.site_id == item.site_id, row.c.id.in_([item.id, *also]))
    return {each.id: each for each in connection.execute(wanted.order_by(row.c.id).with_for_update())}


def _close(connection: Connection, item_id: int, decision_id: int) -> None:
    free = {"locked_by": None, "locked_until": None}
    closing: Update = update(tables.item).where(tables.item.c.id == item_id)
    connection.execute(closing.values(state=DONE, decision_id=decision_id, is_lead=True, **free))
    connection.execute(update(tables.item_reason).where(tables.item_reason.c.item_id == item_id).values(state=DONE))


def _open(connection: Connection, item_id: int, decision_id: int) -> None:
    """Open an item again, unless another decision stands by now."""
    row = tables.item
    opening = update(row).where(row.c.id == item_id, row.c.decision_id == decision_id)
    if connection.execute(opening.values(state=OPEN, decision_id=None)).rowcount:
        connection.execute(update(tables.item_reason).where(tables.item_reason.c.item_id == item_id).values(state=OPEN))


def _effects(connection: Connection, seal: SiteSeal, decisions: Sequence[int]) -> dict[int, list[Effect]]:
    wanted = select(effect).where(effect.c.decision_id.in_(decisions)).order_by(effect.c.id)
    found: dict[int, list[Effect]] = {}
    for row in connection.execute(wanted).mappings():
        found.setdefault(row["decision_id"], []).append(_effect(dict(row), seal))
    return found


def _effect(row: Mapping[str, Any], seal: SiteSeal) -> Effect:
    before = json.loads(seal.open(row["before_sealed"], "effect", str(row["id"]), "before_sealed"))
    made = (row["id"], row["decision_id"], row["kind"], row["ref"])
    return Effect(*made, before, row["created_at"], row["undone_at"])
