"""What happened: every turn from its question to its end, with all that made it.

Rules:
1. The question is kept before its first event goes out; a turn ends once, and the first end stays.
2. What visitors and models wrote is sealed with the site's key, each text bound to its turn and column.
3. An end that the database does not take is kept in memory until a later write succeeds.
4. Whatever is asked by a site is answered with that site's rows alone; another site's ids are as unknown ids.
"""

from __future__ import annotations

import json
import secrets
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, Row, Select, and_, bindparam, delete, exists, select, update
from sqlalchemy.exc import IntegrityError

from backend.domain.conversation import Handoff, StoredTurn, TurnOwner
from backend.domain.errors import Busy, Interrupted, NotFound, TurnConflict
from backend.domain.knowledge import Found
from backend.domain.reply import Reply, Source, Usage
from backend.domain.site import Site
from backend.domain.turn import Asked, FlagRaised, Opening, Outcome, PastTurn
from backend.store import tables
from backend.store.database import Database, in_batches, insert_into, kept_for_each_database
from backend.store.encryption import Cipher, Place
from backend.store.site_keys import SiteKeys

STREAMING, DONE, STOPPED, FAILED = "streaming", "done", "stopped", "failed"
MOST_IN_A_LIST = 500
MOST_LATE = 1_000
MOST_LOOKED_AT = 20_000  # questions, the latest, when asking which pages nobody finds


# Statements of every question, built once: building one costs more than running it.

_owner = select(
    tables.turn.c.id,
    tables.turn.c.site_id,
    tables.turn.c.visitor_id,
    tables.turn.c.conversation_id,
    tables.turn.c.fingerprint,
    tables.turn.c.was_anonymous,
).where(tables.turn.c.id == bindparam("turn"))

_site_of = select(tables.turn.c.site_id).where(tables.turn.c.id == bindparam("turn"))

_history = (
    select(tables.turn.c.id, tables.turn.c.question_sealed, tables.turn.c.reply_sealed)
    .where(
        tables.turn.c.site_id == bindparam("site_id"),
        tables.turn.c.conversation_id == bindparam("conversation"),
        tables.turn.c.status.in_([DONE, STOPPED]),
        tables.turn.c.reply_sealed.is_not(None),
    )
    .order_by(tables.turn.c.serial.desc())
    .limit(bindparam("most"))
)

_conversation_of_visitor = (
    select(tables.conversation.c.id)
    .where(
        tables.conversation.c.id == bindparam("conversation"),
        tables.conversation.c.site_id == bindparam("site_id"),
        tables.conversation.c.visitor_id == bindparam("visitor"),
    )
    .with_for_update(read=True, key_share=True)
)

_running_turns = update(tables.turn).where(
    tables.turn.c.id.in_(bindparam("turns", expanding=True)), tables.turn.c.status == STREAMING
)


