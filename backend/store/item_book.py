"""What waits for staff, read and worked on. How items come stands in item_rows.py.

Rules:
1. Whoever takes or decides holds the item's row: two people never have one item, and a decision is made once.
2. A lock that has lapsed is none: that is tested where it is read, and nobody has to sweep.
3. Whatever is asked by a site is answered with that site's rows alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Select,
    and_,
    false,
    func,
    select,
    tuple_,
    update,
)

from backend.domain.conversation import AnsweredTurn
from backend.domain.errors import InvalidRequest
from backend.domain.items import REASONS, Counts, Item, Lock, Queued, Waiting, Wanted, is_decision, is_reason
from backend.domain.site import Site
from backend.store import tables
from backend.store.database import insert_into
from backend.store.decided_rows import StoredDecidedReplies
from backend.store.decision_rows import StoredDecisions
from backend.store.desk_rows import StoredDesks, desk_counts
from backend.store.item_rows import DONE, OPEN, lead_again, raise_item, rank_again, weight_of
from backend.store.opinion_rows import StoredOpinions
from backend.store.sealing import SiteSeal

LONGEST_CURSOR = 50
WAITING = "SELECT id FROM item WHERE turn_id = :turn AND state = :state"
UNSURE_BELOW = 0.5  # from here down the widget says that it is not certain
item, turn, decision = tables.item, tables.turn, tables.decision
_other, _mine, _why = item.alias("other"), item.alias("mine"), tables.item_reason.alias("why")
_ids = select(item.c.id)
_row = (
    select(
        item,
        turn.c.question_sealed,
        decision.c.kind,
        select(func.aggregate_strings(_why.c.reason, " "))
        .where(_why.c.item_id == item.c.id)
        .correlate(item)
        .scalar_subquery()
        .label("reasons"),
        select(func.count())
        .where(_other.c.group_id == item.c.group_id, _other.c.state == OPEN)
        .correlate(item)
        .scalar_subquery()
        .label("alike"),
    )
    .join(turn, turn.c.id == item.c.turn_id)
    .outerjoin(decision, decision.c.id == item.c.decision_id)
)


class StoredItems(StoredDecisions, StoredDecidedReplies, StoredOpinions, StoredDesks):
    """Implements ItemBook."""

    def queue(self, site: Site, wanted: Wanted, after: str | None, most: int) -> tuple[Sequence[Queued], str | None]:
        chosen, order = _chosen(site, wanted, self._now())
        if after is not None:
            chosen = chosen.where(tuple_(*order) < tuple_(*_read_cursor(after, len(order))))
        with self._database.reading() as connection:
            # Chosen by their numbers first: what stands in a row is looked up for those alone that are shown.
            ids = chosen.order_by(*(each.desc() for each in order)).limit(most + 1).subquery()
            names = ("decision_id",) if wanted.state == DONE else ("rank", "id")
            rows = connection.execute(
                _row.join(ids, ids.c.id == item.c.id).order_by(*(item.c[each].desc() for each in names))
            ).all()
            shown = rows[:most]
            cursor = ".".join(str(getattr(shown[-1], each)) for each in names) if len(rows) > most else None
            return self._queued(connection, site.id, shown), cursor

    def item(self, item_id: int) -> Item | None:
        with self._database.reading() as connection:
            row = connection.execute(_row.where(item.c.id == item_id)).one_or_none()
        return None if row is None else item_of(row)

    def alike(self, item: Item, most: int) -> Sequence[Queued]:
        row = tables.item
        theirs = _row.where(row.c.group_id == item.group, row.c.state == OPEN, row.c.id != item.id)
        with self._database.reading() as connection:
            rows = connection.execute(theirs.order_by(row.c.rank.desc(), row.c.id.desc()).limit(most)).all()
            return self._queued(connection, item.site_id, rows)

    def counts(self, site: Site, person: int | None, most: int) -> Counts:
        opened = and_(item.c.site_id == site.id, item.c.state == OPEN)
        whose = false() if person is None else _is_of(site, person, self._now())
        alone = and_(item.c.site_id == site.id, item.c.group_id.is_(None))
        counted = [_count(each, most) for each in (opened, and_(opened, item.c.is_lead), whose)]
        with self._database.reading() as connection:
            row = connection.execute(
                select(*counted, _count(alone, 1, in_order=True), *desk_counts(site, person))
            ).one()
        return Counts(row[0], row[1], row[2], row[3], row[4], row[5])

    def count_above(self, site: Site, rank: int, most: int) -> int:
        above = and_(item.c.site_id == site.id, item.c.state == OPEN, item.c.is_lead, item.c.rank > rank)
        with self._database.reading() as connection:
            return connection.execute(select(_count(above, most))).scalar_one()

    def count_open(self, site_id: int, most: int) -> int:
        with self._database.reading() as connection:
            return connection.execute(
                select(_count(and_(item.c.site_id == site_id, item.c.state == OPEN), most))
            ).scalar_one()

    def lock(self, item: Item, person: int, until: datetime) -> Lock | None:
        row = tables.item
        with self._database.writing() as connection:
            held = connection.execute(select(row).where(row.c.id == item.id).with_for_update()).one_or_none()
            if held is None:
                return None
            lock = lock_of(held)
            if lock and lock.until > self._now():
                if lock.person != person:
                    return lock
                number = lock.number
            else:
                number = held.lock_number + 1
            values = {"locked_by": person, "locked_until": until, "lock_number": number}
            connection.execute(update(row).where(row.c.id == item.id).values(values))
        return Lock(person, until, number)

    def unlock(self, item: Item, person: int) -> None:
        row = tables.item
        with self._database.writing() as connection:
            theirs = update(row).where(row.c.id == item.id, row.c.locked_by == person)
            connection.execute(theirs.values(locked_by=None, locked_until=None))

    def assign(self, item: Item, person: int | None) -> None:
        with self._database.writing() as connection:
            connection.execute(update(tables.item).where(tables.item.c.id == item.id).values(assigned_to=person))

    def ungrouped(self, site: Site, most: int) -> Sequence[Queued]:
        theirs = _row.where(item.c.site_id == site.id, item.c.group_id.is_(None)).order_by(item.c.id)
        with self._database.reading() as connection:
            return self._queued(connection, site.id, connection.execute(theirs.limit(most)).all())

    def neighbours(self, item: Item, most: int) -> Sequence[tuple[Queued, bytes | None]]:
        row = tables.item
        near = _row.where(
            row.c.site_id == item.site_id,
            row.c.page == item.page,
            row.c.state == OPEN,
            row.c.group_id.is_not(None),
            row.c.id != item.id,
        )
        with self._database.reading() as connection:
            rows = connection.execute(near.order_by(row.c.id.desc()).limit(most)).all()
            queued = self._queued(connection, item.site_id, rows)
        return [(each, found.meaning) for each, found in zip(queued, rows, strict=True)]

    def join_group(self, item: Item, group: int, meaning: bytes | None) -> None:
        row = tables.item
        with self._database.writing() as connection:
            values = {"group_id": group, "meaning": meaning}
            connection.execute(update(row).where(row.c.id == item.id, row.c.group_id.is_(None)).values(values))
            theirs = select(row).where(row.c.group_id == group).order_by(row.c.id).with_for_update()
            members = connection.execute(theirs).all()
            for each in members:
                rank_again(connection, each, weight_of(each), len(members))
            lead_again(connection, [group])

    def not_looked_back(self, site: Site, before: datetime, most: int) -> Sequence[AnsweredTurn]:
        place = tables.looked_back
        reached = select(place.c.serial).where(place.c.site_id == site.id).scalar_subquery()
        columns = (turn.c.serial, turn.c.id.label("turn_id"), turn.c.conversation_id, turn.c.question_sealed)
        told = func.coalesce(turn.c.calibrated, turn.c.confidence).label("confidence")
        doubts = (turn.c.status, told, turn.c.notices, turn.c.created_at)
        wanted = select(*columns, *doubts).where(turn.c.site_id == site.id).order_by(turn.c.serial)
        unseen = wanted.where(turn.c.serial > func.coalesce(reached, 0)).limit(most)
        with self._database.reading() as connection:
            rows = list(takewhile(partial(_is_settled, before), connection.execute(unseen)))
            if not rows:
                return []
            theirs = turn.c.conversation_id.in_({row.conversation_id for row in rows})
            behind = connection.execute(wanted.where(theirs, turn.c.serial > rows[-1].serial)).all()
            seal = self._seal_of(connection, site.id)
        return [_answered(row, seal, is_settled=n < len(rows)) for n, row in enumerate([*rows, *behind])]

    def looked_back(self, site: Site, serial: int) -> None:
        place = tables.looked_back
        with self._database.writing() as connection:
            adding = insert_into(connection, place).values(site_id=site.id, serial=serial)
            connection.execute(adding.on_conflict_do_update(index_elements=["site_id"], set_={"serial": serial}))

    def waits(self, turn: str) -> bool:
        return bool(self._database.rows(WAITING, {"turn": turn, "state": OPEN}))

    def raise_turn(self, turn: str, waiting: Waiting, *, opens_again: bool = False) -> None:
        row = tables.turn
        with self._database.writing() as connection:
            if connection.execute(select(row.c.id).where(row.c.id == turn)).first():
                raise_item(connection, turn, waiting, self._now(), opens_again=opens_again)

    def _queued(self, connection: Connection, site_id: int, rows: Sequence[Row[Any]]) -> list[Queued]:
        if not rows:
            return []
        seal = self._seal_of(connection, site_id)
        return [
            Queued(
                item_of(row),
                seal.open(row.question_sealed, "turn", row.turn_id, "question_sealed"),
                max(1, row.alike),
                row.kind if is_decision(row.kind) else None,
            )
            for row in rows
        ]


def _is_settled(before: datetime, row: Any) -> bool:
    return bool(row.created_at <= before and row.status != "streaming")


def _answered(row: Any, seal: SiteSeal, *, is_settled: bool) -> AnsweredTurn:
    unsure = row.confidence is not None and row.confidence < UNSURE_BELOW
    told = "disclaimer" in row.notices
    question = seal.open(row.question_sealed, "turn", row.turn_id, "question_sealed")
    is_doubtful = row.status == "done" and (unsure or told)
    return AnsweredTurn(row.serial, row.turn_id, row.conversation_id, question, is_doubtful, is_settled)


def item_of(row: Any) -> Item:
    reasons = sorted(filter(is_reason, (row.reasons or "").split()), key=REASONS.index)
    return Item(
        id=row.id,
        site_id=row.site_id,
        turn=row.turn_id,
        state=row.state,
        rank=row.rank,
        weight=weight_of(row),
        subject=row.subject,
        page=row.page,
        group=row.id if row.group_id is None else row.group_id,
        asked=row.asked,
        reasons=tuple(reasons),
        created_at=row.created_at,
        assigned=row.assigned_to,
        lock=lock_of(row),
        decision=row.decision_id,
    )


def lock_of(row: Any) -> Lock | None:
    return None if row.locked_by is None else Lock(row.locked_by, row.locked_until, row.lock_number)


def _chosen(site: Site, wanted: Wanted, now: datetime) -> tuple[Select[Any], Sequence[ColumnElement[int]]]:
    """Return the items that are wanted, and what orders them; a reason has an index of its own, rank by rank."""
    state = DONE if wanted.state == DONE else OPEN
    reason = tables.item_reason
    if wanted.reason:
        chosen = _ids.join(reason, reason.c.item_id == item.c.id)
        chosen = chosen.where(reason.c.site_id == site.id, reason.c.reason == wanted.reason, reason.c.state == state)
    elif wanted.person is not None:
        chosen = _ids
    else:
        chosen = _ids.where(item.c.site_id == site.id, item.c.state == state)
    if wanted.person is not None:
        chosen = chosen.where(_is_of(site, wanted.person, now))
    if wanted.leads:
        chosen = chosen.where(item.c.is_lead)
    if state == DONE:
        return chosen, [item.c.decision_id]
    return chosen, [reason.c.rank, reason.c.item_id] if wanted.reason else [item.c.rank, item.c.id]


def _is_of(site: Site, person: int, now: datetime) -> ColumnElement[bool]:
    """Tell whose an item is: assigned to them, or taken by them and not lapsed; two indexes say so."""
    # The state is told in here alone: beside it, SQLite would read every open item.
    at_site = select(_mine.c.id).where(_mine.c.site_id == site.id, _mine.c.state == OPEN)
    assigned = at_site.where(_mine.c.assigned_to == person)
    taken = at_site.where(_mine.c.locked_by == person, _mine.c.locked_until > now)
    return item.c.id.in_(assigned.union(taken))


def _count(which: ColumnElement[bool], most: int, *, in_order: bool = False) -> ScalarSelect[int]:
    """Return how many items there are, no more than `most`; `in_order` where an index by their ids tells which."""
    some = select(item.c.id).where(which).limit(most)
    counted = some.order_by(item.c.id) if in_order else some
    return select(func.count()).select_from(counted.subquery()).scalar_subquery()


def _read_cursor(after: str, parts: int) -> list[int]:
    given = after.split(".")
    if len(after) > LONGEST_CURSOR or len(given) != parts or not all(_is_number(each) for each in given):
        raise InvalidRequest("after: must be the `next` of the page before")
    return [int(each) for each in given]


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and text.isascii() and len(text) <= 19
