"""People in conversations, and what happens in these besides turns.

Rule: whoever joins locks the conversation's row first. A question that is being added at the moment holds it (see
conversations.py), so it is either seen as running, or sees the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, union, update

from backend.domain.errors import NotFound, NotJoined
from backend.domain.live import TYPING, EventKind, Joined, LiveEvent, Presence, Talk
from backend.domain.site import Site
from backend.store import tables
from backend.store.sealing import SealedRows, SiteSeal
from backend.store.turn_rows import STREAMING, question_of

SEEN_EVERY = timedelta(seconds=30)  # a visitor who is there is not written more often than this
_conversation, _event, _turn = tables.conversation, tables.conversation_event, tables.turn


class StoredLive(SealedRows):
    """Implements LiveBook."""

    def join(
        self, site: Site, conversation: str, person: int, name: str, *, takes_over: bool = False
    ) -> Joined | Presence:
        now = self._now()
        with self._database.writing() as connection:
            held = _hold(connection, site, conversation)
            if held.joined_by not in (None, person) and not takes_over:
                return _presence(held, now)
            if held.joined_by == person:
                _set(connection, held, active_at=now)
                return Joined(held.joined_number, ())
            seal, number = self._seal_of(connection, site.id), held.joined_number + 1
            if held.joined_by is not None:
                held = _add(connection, seal, held, "left", f"left {held.joined_number}", held.joined_name, "", now)[1]
            _add(connection, seal, held, "joined", f"joined {number}", name, "", now)
            joining = {"joined_by": person, "joined_name": name, "joined_number": number, "joined_at": now}
            _set(connection, held, **joining, active_at=now, person_types_until=None)
            running = select(_turn.c.id).where(
                _turn.c.site_id == site.id, _turn.c.conversation_id == conversation, _turn.c.status == STREAMING
            )
            return Joined(number, tuple(connection.execute(running).scalars()))

    def say(self, site: Site, conversation: str, person: int, message: str, text: str) -> LiveEvent:
        now = self._now()
        with self._database.writing() as connection:
            held = _hold(connection, site, conversation)
            seal = self._seal_of(connection, site.id)
            if sent := _sent(connection, seal, held, message):
                return sent
            if held.joined_by != person:
                raise NotJoined
            _set(connection, held, active_at=now, person_types_until=None)
            return _add(connection, seal, held, "message", message, held.joined_name, text, now)[0]

    def write_later(self, site: Site, conversation: str, name: str, message: str, text: str) -> LiveEvent:
        with self._database.writing() as connection:
            held = _hold(connection, site, conversation)
            seal = self._seal_of(connection, site.id)
            sent = _sent(connection, seal, held, message)
            return sent or _add(connection, seal, held, "message", message, name, text, self._now())[0]

    def correct(self, site: Site, conversation: str, turn: str, name: str, text: str) -> LiveEvent:
        with self._database.writing() as connection:
            held = _hold(connection, site, conversation)
            seal, name_of_event = self._seal_of(connection, site.id), f"correction {held.event_count + 1}"
            return _add(connection, seal, held, "correction", name_of_event, name, text, self._now(), turn)[0]

    def leave(self, site: Site, conversation: str, person: int | None = None) -> bool:
        with self._database.writing() as connection:
            held = _hold(connection, site, conversation)
            if held.joined_by is None or person not in (None, held.joined_by):
                return False
            seal, said = self._seal_of(connection, site.id), f"left {held.joined_number}"
            _add(connection, seal, held, "left", said, held.joined_name, "", self._now())
            _set(connection, held, joined_by=None, person_types_until=None)
            return True

    def type(self, site: Site, conversation: str, person: int | None = None) -> None:
        now, joined_by = self._now(), _conversation.c.joined_by
        who, until = (joined_by.is_not(None), "visitor") if person is None else (joined_by == person, "person")
        values = {f"{until}_types_until": now + TYPING, **({"active_at": now} if person is not None else {})}
        theirs = (_conversation.c.site_id == site.id, _conversation.c.id == conversation, who)
        with self._database.writing() as connection:
            connection.execute(update(_conversation).where(*theirs).values(values))

    def see_visitor(self, site: Site, conversation: str) -> None:
        now, seen = self._now(), _conversation.c.visitor_seen_at
        theirs = (_conversation.c.site_id == site.id, _conversation.c.id == conversation)
        with self._database.reading() as connection:
            seen_at = connection.execute(select(seen).where(*theirs)).scalar_one_or_none()
        if seen_at is None or now - seen_at >= SEEN_EVERY:
            with self._database.writing() as connection:
                connection.execute(update(_conversation).where(*theirs).values(visitor_seen_at=now))

    def presence(self, site: Site, conversation: str) -> Presence | None:
        wanted = select(_conversation).where(_conversation.c.site_id == site.id, _conversation.c.id == conversation)
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else _presence(row, self._now())

    def events(self, site: Site, conversation: str, after: int = 0) -> Sequence[LiveEvent]:
        theirs = (_event.c.site_id == site.id, _event.c.conversation_id == conversation, _event.c.number > after)
        with self._database.reading() as connection:
            rows = connection.execute(select(_event).where(*theirs).order_by(_event.c.number)).all()
            seal = self._seal_of(connection, site.id) if rows else None
        return [live_event(row, seal) for row in rows if seal]

    def idle(self, before: datetime) -> Sequence[tuple[int, str]]:
        wanted = select(_conversation.c.site_id, _conversation.c.id).where(
            _conversation.c.joined_by.is_not(None), _conversation.c.active_at < before
        )
        with self._database.reading() as connection:
            return [(row.site_id, row.id) for row in connection.execute(wanted)]

    def last_questions(self, site: Site, conversations: Sequence[str]) -> Mapping[str, str]:
        last = (
            select(func.max(_turn.c.serial))
            .where(_turn.c.site_id == site.id, _turn.c.conversation_id.in_(conversations))
            .group_by(_turn.c.conversation_id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(select(_turn).where(_turn.c.serial.in_(last))).all()
            seal = self._seal_of(connection, site.id) if rows else None
        return {row.conversation_id: question_of(row, seal) for row in rows if seal}

    def talks(self, site: Site, here_since: datetime, most: int) -> Sequence[Talk]:
        # Each half from its own index (in its order, so that it is chosen): an OR would look at the whole site.
        of_site = select(_conversation.c.id).where(_conversation.c.site_id == site.id)
        joined = of_site.where(_conversation.c.joined_by.is_not(None)).order_by(_conversation.c.id).limit(most)
        seen = _conversation.c.visitor_seen_at
        here = of_site.where(seen >= here_since).order_by(seen.desc()).limit(most)
        halves = [select(each.subquery().c.id) for each in (joined, here)]
        each = _turn.alias()
        last = select(func.max(each.c.serial)).where(
            each.c.site_id == site.id, each.c.conversation_id == _conversation.c.id
        )
        wanted = (
            select(_conversation, _turn.c.id.label("turn"), _turn.c.question_sealed, _turn.c.created_at.label("asked"))
            .select_from(_conversation.join(_turn, _turn.c.serial == last.correlate(_conversation).scalar_subquery()))
            .where(_conversation.c.id.in_(union(*halves)))
            .order_by(_turn.c.serial.desc())
            .limit(most)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            seal = self._seal_of(connection, site.id) if rows else None
        return [_talk(row, seal) for row in rows if seal]


def live_event(row: Row[Any], seal: SiteSeal) -> LiveEvent:
    text = seal.open(row.text_sealed, "conversation_event", _place(row.conversation_id, row.number), "text_sealed")
    return LiveEvent(row.number, row.kind, row.id, row.name, text, row.turn_id, row.created_at)


def _hold(connection: Connection, site: Site, conversation: str) -> Row[Any]:
    """Return the conversation's row, which nobody else changes until we are done; raise NotFound without one."""
    wanted = select(_conversation).where(_conversation.c.site_id == site.id, _conversation.c.id == conversation)
    held = connection.execute(wanted.with_for_update()).one_or_none()
    if held is None:
        raise NotFound
    return held