class StoredTurns:
    """Implements TurnBook."""

    def __init__(self, database: Database, keys: SiteKeys, now: Callable[[], datetime]) -> None:
        self._database = database
        self._keys = keys
        self._now = now
        self._late: dict[str, Outcome] = {}

    def begin(self, opening: Opening) -> None:
        """Keep the question; raise TurnConflict for a turn that is there, NotFound for an erased conversation."""
        asked, now = opening.asked, self._now()
        with self._database.writing() as connection:
            cipher = self._keys.cipher(connection, asked.site.id)
            if asked.is_new_conversation:
                _make_conversation(connection, asked, now)
            if not _has_conversation(connection, asked):
                raise NotFound
            row = _row_of(opening, cipher, now)
            if asked.is_repeated:
                _begin_again(connection, row)
            else:
                _insert_turn(connection, row)
            _insert_flags(connection, cipher, asked.site.id, asked.turn, opening.question.flags, now)

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
            cipher = self._keys.cipher(connection, site_id)
            values = {**_values_of(outcome, cipher, site_id, turn), "ended_at": now}
            if _end_if_running(connection, [turn], values):
                _insert_flags(connection, cipher, site_id, turn, outcome.flags, now)

    def never_found(self, site: Site) -> Mapping[str, int]:
        turn, document = tables.turn, tables.document
        with self._database.reading() as connection:
            asked = connection.execute(
                select(turn.c.created_at, turn.c.passages)
                .where(turn.c.site_id == site.id)
                .order_by(turn.c.serial.desc())
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
        values = {"status": FAILED, "error": Interrupted.code, "is_valid": False, "ended_at": self._now()}
        with self._database.writing() as connection:
            for batch in in_batches(turns, MOST_IN_A_LIST):
                _end_if_running(connection, batch, values)

    def owner(self, turn: str) -> TurnOwner | None:
        with self._database.reading() as connection:
            row = connection.execute(_owner, {"turn": turn}).one_or_none()
        if row is None:
            return None
        return TurnOwner(row.id, row.site_id, row.visitor_id, row.conversation_id, row.fingerprint, row.was_anonymous)

    def turn(self, site: Site, turn: str) -> StoredTurn | None:
        wanted = _turns_of(site).where(tables.turn.c.id == turn)
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
            return None if row is None else _stored_turn(row, self._keys.cipher(connection, site.id))

    def history(self, site: Site, conversation: str, most: int) -> Sequence[PastTurn]:
        with self._database.reading() as connection:
            parameters = {"site_id": site.id, "conversation": conversation, "most": most}
            rows = connection.execute(_history, parameters).all()
            if not rows:
                return []
            cipher = self._keys.cipher(connection, site.id)
            return [_past_turn(row, cipher, site.id) for row in reversed(rows)]

    def conversation_owner(self, conversation: str) -> tuple[int, str] | None:
        wanted = select(tables.conversation.c.site_id, tables.conversation.c.visitor_id).where(
            tables.conversation.c.id == conversation
        )
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else (row.site_id, row.visitor_id)

    def conversation(self, site: Site, conversation: str) -> Sequence[StoredTurn]:
        wanted = _turns_of(site).where(tables.turn.c.conversation_id == conversation).order_by(tables.turn.c.serial)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            cipher = self._keys.cipher(connection, site.id)
            return [_stored_turn(row, cipher) for row in rows]

    def erase_conversation(self, site: Site, conversation: str) -> Sequence[str]:
        """Erase it with its turns and hand-overs, and the visitor who has no other; return the turns' ids."""
        with self._database.writing() as connection:
            visitor = _lock_conversation(connection, site, conversation)
            if visitor is None:
                return []
            turns = _erase_turns(connection, site, conversation)
            connection.execute(
                delete(tables.handoff).where(
                    tables.handoff.c.site_id == site.id, tables.handoff.c.conversation_id == conversation
                )
            )
            connection.execute(
                delete(tables.conversation).where(
                    tables.conversation.c.site_id == site.id, tables.conversation.c.id == conversation
                )
            )
            _erase_visitor_without_conversations(connection, site, visitor)
        return turns

    def rate(self, site: Site, turn: str, rating: str, comment: str) -> None:
        """Keep a visitor's judgement of a turn, in place of an earlier one; raise NotFound for an unknown turn."""
        with self._database.writing() as connection:
            if connection.execute(_site_of, {"turn": turn}).scalar_one_or_none() != site.id:
                raise NotFound
            cipher = self._keys.cipher(connection, site.id)
            judged = {
                "rating": rating,
                "comment_sealed": cipher.seal_text(comment, _place(site.id, "feedback", turn, "comment_sealed")),
                "created_at": self._now(),
            }
            adding = insert_into(connection, tables.feedback).values(turn_id=turn, site_id=site.id, **judged)
            connection.execute(adding.on_conflict_do_update(index_elements=["turn_id"], set_=judged))

    def hand_over(self, site: Site, conversation: str, email: str, note: str) -> str:
        """Keep a visitor's wish for a person; return its id. Raise NotFound for a conversation that is not there."""
        handoff = secrets.token_urlsafe(12)
        with self._database.writing() as connection:
            if _lock_conversation(connection, site, conversation) is None:
                raise NotFound
            cipher = self._keys.cipher(connection, site.id)
            row = {
                "id": handoff,
                "site_id": site.id,
                "conversation_id": conversation,
                "email_sealed": cipher.seal_text(email, _place(site.id, "handoff", handoff, "email_sealed")),
                "note_sealed": cipher.seal_text(note, _place(site.id, "handoff", handoff, "note_sealed")),
                "created_at": self._now(),
            }
            connection.execute(tables.handoff.insert(), row)
        return handoff

    def handoffs(self, site: Site) -> Sequence[Handoff]:
        """Return every wish for a person at this site, the oldest first."""
        wanted = select(tables.handoff).where(tables.handoff.c.site_id == site.id).order_by(tables.handoff.c.created_at)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            if not rows:
                return []
            cipher = self._keys.cipher(connection, site.id)
            return [_handoff(row, cipher, site.id) for row in rows]


def _handoff(row: Row[Any], cipher: Cipher, site_id: int) -> Handoff:
    return Handoff(
        conversation=row.conversation_id,
        email=cipher.open_text(row.email_sealed, _place(site_id, "handoff", row.id, "email_sealed")),
        note=cipher.open_text(row.note_sealed, _place(site_id, "handoff", row.id, "note_sealed")),
    )


# Beginning


def _make_conversation(connection: Connection, asked: Asked, now: datetime) -> None:
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


def _has_conversation(connection: Connection, asked: Asked) -> bool:
    """Tell whether this visitor has this conversation; on PostgreSQL, keep it from being erased until we are done."""
    theirs = {"conversation": asked.conversation, "site_id": asked.site.id, "visitor": asked.visitor}
    return connection.execute(_conversation_of_visitor, theirs).one_or_none() is not None


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
        update(turn).where(*theirs, was_interrupted).values(**row, reply_sealed=None, ended_at=None)
    )
    if begun.rowcount != 1:
        raise TurnConflict


