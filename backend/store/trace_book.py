"""What made each answer, read for staff: the turn with its passages, flags, times and cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, exists, select, union

from backend.domain.flags import flag_reason
from backend.domain.trace import AnsweredBy, AskedTurn, Trace, TracedPassage
from backend.domain.turn import FlagRaised
from backend.store import tables
from backend.store.database import in_batches
from backend.store.evidence_book import KeptPassage, kept_passages
from backend.store.sealing import SealedRows, SiteSeal
from backend.store.turn_rows import page_of, past_turn, question_of

MOST_IN_A_LIST = 500
ANSWERED_BY = "SELECT site_id, version, model FROM turn WHERE id = :turn"
# Flags that say that a question was not answered, or not from the site's pages.
UNANSWERED = ("low_confidence", "ungrounded", "unsupported_sentence", "failed", "refusal")


class StoredTraces(SealedRows):
    """Implements TraceBook."""

    def latest(self, site_id: int, most: int) -> Sequence[Trace]:
        turn = tables.turn
        wanted = select(turn).where(turn.c.site_id == site_id).order_by(turn.c.serial.desc()).limit(most)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            return self._traces(connection, site_id, rows)

    def after(self, site_id: int, serial: int, most: int, visitor: str | None) -> Sequence[tuple[int, Trace]]:
        turn, conversation = tables.turn, tables.conversation
        wanted = select(turn).where(turn.c.site_id == site_id, turn.c.serial > serial)
        if visitor is not None:
            theirs = select(conversation.c.id).where(
                conversation.c.site_id == site_id, conversation.c.visitor_id == visitor
            )
            wanted = wanted.where(turn.c.conversation_id.in_(theirs))
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(turn.c.serial).limit(most)).all()
            traces = self._traces(connection, site_id, rows)
        return [(row.serial, trace) for row, trace in zip(rows, traces, strict=True)]

    def trace(self, site_id: int, turn: str) -> Trace | None:
        wanted = select(tables.turn).where(tables.turn.c.site_id == site_id, tables.turn.c.id == turn)
        with self._database.reading() as connection:
            found = self._traces(connection, site_id, connection.execute(wanted).all())
        return found[0] if found else None

    def answered_by(self, turn: str) -> AnsweredBy | None:
        found = self._database.rows(ANSWERED_BY, {"turn": turn})
        return AnsweredBy(*found[0]) if found else None

    def last_asked(self, site_id: int, most: int) -> Sequence[AskedTurn]:
        turn = tables.turn
        columns = (turn.c.id, turn.c.question_sealed, turn.c.passages, turn.c.created_at)
        in_order = (turn.c.created_at.desc(), turn.c.serial.desc())  # as an index has them: no other turn is looked at
        newest = select(*columns).where(turn.c.site_id == site_id).order_by(*in_order).limit(most)
        with self._database.reading() as connection:
            rows = connection.execute(newest).all()
            seal = self._seal_of(connection, site_id) if rows else None
        return [_asked(row, seal, is_disliked=False) for row in rows if seal]

    def bad_turns(self, site_id: int, most: int) -> Sequence[AskedTurn]:
        turn, flag, feedback = tables.turn, tables.flag, tables.feedback
        columns = (turn.c.serial, turn.c.id, turn.c.question_sealed, turn.c.passages, turn.c.created_at)
        is_down = exists().where(feedback.c.turn_id == turn.c.id, feedback.c.rating == "down")
        unanswered = exists().where(flag.c.turn_id == turn.c.id, flag.c.reason.in_(UNANSWERED))
        flagged = select(turn.c.serial).where(turn.c.site_id == site_id, turn.c.is_flagged, unanswered)
        disliked = (
            select(turn.c.serial)
            .join(feedback, feedback.c.turn_id == turn.c.id)
            .where(feedback.c.site_id == site_id, feedback.c.rating == "down")
            .order_by(feedback.c.created_at.desc())
        )
        # Which they are is found first, each half from its own index; what they hold is read of the newest alone.
        halves = [each.limit(most).subquery() for each in (flagged.order_by(turn.c.serial.desc()), disliked)]
        bad = union(*(select(each.c.serial) for each in halves))
        newest = select(*columns, is_down.label("is_disliked")).where(turn.c.serial.in_(bad))
        with self._database.reading() as connection:
            rows = connection.execute(newest.order_by(turn.c.serial.desc()).limit(most)).all()
            seal = self._seal_of(connection, site_id) if rows else None
        return [_asked(row, seal, is_disliked=row.is_disliked) for row in rows if seal]

    def _traces(self, connection: Connection, site_id: int, rows: Sequence[Row[Any]]) -> list[Trace]:
        if not rows:
            return []
        seal = self._seal_of(connection, site_id)
        kept = kept_passages(connection, seal, [row.id for row in rows])
        places = [(row.id, place, each["id"]) for row in rows for place, each in enumerate(row.passages)]
        passages = _passages(connection, {number for turn, place, number in places if (turn, place) not in kept})
        flags = _flags(connection, seal, [row.id for row in rows])
        return [_trace(row, seal, passages, kept, flags.get(row.id, ())) for row in rows]


def _trace(
    row: Row[Any],
    seal: SiteSeal,
    passages: Mapping[int, Row[Any]],
    kept: Mapping[tuple[str, int], KeptPassage],
    flags: Sequence[FlagRaised],
) -> Trace:
    return Trace(
        turn=row.id,
        conversation=row.conversation_id,
        question=question_of(row, seal),
        message=past_turn(row, seal).reply.message if row.reply_sealed else "",
        status=row.status,
        version=row.version,
        model=row.model,
        because=row.because,
        confidence=row.confidence,
        found_confidence=row.found_confidence,
        passages=[
            _passage(each, kept.get((row.id, place)) or passages.get(each["id"]))
            for place, each in enumerate(row.passages)
        ],
        flags=flags,
        timings=row.timings,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cost_usd=row.cost_usd,
        at=row.created_at,
        error=row.error,
        page=page_of(row, seal),
        locale=row.locale,
    )


def _asked(row: Any, seal: SiteSeal, *, is_disliked: bool) -> AskedTurn:
    page = row.passages[0]["document"] if row.passages else ""
    return AskedTurn(row.id, question_of(row, seal), page, row.created_at, is_disliked)


def _passage(kept: Mapping[str, Any], row: KeptPassage | Row[Any] | None) -> TracedPassage:
    title, text = (row.title, row.text) if row else (kept["document"], "")
    return TracedPassage(kept["document"], title, text, kept["score"])


def _passages(connection: Connection, ids: set[int]) -> dict[int, Row[Any]]:
    passage, document = tables.passage, tables.document
    joined = select(passage.c.id, document.c.title, passage.c.text).join(
        document, document.c.id == passage.c.document_id
    )
    found: dict[int, Row[Any]] = {}
    for batch in in_batches(sorted(ids), MOST_IN_A_LIST):
        found.update({row.id: row for row in connection.execute(joined.where(passage.c.id.in_(batch)))})
    return found


def _flags(connection: Connection, seal: SiteSeal, turns: Sequence[str]) -> dict[str, list[FlagRaised]]:
    flag = tables.flag
    found: dict[str, list[FlagRaised]] = {}
    for batch in in_batches(turns, MOST_IN_A_LIST):
        wanted = select(flag).where(flag.c.site_id == seal.site_id, flag.c.turn_id.in_(batch))
        for row in connection.execute(wanted.order_by(flag.c.turn_id, flag.c.position)):
            place = f"{row.turn_id}/{row.position}"
            evidence = seal.open(row.evidence_sealed, "flag", place, "evidence_sealed")
            found.setdefault(row.turn_id, []).append(FlagRaised(flag_reason(row.reason), evidence))
    return found
