"""The turns, each from its question to its end, with all that made it.

Rules:
1. The question is kept before its first event goes out; a turn ends once, and the first end stays.
2. What visitors and models wrote is sealed with the site's key, each text bound to its turn and column.
3. An end that the database does not take is kept in memory until a later write succeeds.
4. Whatever is asked by a site is answered with that site's rows alone; another site's ids are as unknown ids.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, or_, select, update
from sqlalchemy.exc import IntegrityError

from backend.domain.conversation import StoredTurn, TurnOwner
from backend.domain.errors import Busy, Interrupted, TurnConflict
from backend.domain.items import Drawn, Waiting
from backend.domain.site import Site
from backend.domain.turn import Opening, Outcome, PastTurn
from backend.store import tables
from backend.store.conversations import hold_conversation, make_conversation
from backend.store.database import Database, in_batches
from backend.store.flags import insert_flags
from backend.store.item_rows import raise_item
from backend.store.live_book import live_event
from backend.store.sealing import SealedRows, SiteSeal
from backend.store.site_keys import SiteKeys
from backend.store.turn_rows import (
    DONE,
    FAILED,
    FOR_PERSON,
    STOPPED,
    STREAMING,
    for_person,
    past_turn,
    row_of,
    stored_turn,
    turns_of,
    values_of,
)

MOST_IN_A_LIST = 500
MOST_LATE = 1_000
LEFT_BEHIND = Waiting(("failed",), "", Drawn(0.0, is_in=False))  # of a turn whose process died
MOST_LOOKED_AT = 20_000  # questions, the latest, when asking which pages nobody finds


# Statements of every question, built once: building one costs more than running it.

OWNER = """
SELECT id, site_id, visitor_id, conversation_id, fingerprint, was_anonymous FROM turn WHERE id = :turn
"""

_site_of = select(tables.turn.c.site_id).where(tables.turn.c.id == bindparam("turn"))

_history = (
    select(
        tables.turn.c.id,
        tables.turn.c.question_sealed,
        tables.turn.c.reply_sealed,
        select(tables.conversation.c.event_count)
        .where(tables.conversation.c.id == bindparam("conversation"))
        .scalar_subquery()
        .label("events"),
    )
    .where(
        tables.turn.c.site_id == bindparam("site_id"),
        tables.turn.c.conversation_id == bindparam("conversation"),
        tables.turn.c.status.in_([DONE, STOPPED, FOR_PERSON]),
        or_(tables.turn.c.reply_sealed.is_not(None), tables.turn.c.status == FOR_PERSON),
    )
    .order_by(tables.turn.c.serial.desc())
    .limit(bindparam("most"))
)

_running_turn = update(tables.turn).where(tables.turn.c.id == bindparam("named"), tables.turn.c.status == STREAMING)

_running_turns = (
    update(tables.turn)
    .where(tables.turn.c.id.in_(bindparam("turns", expanding=True)), tables.turn.c.status == STREAMING)
    .returning(tables.turn.c.id)
)


class StoredTurns(SealedRows):
    """Implements `Turns`."""

    def __init__(self, database: Database, keys: SiteKeys, now: Callable[[], datetime]) -> None:
        super().__init__(database, keys, now)
        self._late: dict[str, Outcome] = {}

    def begin(self, opening: Opening) -> bool:
        """Keep the question; return whether a person of the staff is in the conversation, who is to answer it.

        Raise TurnConflict for a turn that is there, NotFound for an erased conversation.
        """
        asked, now = opening.asked, self._now()
        with self._database.writing() as connection:
            seal = self._seal_of(connection, asked.site.id)
            if asked.is_new_conversation:
                make_conversation(connection, asked, now)
            is_for_person = hold_conversation(connection, asked)
            row = row_of(opening, seal, now)
            if is_for_person:
                row = for_person(row, now)
            if asked.is_repeated:
                _begin_again(connection, row)
            else:
                _insert_turn(connection, row)
            insert_flags(connection, seal, asked.turn, opening.question.flags, now)
        return is_for_person

    def end(self, turn: str, outcome: Outcome) -> None:
        """Keep what the turn came to. A turn that has ended, or was erased meanwhile, is left as it is.

        Raise Busy where that cannot be kept now; it will be with the next write that succeeds.
        """
        try:
            self._end(turn, outcome)
        except Busy:
            if len(self._late) < MOST_LATE:
                self._late[turn] = outcome
            raise
        self.end_late_ones()

    def end_late_ones(self) -> None:
        """Keep the ends that could not be kept before, as far as it goes now."""
        while self._late:
            turn, outcome = self._late.popitem()
            try:
                self._end(turn, outcome)
            except Busy:
                self._late[turn] = outcome
                return

    def _end(self, turn: str, outcome: Outcome) -> None:
        now = self._now()
        with self._database.writing() as connection:
            site_id = connection.execute(_site_of, {"turn": turn}).scalar_one_or_none()
            if site_id is None:
                return
            seal = self._seal_of(connection, site_id)
            values = {**values_of(outcome, seal, turn), "ended_at": now}
            if connection.execute(_running_turn, {**values, "named": turn}).rowcount:
                insert_flags(connection, seal, turn, outcome.flags, now)
                if outcome.waiting:
                    raise_item(connection, turn, outcome.waiting, now)

    def never_found(self, site: Site) -> Mapping[str, int]:
        turn, document = tables.turn, tables.document
        with self._database.reading() as connection:
            asked = connection.execute(
                select(turn.c.created_at, turn.c.passages)
                .where(turn.c.site_id == site.id)
                .order_by(turn.c.created_at.desc())  # as its index has them
                .limit(MOST_LOOKED_AT)
            ).all()
            known = connection.execute(
                select(document.c.key, document.c.created_at).where(document.c.site_id == site.id)
            ).all()
        found = {passage["document"] for row in asked for passage in row.passages}
        times = sorted(row.created_at for row in asked)
        return {row.key: len(times) - bisect_left(times, row.created_at) for row in known if row.key not in found}

    def end_interrupted(self, turns: Sequence[str]) -> None:
        self.end_late_ones()
        now = self._now()
        values = {"status": FAILED, "error": Interrupted.code, "is_valid": False, "ended_at": now}
        with self._database.writing() as connection:
            for batch in in_batches(turns, MOST_IN_A_LIST):
                for turn in _end_if_running(connection, batch, values):
                    raise_item(connection, turn, LEFT_BEHIND, now)

    def owner(self, turn: str) -> TurnOwner | None:
        found = self._database.rows(OWNER, {"turn": turn})
        if not found:
            return None
        owner = TurnOwner(*found[0])
        return replace(owner, was_anonymous=bool(owner.was_anonymous))  # SQLite's driver says 0 or 1

    def turn(self, site: Site, turn: str) -> StoredTurn | None:
        wanted = turns_of(site).where(tables.turn.c.id == turn)
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
            return None if row is None else stored_turn(row, self._seal_of(connection, site.id))

    def history(self, site: Site, conversation: str, most: int) -> Sequence[PastTurn]:
        with self._database.reading() as connection:
            parameters = {"site_id": site.id, "conversation": conversation, "most": most}
            rows = connection.execute(_history, parameters).all()
            if not rows:
                return []
            seal = self._seal_of(connection, site.id)
            said = _said_after(connection, seal, site, conversation) if rows[0].events else {}
            return [past_turn(row, seal, said.get(row.id, ())) for row in reversed(rows)]


def _said_after(connection: Connection, seal: SiteSeal, site: Site, conversation: str) -> Mapping[str, list[str]]:
    """Return what people of the staff wrote in a conversation, by the turn that it followed."""
    event = tables.conversation_event
    theirs = (event.c.site_id == site.id, event.c.conversation_id == conversation, event.c.kind == "message")
    said: dict[str, list[str]] = {}
    for row in connection.execute(select(event).where(*theirs).order_by(event.c.number)):
        said.setdefault(row.turn_id, []).append(live_event(row, seal).text)
    return said


def _insert_turn(connection: Connection, row: Mapping[str, object]) -> None:
    try:
        connection.execute(tables.turn.insert(), row)
    except IntegrityError:
        raise TurnConflict from None


def _begin_again(connection: Connection, row: Mapping[str, object]) -> None:
    """Put the turn in the place of its interrupted answer; raise TurnConflict where there is none of this visitor's."""
    turn = tables.turn
    theirs = [turn.c[name] == row[name] for name in ("id", "site_id", "visitor_id", "fingerprint")]
    was_interrupted = and_(turn.c.status == FAILED, turn.c.error == Interrupted.code)
    begun = connection.execute(
        update(turn).where(*theirs, was_interrupted).values({"reply_sealed": None, "ended_at": None, **row})
    )
    if begun.rowcount != 1:
        raise TurnConflict


def _end_if_running(connection: Connection, turns: Sequence[str], values: Mapping[str, object]) -> Sequence[str]:
    """Set these values on those of the turns that still run; return which did."""
    return connection.execute(_running_turns, {**values, "turns": turns}).scalars().all()
