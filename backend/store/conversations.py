"""Conversations: shown again, handed to a person, erased.

Rule: whatever is asked by a site is answered with that site's rows alone; another site's ids are as unknown ids.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, Row, and_, bindparam, delete, exists, or_, select, update

from backend.domain.conversation import MOST_EXAMPLES, Handoff, HandoffState, StoredTurn, example_visitor
from backend.domain.errors import NotFound
from backend.domain.harm import subject_of
from backend.domain.items import Drawn, Waiting
from backend.domain.site import Site
from backend.domain.turn import Asked
from backend.store import tables
from backend.store.database import insert_into, kept_for_each_database
from backend.store.evidence_book import erase_evidence
from backend.store.gap_book import forget_gaps
from backend.store.item_rows import erase_items, raise_item
from backend.store.letter_book import erase_what_goes_out
from backend.store.sealing import SealedRows, SiteSeal
from backend.store.turn_rows import question_of, stored_turn, turns_of

_conversation_of_visitor = (
    select(tables.conversation.c.joined_by)
    .where(
        tables.conversation.c.id == bindparam("conversation"),
        tables.conversation.c.site_id == bindparam("site_id"),
        tables.conversation.c.visitor_id == bindparam("visitor"),
    )
    .with_for_update(read=True, key_share=True)
)


class StoredConversations(SealedRows):
    """Implements `Conversations`."""

    def conversation_owner(self, conversation: str) -> tuple[int, str] | None:
        wanted = select(tables.conversation.c.site_id, tables.conversation.c.visitor_id).where(
            tables.conversation.c.id == conversation
        )
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else (row.site_id, row.visitor_id)

    def conversation(self, site: Site, conversation: str) -> Sequence[StoredTurn]:
        wanted = turns_of(site).where(tables.turn.c.conversation_id == conversation).order_by(tables.turn.c.serial)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            seal = self._seal_of(connection, site.id)
            return [stored_turn(row, seal) for row in rows]

    def example_conversations(self, site: Site) -> Sequence[str]:
        row = tables.conversation
        examples = list(map(example_visitor, range(1, MOST_EXAMPLES + 1)))
        wanted = select(row.c.id).where(row.c.site_id == site.id, row.c.visitor_id.in_(examples))
        with self._database.reading() as connection:
            return connection.execute(wanted).scalars().all()

    def erase_conversation(self, site: Site, conversation: str) -> Sequence[str]:
        """Erase it with its turns and hand-overs, and the visitor who has no other; return the turns' ids."""
        with self._database.writing() as connection:
            visitor = _lock_conversation(connection, site, conversation)
            if visitor is None:
                return []
            turns = _erase_turns(connection, site, conversation)
            forget_gaps(connection, site.id, self._now())
            connection.execute(
                delete(tables.handoff).where(
                    tables.handoff.c.site_id == site.id, tables.handoff.c.conversation_id == conversation
                )
            )
            for table in (tables.satisfaction, tables.conversation_event):
                theirs = (table.c.site_id == site.id, table.c.conversation_id == conversation)
                connection.execute(delete(table).where(*theirs))
            erase_what_goes_out(connection, site.id, conversation)
            connection.execute(
                delete(tables.conversation).where(
                    tables.conversation.c.site_id == site.id, tables.conversation.c.id == conversation
                )
            )
            _erase_visitor_without_conversations(connection, site, visitor)
        self._database.truncate_log()
        return turns

    def give_stars(self, site: Site, conversation: str, stars: int) -> None:
        row = {"stars": stars, "created_at": self._now()}
        with self._database.writing() as connection:
            if _lock_conversation(connection, site, conversation) is None:
                raise NotFound
            known = {"site_id": site.id, "conversation_id": conversation}
            adding = insert_into(connection, tables.satisfaction).values(**known, **row)
            connection.execute(adding.on_conflict_do_update(index_elements=["conversation_id"], set_=row))

    def stars_of(self, site_id: int, conversations: Sequence[str]) -> Mapping[str, int]:
        given = tables.satisfaction
        wanted = select(given.c.conversation_id, given.c.stars).where(given.c.site_id == site_id)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.where(given.c.conversation_id.in_(sorted(set(conversations))))).all()
        return {row.conversation_id: row.stars for row in rows}

    def hand_over(self, site: Site, conversation: str, email: str, note: str) -> str:
        """Keep a visitor's wish for a person; return its id. Raise NotFound for a conversation that is not there."""
        handoff = secrets.token_urlsafe(12)
        now = self._now()
        with self._database.writing() as connection:
            if _lock_conversation(connection, site, conversation) is None:
                raise NotFound
            seal = self._seal_of(connection, site.id)
            row = {
                "id": handoff,
                "site_id": site.id,
                "conversation_id": conversation,
                "email_sealed": seal.seal(email, "handoff", handoff, "email_sealed"),
                "note_sealed": seal.seal(note, "handoff", handoff, "note_sealed"),
                "created_at": now,
            }
            connection.execute(tables.handoff.insert(), row)
            _raise_last_turn(connection, seal, site, conversation, now)
        return handoff

    def handoffs(
        self,
        site: Site,
        state: HandoffState | None = None,
        conversation: str | None = None,
        after: str | None = None,
        most: int | None = None,
    ) -> Sequence[Handoff]:
        """Return the wishes for a person at this site, the oldest first: of this state and conversation alone."""
        row = tables.handoff
        wanted = select(row).where(row.c.site_id == site.id)
        if state is not None:
            wanted = wanted.where(row.c.state == state)
        if conversation is not None:
            wanted = wanted.where(row.c.conversation_id == conversation)
        if after is not None:
            place = select(row.c.created_at).where(row.c.id == after).scalar_subquery()
            wanted = wanted.where(or_(row.c.created_at > place, and_(row.c.created_at == place, row.c.id > after)))
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(row.c.created_at, row.c.id).limit(most)).all()
            if not rows:
                return []
            seal = self._seal_of(connection, site.id)
            return [_handoff(row, seal) for row in rows]

    def handoffs_since(self, site: Site, answered_since: datetime) -> Sequence[Handoff]:
        """Return the wishes that wait, the oldest first, and those that were answered since then."""
        row = tables.handoff
        is_wanted = or_(row.c.state == "open", row.c.answered_at >= answered_since)
        wanted = select(row).where(row.c.site_id == site.id, is_wanted).order_by(row.c.created_at)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            seal = self._seal_of(connection, site.id) if rows else None
        return [_handoff(each, seal) for each in rows if seal]

    def site_of_handoff(self, handoff: str) -> int | None:
        with self._database.reading() as connection:
            wanted = select(tables.handoff.c.site_id).where(tables.handoff.c.id == handoff)
            site_id: int | None = connection.execute(wanted).scalar_one_or_none()
        return site_id

    def settle_handoff(self, site: Site, handoff: str, state: HandoffState, by: str) -> Handoff | None:
        """Keep whether a wish was answered, when and by whom; None where there is none."""
        row = tables.handoff
        is_answered = state == "answered"
        values = {"state": state, "answered_at": self._now() if is_answered else None, "answered_by": by}
        theirs = (row.c.site_id == site.id, row.c.id == handoff)
        with self._database.writing() as connection:
            connection.execute(update(row).where(*theirs, row.c.state != state).values(values))
            found = connection.execute(select(row).where(*theirs)).one_or_none()
            return None if found is None else _handoff(found, self._seal_of(connection, site.id))

    def answer_times(self, site: Site, since: datetime) -> Sequence[float]:
        """Return how many seconds visitors waited for a person, of the wishes that came since then."""
        row = tables.handoff
        wanted = select(row.c.created_at, row.c.answered_at).where(
            row.c.site_id == site.id, row.c.created_at >= since, row.c.answered_at.is_not(None)
        )
        with self._database.reading() as connection:
            return [(each.answered_at - each.created_at).total_seconds() for each in connection.execute(wanted)]


