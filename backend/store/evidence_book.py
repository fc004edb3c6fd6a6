"""What a turn rested on and what its visitor saw, kept for staff: passages change with their pages, and screens go by.

Rules:
1. A passage is kept once for a site, however many turns rest on it, and goes with the last of them.
2. A text of the screen is kept where it is not the turn's reply.
3. What a model was told of the site before each question, with the pages of a small site, is kept in the same way: it
   stands behind the passages of a turn, from FIRST_OF_SYSTEM on.
4. All of it is written after the turn's last event has gone out, and goes when the turn is erased.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, exists, select

from backend.domain.timeline import Moment, Recorded, read
from backend.store import tables
from backend.store.database import in_batches, insert_into
from backend.store.sealing import SealedRows, SiteSeal
from backend.store.turn_rows import past_turn

MOST_IN_A_LIST = 500
FIRST_OF_SYSTEM = 1_000
timeline, evidence, turn_passage = tables.timeline, tables.evidence, tables.turn_passage


@dataclass(frozen=True, slots=True)
class KeptPassage:
    """A passage as a turn was given it."""

    title: str
    text: str


class StoredEvidence(SealedRows):
    """Implements EvidenceBook."""

    def keep(self, turn: str, recorded: Recorded) -> None:
        """Keep what was shown of a turn, and the passages that it was given; nothing for a turn that is erased."""
        row = tables.turn
        with self._database.writing() as connection:
            asked = connection.execute(select(row).where(row.c.id == turn)).one_or_none()
            if asked is None:
                return
            seal = self._seal_of(connection, asked.site_id)
            _keep_passages(connection, asked, seal)
            reply = past_turn(asked, seal).reply.message if asked.reply_sealed else None
            texts: list[str | None] = list(recorded.texts)
            if texts and texts[-1] == reply:
                texts[-1] = None
            shown = {
                # Bytes as characters of the same numbers: a seal takes text.
                "moments_sealed": seal.seal(recorded.moments.decode("latin-1"), "timeline", turn, "moments_sealed"),
                "texts_sealed": seal.seal(json.dumps(texts, ensure_ascii=False), "timeline", turn, "texts_sealed"),
            }
            adding = insert_into(connection, timeline).values(turn_id=turn, site_id=asked.site_id, **shown)
            connection.execute(adding.on_conflict_do_update(index_elements=["turn_id"], set_=shown))

    def keep_system(self, turn: str, texts: Sequence[str]) -> None:
        """Keep what a model was told before the question; nothing for a turn that is erased."""
        row = tables.turn
        with self._database.writing() as connection:
            asked = connection.execute(select(row.c.id, row.c.site_id).where(row.c.id == turn)).one_or_none()
            if asked is None:
                return
            seal = self._seal_of(connection, asked.site_id)
            for position, text in enumerate(texts, start=FIRST_OF_SYSTEM):
                _keep_text(connection, turn, position, KeptPassage("", text), seal)

    def system(self, site_id: int, turn: str) -> Sequence[str]:
        """Return what a model was told before the question of a turn; nothing where it was not kept."""
        with self._database.reading() as connection:
            kept = _kept(
                connection, self._seal_of(connection, site_id), [turn], turn_passage.c.position >= FIRST_OF_SYSTEM
            )
        return [kept[place].text for place in sorted(kept)]

    def moments(self, site_id: int, turn: str) -> Sequence[Moment]:
        """Return what the visitor of a turn was sent, in its order; nothing where it was not recorded."""
        row = tables.turn
        wanted = select(timeline, row.c.id, row.c.reply_sealed).join(row, row.c.id == timeline.c.turn_id)
        with self._database.reading() as connection:
            kept = connection.execute(
                wanted.where(timeline.c.site_id == site_id, timeline.c.turn_id == turn)
            ).one_or_none()
            if kept is None:
                return []
            seal = self._seal_of(connection, site_id)
        moments = seal.open(kept.moments_sealed, "timeline", turn, "moments_sealed").encode("latin-1")
        texts = json.loads(seal.open(kept.texts_sealed, "timeline", turn, "texts_sealed"))
        reply = _message(kept, seal) if kept.reply_sealed else ""
        return list(read(Recorded(moments, tuple(reply if text is None else text for text in texts))))


def kept_passages(connection: Connection, seal: SiteSeal, turns: Sequence[str]) -> dict[tuple[str, int], KeptPassage]:
    """Return the passages that these turns were given, by turn and place."""
    return _kept(connection, seal, turns, turn_passage.c.position < FIRST_OF_SYSTEM)


def _kept(
    connection: Connection, seal: SiteSeal, turns: Sequence[str], which: ColumnElement[bool]
) -> dict[tuple[str, int], KeptPassage]:
    found: dict[tuple[str, int], KeptPassage] = {}
    wanted = select(turn_passage.c.turn_id, turn_passage.c.position, evidence.c.digest, evidence.c.text_sealed).join(
        evidence, (evidence.c.site_id == turn_passage.c.site_id) & (evidence.c.digest == turn_passage.c.digest)
    )
    for batch in in_batches(turns, MOST_IN_A_LIST):
        theirs = wanted.where(which, turn_passage.c.site_id == seal.site_id, turn_passage.c.turn_id.in_(batch))
        for row in connection.execute(theirs):
            kept = json.loads(seal.open(row.text_sealed, "evidence", row.digest, "text_sealed"))
            found[row.turn_id, row.position] = KeptPassage(kept["title"], kept["text"])
    return found


def erase_evidence(connection: Connection, site_id: int, turns: Select[tuple[str]]) -> None:
    """Erase what is kept of these turns, with the passages that no other turn rests on."""
    theirs = (turn_passage.c.site_id == site_id) & turn_passage.c.turn_id.in_(turns)
    digests = connection.execute(select(turn_passage.c.digest).where(theirs).distinct()).scalars().all()
    connection.execute(delete(timeline).where(timeline.c.site_id == site_id, timeline.c.turn_id.in_(turns)))
    connection.execute(delete(turn_passage).where(theirs))
    still = exists().where(turn_passage.c.site_id == site_id, turn_passage.c.digest == evidence.c.digest)
    for batch in in_batches(digests, MOST_IN_A_LIST):
        gone = delete(evidence).where(evidence.c.site_id == site_id, evidence.c.digest.in_(batch), ~still)
        connection.execute(gone)


def _keep_passages(connection: Connection, asked: Row[Any], seal: SiteSeal) -> None:
    passage, document = tables.passage, tables.document
    places = {each["id"]: position for position, each in enumerate(asked.passages)}
    if not places:
        return
    wanted = select(passage.c.id, passage.c.text, document.c.title).join(
        document, document.c.id == passage.c.document_id
    )
    for row in connection.execute(wanted.where(passage.c.site_id == asked.site_id, passage.c.id.in_(places))):
        _keep_text(connection, asked.id, places[row.id], KeptPassage(row.title, row.text), seal)


def _keep_text(connection: Connection, turn: str, position: int, kept: KeptPassage, seal: SiteSeal) -> None:
    """Keep a text once for its site, and that this turn had it in this place."""
    text = json.dumps({"title": kept.title, "text": kept.text}, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = {"site_id": seal.site_id, "digest": digest}
    sealed = seal.seal(text, "evidence", digest, "text_sealed")
    adding = insert_into(connection, evidence).values(**known, text_sealed=sealed)
    connection.execute(adding.on_conflict_do_nothing(index_elements=["site_id", "digest"]))
    named = insert_into(connection, turn_passage).values(turn_id=turn, position=position, **known)
    connection.execute(named.on_conflict_do_update(index_elements=["turn_id", "position"], set_={"digest": digest}))


def _message(row: Any, seal: SiteSeal) -> str:
    document = json.loads(seal.open(row.reply_sealed, "turn", row.id, "reply_sealed"))
    return str(document["message"])