def _row_of(opening: Opening, cipher: Cipher, now: datetime) -> dict[str, object]:
    asked, route, found = opening.asked, opening.route, opening.found
    page = json.dumps({"url": asked.page.url, "title": asked.page.title}, ensure_ascii=False)
    return {
        "id": asked.turn,
        "site_id": asked.site.id,
        "visitor_id": asked.visitor,
        "conversation_id": asked.conversation,
        "fingerprint": asked.fingerprint,
        "was_anonymous": asked.was_anonymous,
        "status": STREAMING,
        "question_sealed": cipher.seal_text(
            opening.question.text, _place(asked.site.id, "turn", asked.turn, "question_sealed")
        ),
        "page_sealed": cipher.seal_text(page, _place(asked.site.id, "turn", asked.turn, "page_sealed")),
        "locale": asked.locale,
        "version": asked.site.version,
        "model": route.model.id,
        "because": route.because,
        "passages": _passages_of(found),
        "found_confidence": found.confidence,
        "stop_reason": "",
        "is_valid": True,
        "is_flagged": bool(opening.question.flags),
        "request_id": "",
        "sources": [],
        "notices": [],
        "timings": asdict(opening.timings),
        "error": "",
        "created_at": now,
    }


def _passages_of(found: Found) -> list[dict[str, object]]:
    return [{"id": hit.passage.id, "document": hit.passage.document, "score": hit.score} for hit in found.hits]


# Ending


def _values_of(outcome: Outcome, cipher: Cipher, site_id: int, turn: str) -> dict[str, object]:
    reply, usage = outcome.reply, outcome.usage
    flagged = {"is_flagged": True} if outcome.flags else {}  # else as the question left it
    routed = {"model": outcome.route.model.id, "because": outcome.route.because} if outcome.route else {}
    return {
        **flagged,
        **routed,
        "status": outcome.status,
        "reply_sealed": None if reply is None else _seal_reply(reply, cipher, site_id, turn),
        "confidence": None if reply is None else reply.confidence,
        "stop_reason": outcome.stop_reason,
        "is_valid": outcome.is_valid,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "cost_usd": usage.cost_usd,
        "request_id": outcome.request_id,
        "sources": [source.document() for source in outcome.sources],
        "notices": list(outcome.notices),
        "timings": asdict(outcome.timings),
        "error": outcome.error,
    }