def _set(connection: Connection, held: Row[Any], **values: object) -> None:
    connection.execute(update(_conversation).where(_conversation.c.id == held.id).values(values))


def _sent(connection: Connection, seal: SiteSeal, held: Row[Any], message: str) -> LiveEvent | None:
    """Return a message that is there already."""
    wanted = select(_event).where(_event.c.conversation_id == held.id, _event.c.id == message)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else live_event(row, seal)


def _add(
    connection: Connection,
    seal: SiteSeal,
    held: Row[Any],
    kind: EventKind,
    name_of_event: str,
    name: str,
    text: str,
    now: datetime,
    turn: str = "",
) -> tuple[LiveEvent, Row[Any]]:
    """Add the next event of a conversation that is held; return it, and the row as it is now."""
    number = held.event_count + 1
    last = select(_turn.c.id).where(_turn.c.site_id == held.site_id, _turn.c.conversation_id == held.id)
    after = turn or connection.execute(last.order_by(_turn.c.serial.desc()).limit(1)).scalar_one_or_none() or ""
    row: Mapping[str, object] = {
        "conversation_id": held.id,
        "number": number,
        "site_id": held.site_id,
        "id": name_of_event,
        "kind": kind,
        "name": name,
        "turn_id": after,
        "text_sealed": seal.seal(text, "conversation_event", _place(held.id, number), "text_sealed"),
        "created_at": now,
    }
    connection.execute(_event.insert().values(row))
    _set(connection, held, event_count=number)
    again = connection.execute(select(_conversation).where(_conversation.c.id == held.id)).one()
    return LiveEvent(number, kind, name_of_event, name, text, after, now), again


def _place(conversation: str, number: int) -> str:
    return f"{conversation} {number}"


def _presence(row: Row[Any], now: datetime) -> Presence:
    is_in = row.joined_by is not None
    return Presence(
        person=row.joined_by,
        name=row.joined_name if is_in else "",
        number=row.joined_number,
        last=row.event_count,
        joined_at=row.joined_at if is_in else None,
        person_types=is_in and _is_on(row.person_types_until, now),
        visitor_types=is_in and _is_on(row.visitor_types_until, now),
        visitor_seen_at=row.visitor_seen_at,
    )


def _is_on(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now


def _talk(row: Row[Any], seal: SiteSeal) -> Talk:
    question = seal.open(row.question_sealed, "turn", row.turn, "question_sealed")
    name = row.joined_name if row.joined_by is not None else ""
    return Talk(row.id, question, row.asked, row.joined_by, name, row.visitor_seen_at)