def _handoff(row: Row[Any], seal: SiteSeal) -> Handoff:
    return Handoff(
        conversation=row.conversation_id,
        email=seal.open(row.email_sealed, "handoff", row.id, "email_sealed"),
        note=seal.open(row.note_sealed, "handoff", row.id, "note_sealed"),
        id=row.id,
        state=row.state,
        at=row.created_at,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
    )


def _raise_last_turn(connection: Connection, seal: SiteSeal, site: Site, conversation: str, now: datetime) -> None:
    """Put the question before staff after which the visitor wished for a person."""
    turn = tables.turn
    theirs = select(turn).where(turn.c.site_id == site.id, turn.c.conversation_id == conversation)
    last = connection.execute(theirs.order_by(turn.c.serial.desc()).limit(1)).one_or_none()
    if last is not None:
        drawn = Drawn.of(last.id, site.settings.review.sample)
        raise_item(connection, last.id, Waiting(("handoff",), subject_of(question_of(last, seal)), drawn), now)


# Beginning


def make_conversation(connection: Connection, asked: Asked, now: datetime) -> None:
    theirs = {"site_id": asked.site.id, "created_at": now}
    connection.execute(_add_visitor(connection), {**theirs, "id": asked.visitor})
    conversation = {**theirs, "id": asked.conversation, "visitor_id": asked.visitor}
    connection.execute(_add_conversation(connection), conversation)