def _end_if_running(connection: Connection, turns: Sequence[str], values: Mapping[str, object]) -> int:
    """Set these values on those of the turns that still run; return how many did."""
    return connection.execute(_running_turns, {**values, "turns": turns}).rowcount


def _insert_flags(
    connection: Connection, cipher: Cipher, site_id: int, turn: str, flags: Sequence[FlagRaised], now: datetime
) -> None:
    """Add these flags to the turn, leaving out those that it has."""
    if not flags:
        return
    known = _flags_of(connection, cipher, site_id, turn)
    new = [flag for flag in dict.fromkeys(flags) if flag not in known]
    rows = [
        {
            "turn_id": turn,
            "position": position,
            "site_id": site_id,
            "reason": raised.reason,
            "evidence_sealed": cipher.seal_text(raised.evidence, _place_of_evidence(site_id, turn, position)),
            "created_at": now,
        }
        for position, raised in enumerate(new, start=len(known))
    ]
    if rows:
        connection.execute(tables.flag.insert(), rows)


def _flags_of(connection: Connection, cipher: Cipher, site_id: int, turn: str) -> set[FlagRaised]:
    flag = tables.flag
    wanted = select(flag.c.position, flag.c.reason, flag.c.evidence_sealed).where(
        flag.c.turn_id == turn, flag.c.site_id == site_id
    )
    return {
        FlagRaised(row.reason, cipher.open_text(row.evidence_sealed, _place_of_evidence(site_id, turn, row.position)))
        for row in connection.execute(wanted)
    }


def _seal_reply(reply: Reply, cipher: Cipher, site_id: int, turn: str) -> bytes:
    written = json.dumps(reply.document(), ensure_ascii=False)
    return cipher.seal_text(written, _place(site_id, "turn", turn, "reply_sealed"))


# Reading


def _turns_of(site: Site) -> Select[Any]:
    return select(tables.turn).where(tables.turn.c.site_id == site.id)


def _past_turn(row: Row[Any], cipher: Cipher, site_id: int) -> PastTurn:
    return PastTurn(_question(row, cipher, site_id), _reply(row, cipher, site_id))


def _stored_turn(row: Row[Any], cipher: Cipher) -> StoredTurn:
    return StoredTurn(
        turn=row.id,
        conversation=row.conversation_id,
        question=_question(row, cipher, row.site_id),
        reply=None if row.reply_sealed is None else _reply(row, cipher, row.site_id),
        status=row.status,
        sources=tuple(Source(each["id"], each["title"], each["url"]) for each in row.sources),
        stop_reason=row.stop_reason,
        notices=tuple(row.notices),
        is_valid=row.is_valid,
        is_flagged=row.is_flagged,
        usage={} if row.input_tokens is None else _usage(row).document(),
        error=row.error,
        model=row.model,
    )


def _question(row: Row[Any], cipher: Cipher, site_id: int) -> str:
    return cipher.open_text(row.question_sealed, _place(site_id, "turn", row.id, "question_sealed"))


def _reply(row: Row[Any], cipher: Cipher, site_id: int) -> Reply:
    document = json.loads(cipher.open_text(row.reply_sealed, _place(site_id, "turn", row.id, "reply_sealed")))
    return Reply(document["message"], document["confidence"], tuple(document["followups"]))


def _usage(row: Row[Any]) -> Usage:
    return Usage(row.input_tokens, row.output_tokens, row.cache_read_tokens, row.cache_write_tokens, row.cost_usd)


def _place(site_id: int, table: str, row: str, column: str) -> Place:
    return Place(str(site_id), table, row, column)


def _place_of_evidence(site_id: int, turn: str, position: int) -> Place:
    return _place(site_id, "flag", f"{turn}/{position}", "evidence_sealed")


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
