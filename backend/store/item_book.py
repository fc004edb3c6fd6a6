"""What waits for staff, read and worked on. How items come stands in item_rows.py.

Rules:
1. Whoever takes or decides holds the item's row: two people never have one item, and a decision is made once.
2. A lock that has lapsed is none: that is tested where it is read, and nobody has to sweep.
3. Whatever is asked by a site is answered with that site's rows alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, tuple_, update

from backend.domain.errors import InvalidRequest
from backend.domain.items import Counts, Item, Lock, Queued, Reason, Wanted, is_decision, is_reason
from backend.domain.site import Site
from backend.store import tables
from backend.store.database import in_batches
from backend.store.decision_rows import StoredDecisions
from backend.store.item_rows import DONE, OPEN, lead_again, rank_again, weight_of
from backend.store.sealing import SiteSeal
from backend.store.turn_rows import question_of

MOST_IN_A_LIST = 500
LONGEST_CURSOR = 50
item = tables.item


class StoredItems(StoredDecisions):
    """Implements ItemBook."""

    def queue(self, site: Site, wanted: Wanted, after: str | None, most: int) -> tuple[Sequence[Queued], str | None]:
        order = (item.c.decision_id,) if wanted.state == DONE else (item.c.rank, item.c.id)
        chosen = _chosen(site, wanted, self._now())
        if after is not None:
            chosen = chosen.where(tuple_(*order) < tuple_(*_read_cursor(after, len(order))))
        with self._database.reading() as connection:
            rows = connection.execute(chosen.order_by(*(each.desc() for each in order)).limit(most + 1)).all()
            shown = rows[:most]
            cursor = ".".join(str(getattr(shown[-1], each.name)) for each in order) if len(rows) > most else None
            return self._queued(connection, site.id, shown), cursor

    def item(self, item_id: int) -> Item | None:
        with self._database.reading() as connection:
            row = connection.execute(select(item).where(item.c.id == item_id)).one_or_none()
            return None if row is None else item_of(row, _reasons(connection, [row.id])[row.id])

    def alike(self, item: Item, most: int) -> Sequence[Queued]:
        row = tables.item
        theirs = select(row).where(row.c.group_id == item.group, row.c.state == OPEN, row.c.id != item.id)
        with self._database.reading() as connection:
            rows = connection.execute(theirs.order_by(row.c.rank.desc(), row.c.id.desc()).limit(most)).all()
            return self._queued(connection, item.site_id, rows)

    def counts(self, site: Site, person: int | None, most: int) -> Counts:
        opened = and_(item.c.site_id == site.id, item.c.state == OPEN)
        with self._database.reading() as connection:
            return Counts(
                open=_count(connection, opened, most),
                groups=_count(connection, and_(opened, item.c.is_lead), most),
                mine=0 if person is None else _count(connection, and_(opened, _is_of(person, self._now())), most),
            )

    def count_open(self, site_id: int, most: int) -> int:
        with self._database.reading() as connection:
            return _count(connection, and_(item.c.site_id == site_id, item.c.state == OPEN), most)

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
        theirs = select(item).where(item.c.site_id == site.id, item.c.group_id.is_(None)).order_by(item.c.id)
        with self._database.reading() as connection:
            return self._queued(connection, site.id, connection.execute(theirs.limit(most)).all())

    def neighbours(self, item: Item, most: int) -> Sequence[tuple[Queued, bytes | None]]:
        row = tables.item
        near = select(row).where(
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

    def _queued(self, connection: Connection, site_id: int, rows: Sequence[Row[Any]]) -> list[Queued]:
        """Return items with their questions, in four statements however many they are."""
        if not rows:
            return []
        seal = self._seal_of(connection, site_id)
        reasons = _reasons(connection, [row.id for row in rows])
        questions = _questions(connection, seal, [row.turn_id for row in rows])
        alike = _alike(connection, [row.group_id for row in rows if row.group_id is not None])
        kinds = _kinds(connection, [row.decision_id for row in rows if row.decision_id is not None])
        return [
            Queued(
                item_of(row, reasons[row.id]),
                questions[row.turn_id],
                max(1, alike.get(row.group_id, 1)),
                kinds.get(row.decision_id),
            )
            for row in rows
        ]


def item_of(row: Any, reasons: tuple[Reason, ...]) -> Item:
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
        reasons=reasons,
        created_at=row.created_at,
        assigned=row.assigned_to,
        lock=lock_of(row),
        decision=row.decision_id,
    )


def lock_of(row: Any) -> Lock | None:
    return None if row.locked_by is None else Lock(row.locked_by, row.locked_until, row.lock_number)


def _chosen(site: Site, wanted: Wanted, now: datetime) -> Select[Any]:
    """Return the items that are wanted, each reason's from an index of its own."""
    state = DONE if wanted.state == DONE else OPEN
    chosen = select(item).where(item.c.site_id == site.id, item.c.state == state)
    if wanted.reason:
        reason = tables.item_reason
        # Spelled with the reason's own columns: the queue of a reason is read from its index, rank by rank.
        chosen = select(item).join(reason, reason.c.item_id == item.c.id)
        chosen = chosen.where(reason.c.site_id == site.id, reason.c.reason == wanted.reason, reason.c.state == state)
    if wanted.person is not None:
        chosen = chosen.where(_is_of(wanted.person, now))
    if wanted.leads:
        chosen = chosen.where(item.c.is_lead)
    return chosen