@kept_for_each_database
def _add_visitor(connection: Connection) -> Executable:
    # Writing a known visitor again locks the row, so that no erasure takes it away before the conversation is there.
    again = {"created_at": tables.visitor.c.created_at}
    return insert_into(connection, tables.visitor).on_conflict_do_update(index_elements=["site_id", "id"], set_=again)


@kept_for_each_database
def _add_conversation(connection: Connection) -> Executable:
    return insert_into(connection, tables.conversation).on_conflict_do_nothing()


def hold_conversation(connection: Connection, asked: Asked) -> bool:
    """Tell whether a person of the staff is in this visitor's conversation; raise NotFound where there is none.

    On PostgreSQL nobody erases it, joins it or leaves it until we are done: it is read and locked in one statement.
    """
    theirs = {"conversation": asked.conversation, "site_id": asked.site.id, "visitor": asked.visitor}
    held = connection.execute(_conversation_of_visitor, theirs).one_or_none()
    if held is None:
        raise NotFound
    return held.joined_by is not None


# Erasing


def _lock_conversation(connection: Connection, site: Site, conversation: str) -> str | None:
    """Return whose conversation it is; on PostgreSQL, wait for a question that is being added to it."""
    wanted = (
        select(tables.conversation.c.visitor_id)
        .where(tables.conversation.c.site_id == site.id, tables.conversation.c.id == conversation)
        .with_for_update()
    )
    visitor: str | None = connection.execute(wanted).scalar_one_or_none()
    return visitor


def _erase_turns(connection: Connection, site: Site, conversation: str) -> list[str]:
    turn, feedback, flag = tables.turn, tables.feedback, tables.flag
    theirs = select(turn.c.id).where(turn.c.site_id == site.id, turn.c.conversation_id == conversation)
    turns = list(connection.execute(theirs.order_by(turn.c.serial)).scalars())
    erase_items(connection, site.id, theirs)
    erase_evidence(connection, site.id, theirs)
    connection.execute(delete(feedback).where(feedback.c.site_id == site.id, feedback.c.turn_id.in_(theirs)))
    connection.execute(delete(flag).where(flag.c.site_id == site.id, flag.c.turn_id.in_(theirs)))
    connection.execute(delete(turn).where(turn.c.site_id == site.id, turn.c.conversation_id == conversation))
    return turns


def _erase_visitor_without_conversations(connection: Connection, site: Site, visitor: str) -> None:
    theirs = and_(tables.visitor.c.site_id == site.id, tables.visitor.c.id == visitor)
    # Locked first: a conversation that is being added is seen by what follows, or waits for it.
    connection.execute(select(tables.visitor.c.id).where(theirs).with_for_update())
    has_another = exists().where(
        tables.conversation.c.site_id == tables.visitor.c.site_id,
        tables.conversation.c.visitor_id == tables.visitor.c.id,
    )
    connection.execute(delete(tables.visitor).where(theirs, ~has_another))
