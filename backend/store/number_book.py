"""What came of each site's questions, by the hour and the day: counted once, so that a page reads hours and not turns.

Rules:
1. A turn is counted when it has ended, once, in the order in which turns began. One that never ends holds the others up
   for a quarter of an hour, and is then counted as failed.
2. One process at a time counts: the place that counting has reached moves on in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    Text,
    cast,
    delete,
    func,
    literal,
    select,
    union_all,
    update,
)

from backend.domain.numbers import Hour, Spent, SpentBy, Use, Voices, step_of
from backend.store import tables
from backend.store.database import Database, insert_into
from backend.store.trace_book import UNANSWERED
from backend.store.turn_rows import DONE, FOR_PERSON, STOPPED, STREAMING

NEVER_ENDS = timedelta(minutes=15)
COUNTED = (
    *("questions", "done", "stopped", "failed", "unanswered", "conversations", "continued"),
    *("input_tokens", "output_tokens", "cache_read_tokens"),
)
HANDOFF = "handoff"
BEGINS, CONTINUES = 1, 2  # the first question of a conversation, and the second
COUNTED_AT_ONCE = 500
HOUR = {"minute": 0, "second": 0, "microsecond": 0}
SUMS: Mapping[Table, Mapping[str, int]] = {tables.hour: HOUR, tables.day: {**HOUR, "hour": 0}}
ONE = 1  # the id of the one row that keeps the place


class StoredNumbers:
    """Implements NumberBook."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def tally(self, most: int) -> int:
        turn, place = tables.turn, tables.tally_place
        with self._database.writing() as connection:
            adding = insert_into(connection, place).values(id=ONE, serial=0)
            connection.execute(adding.on_conflict_do_nothing())
            reached = connection.execute(select(place.c.serial).with_for_update()).scalar_one()
            wanted = select(turn).where(turn.c.serial > reached).order_by(turn.c.serial).limit(most)
            rows = self._ended(connection.execute(wanted).all())
            if not rows:
                return 0
            self._add(connection, rows)
            connection.execute(update(place).values(serial=rows[-1].serial))
        return len(rows)

    def count_anew(self, site_id: int) -> None:
        turn, place = tables.turn, tables.tally_place
        with self._database.writing() as connection:
            reached = connection.execute(select(place.c.serial).with_for_update()).scalar_one_or_none() or 0
            for table in SUMS:
                connection.execute(delete(table).where(table.c.site_id == site_id))
            last = 0
            while rows := connection.execute(
                select(turn)
                .where(turn.c.site_id == site_id, turn.c.serial > last, turn.c.serial <= reached)
                .order_by(turn.c.serial)
                .limit(COUNTED_AT_ONCE)
            ).all():
                self._add(connection, rows)
                last = rows[-1].serial

    def hours(self, site_id: int, start: datetime, end: datetime) -> Sequence[Hour]:
        return self._sums(tables.hour, site_id, start, end)

    def days(self, site_id: int, start: datetime, end: datetime) -> Sequence[Hour]:
        return self._sums(tables.day, site_id, start, end)

    def spent(self, site_id: int, start: datetime, end: datetime, by: SpentBy, most: int) -> Sequence[Spent]:
        turn = tables.turn
        whose = turn.c.conversation_id if by == "conversation" else turn.c.visitor_id
        sums = [func.coalesce(func.sum(column), 0) for column in (turn.c.input_tokens, turn.c.output_tokens)]
        cost = func.coalesce(func.sum(turn.c.cost_usd), 0.0)
        in_span = (turn.c.site_id == site_id, turn.c.created_at >= start, turn.c.created_at < end)
        wanted = select(whose, func.count(), *sums, cost).where(*in_span).group_by(whose)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(cost.desc(), whose).limit(most)).all()
        return [Spent(of, questions, int(read), int(written), float(usd)) for of, questions, read, written, usd in rows]

    def use(self, site_id: int, document: str, most: int) -> Use:
        turn, feedback = tables.turn, tables.feedback
        last = (
            select(turn.c.passages, turn.c.sources, feedback.c.rating)
            .outerjoin(feedback, feedback.c.turn_id == turn.c.id)
            .where(turn.c.site_id == site_id)
            .order_by(turn.c.created_at.desc())  # as its index has them
            .limit(most)
        )
        with self._database.reading() as connection:
            rows = connection.execute(last).all()
        cited = [row for row in rows if any(each["id"] == document for each in row.sources)]
        return Use(
            found=sum(any(each["document"] == document for each in row.passages) for row in rows),
            cited=len(cited),
            thumbs_up=sum(row.rating == "up" for row in cited),
            thumbs_down=sum(row.rating == "down" for row in cited),
            looked_at=len(rows),
        )

    def voices(self, site_id: int, start: datetime, end: datetime) -> Voices:
        feedback, handoff, given = tables.feedback, tables.handoff, tables.satisfaction
        said = [
            _said(site_id, start, end, feedback, feedback.c.rating),
            _said(site_id, start, end, given, cast(given.c.stars, Text)),
            _said(site_id, start, end, handoff, literal(HANDOFF)),
        ]
        with self._database.reading() as connection:
            counts: dict[str, int] = dict(connection.execute(union_all(*said)).all())
        stars = {int(each): count for each, count in counts.items() if each.isdecimal()}
        return Voices(counts.get("up", 0), counts.get("down", 0), counts.get(HANDOFF, 0), stars)

    def _sums(self, table: Table, site_id: int, start: datetime, end: datetime) -> Sequence[Hour]:
        wanted = select(table).where(table.c.site_id == site_id, table.c.at >= start, table.c.at < end)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(table.c.at, table.c.model, table.c.route)).all()
        return list(map(_hour, rows))

    def _ended(self, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
        """Return the turns up to the first one that may still end."""
        late = self._now() - NEVER_ENDS
        for position, row in enumerate(rows):
            if row.status == STREAMING and row.created_at > late:
                return rows[:position]
        return rows

    def _add(self, connection: Connection, rows: Sequence[Row[Any]]) -> None:
        flag = tables.flag
        unsure = select(flag.c.turn_id).where(
            flag.c.turn_id.in_([row.id for row in rows]), flag.c.reason.in_(UNANSWERED)
        )
        unanswered = frozenset(connection.execute(unsure).scalars())
        places = _places(connection, rows)
        for table, begin in SUMS.items():
            for key, counts in _counted(rows, unanswered, places, begin).items():
                self._add_to(table, connection, key, counts)

    def _add_to(self, table: Table, connection: Connection, key: Mapping[str, Any], counts: Mapping[str, Any]) -> None:
        """Add to an hour or a day what is there, or make it."""
        its_own = [table.c[name] == value for name, value in dict(key).items()]
        known = connection.execute(select(table).where(*its_own)).one_or_none()
        if known is None:
            connection.execute(table.insert().values(**dict(key), **counts))
            return
        summed = {name: getattr(known, name) + counts[name] for name in (*COUNTED, "cost_usd")}
        steps = {name: _joined(getattr(known, name), counts[name]) for name in ("first_text", "whole")}
        connection.execute(update(table).where(*its_own).values(**summed, **steps))


def _said(
    site_id: int, start: datetime, end: datetime, table: Table, what: ColumnElement[str]
) -> Select[*tuple[Any, ...]]:
    """Select what visitors said in one of their tables, with how often each."""
    in_span = table.c.site_id == site_id, table.c.created_at >= start, table.c.created_at < end
    return select(what, func.count()).where(*in_span, what.is_not(None)).group_by(what)


def _places(connection: Connection, rows: Sequence[Row[Any]]) -> Mapping[int, int]:
    """Return of each question, by its serial, its place in its conversation; of all behind the second that they are so.

    Of each, the two questions before it are looked for, so that long conversations cost no more than short ones.
    """
    turn, earlier = tables.turn, tables.turn.alias()
    its_own = earlier.c.site_id == turn.c.site_id, earlier.c.conversation_id == turn.c.conversation_id
    last = (
        select(earlier.c.serial)
        .where(*its_own, earlier.c.serial < turn.c.serial, earlier.c.status != FOR_PERSON)
        .order_by(earlier.c.serial.desc())
        .limit(1)
    )
    found = select(turn.c.serial, last.scalar_subquery(), last.offset(1).scalar_subquery()).where(
        turn.c.serial.in_([row.serial for row in rows]), turn.c.status != FOR_PERSON
    )
    return {serial: BEGINS + len({*before} - {None}) for serial, *before in connection.execute(found)}


def _counted(
    rows: Sequence[Row[Any]], unanswered: frozenset[str], places: Mapping[int, int], begin: Mapping[str, int]
) -> Mapping[Any, dict[str, Any]]:
    """Return what these turns come to, by site, hour or day, model and route; `begin` makes a time that of its hour."""
    found: dict[Any, dict[str, Any]] = defaultdict(
        lambda: {**dict.fromkeys(COUNTED, 0), "cost_usd": 0.0, "first_text": {}, "whole": {}}
    )
    for row in rows:
        if row.status == FOR_PERSON:
            continue  # nobody asked the assistant
        at = row.created_at.replace(**begin)
        counts = found[(("site_id", row.site_id), ("at", at), ("model", row.model), ("route", row.because))]
        counts["questions"] += 1
        counts[row.status if row.status in (DONE, STOPPED) else "failed"] += 1
        counts["conversations"] += places[row.serial] == BEGINS
        counts["continued"] += places[row.serial] == CONTINUES
        counts["unanswered"] += row.status in (DONE, STOPPED) and row.id in unanswered
        for name in ("input_tokens", "output_tokens", "cache_read_tokens", "cost_usd"):
            counts[name] += getattr(row, name) or 0
        for name, timing in (("first_text", "first_text_ms"), ("whole", "ended_ms")):
            if (took := row.timings.get(timing)) is not None:
                step = str(step_of(took))  # JSON's keys are texts
                counts[name][step] = counts[name].get(step, 0) + 1
    return found


def _joined(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {step: one.get(step, 0) + other.get(step, 0) for step in {**one, **other}}


def _hour(row: Row[Any]) -> Hour:
    return Hour(
        row.at,
        row.model,
        row.route,
        row.questions,
        row.done,
        row.stopped,
        row.failed,
        row.unanswered,
        row.conversations,
        row.continued,
        row.input_tokens,
        row.output_tokens,
        row.cache_read_tokens,
        row.cost_usd,
        {int(step): count for step, count in row.first_text.items()},
        {int(step): count for step, count in row.whole.items()},
    )