def _is_of(person: int, now: datetime) -> ColumnElement[bool]:
    """Tell whose an item is: assigned to them, or taken by them and not lapsed."""
    return or_(item.c.assigned_to == person, and_(item.c.locked_by == person, item.c.locked_until > now))


def _count(connection: Connection, which: ColumnElement[bool], most: int) -> int:
    some = select(item.c.id).where(which).limit(most).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def _read_cursor(after: str, parts: int) -> list[int]:
    given = after.split(".")
    if len(after) > LONGEST_CURSOR or len(given) != parts or not all(_is_number(each) for each in given):
        raise InvalidRequest("after: must be the `next` of the page before")
    return [int(each) for each in given]


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and text.isascii() and len(text) <= 19


def _reasons(connection: Connection, items: Sequence[int]) -> dict[int, tuple[Reason, ...]]:
    row = tables.item_reason
    found: dict[int, tuple[Reason, ...]] = dict.fromkeys(items, ())
    for batch in in_batches(items, MOST_IN_A_LIST):
        wanted = select(row.c.item_id, row.c.reason).where(row.c.item_id.in_(batch))
        for each in connection.execute(wanted.order_by(row.c.item_id, row.c.created_at, row.c.reason)):
            if is_reason(each.reason):
                found[each.item_id] += (each.reason,)
    return found


def _questions(connection: Connection, seal: SiteSeal, turns: Sequence[str]) -> dict[str, str]:
    turn = tables.turn
    found: dict[str, str] = {}
    for batch in in_batches(turns, MOST_IN_A_LIST):
        wanted = select(turn.c.id, turn.c.question_sealed).where(turn.c.id.in_(batch))
        found.update({row.id: question_of(row, seal) for row in connection.execute(wanted)})
    return found


def _alike(connection: Connection, groups: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for batch in in_batches(set(groups), MOST_IN_A_LIST):
        counted = select(item.c.group_id, func.count()).where(item.c.group_id.in_(batch), item.c.state == OPEN)
        found.update((row[0], row[1]) for row in connection.execute(counted.group_by(item.c.group_id)))
    return found


def _kinds(connection: Connection, decisions: Sequence[int]) -> dict[int | None, Any]:
    row = tables.decision
    found: dict[int | None, Any] = {}
    for batch in in_batches(decisions, MOST_IN_A_LIST):
        wanted = select(row.c.id, row.c.kind).where(row.c.id.in_(batch))
        found.update({each.id: each.kind for each in connection.execute(wanted) if is_decision(each.kind)})
    return found
