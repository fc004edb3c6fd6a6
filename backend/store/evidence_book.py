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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, exists, select
from sqlalchemy.sql.base import Executable

from backend.domain.timeline import Moment, Recorded, read
from backend.store import tables
from backend.store.database import in_batches, insert_into, kept_for_each_database
from backend.store.sealing import SealedRows, SiteSeal

MOST_IN_A_LIST = 500
FIRST_OF_SYSTEM = 1_000
timeline, evidence, turn_passage = tables.timeline, tables.evidence, tables.turn_passage

# Statements of every turn, built once: building one costs more than running it.

_asked = select(tables.turn.c.id, tables.turn.c.site_id, tables.turn.c.passages, tables.turn.c.reply_sealed).where(
    tables.turn.c.id == bindparam("turn")
)

_given = (
    select(tables.passage.c.id, tables.passage.c.text, tables.document.c.title)
    .join(tables.document, tables.document.c.id == tables.passage.c.document_id)
    .where(
        tables.passage.c.site_id == bindparam("site_id"), tables.passage.c.id.in_(bindparam("passages", expanding=True))
    )
)


@kept_for_each_database
def _adding_texts(connection: Connection) -> Executable:
    return insert_into(connection, evidence).on_conflict_do_nothing(index_elements=["site_id", "digest"])


@kept_for_each_database
def _adding_places(connection: Connection) -> Executable:
    adding = insert_into(connection, turn_passage)
    newest = {"digest": adding.excluded.digest}
    return adding.on_conflict_do_update(index_elements=["turn_id", "position"], set_=newest)


@kept_for_each_database
def _adding_shown(connection: Connection) -> Executable:
    adding = insert_into(connection, timeline)
    newest = {name: adding.excluded[name] for name in ("moments_sealed", "texts_sealed")}
    return adding.on_conflict_do_update(index_elements=["turn_id"], set_=newest)


@dataclass(frozen=True, slots=True)
class KeptPassage:
    """A passage as a turn was given it."""

    title: str
    text: str


class StoredEvidence(SealedRows):
    """Implements EvidenceBook."""

    def keep(self, turn: str, recorded: Recorded) -> None:
        """Keep what was shown of a turn, and the passages that it was given; nothing for a turn that is erased."""
        with self._database.writing() as connection:
            asked = connection.execute(_asked, {"turn": turn}).one_or_none()
            if asked is None:
                return
            seal = self._seal_of(connection, asked.site_id)
            _keep_texts(connection, turn, _passages_of(connection, asked), seal)
            texts: list[str | None] = list(recorded.texts)
            if texts and asked.reply_sealed and texts[-1] == _message(asked, seal):
                texts[-1] = None
            shown = {
                # Bytes as characters of the same numbers: a seal takes text.
                "moments_sealed": seal.seal(recorded.moments.decode("latin-1"), "timeline", turn, "moments_sealed"),
                "texts_sealed": seal.seal(json.dumps(texts, ensure_ascii=False), "timeline", turn, "texts_sealed"),
            }
            connection.execute(_adding_shown(connection), {"turn_id": turn, "site_id": asked.site_id, **shown})

    def keep_system(self, turn: str, texts: Sequence[str]) -> None:
        """Keep what a model was told before the question; nothing for a turn that is erased."""
        with self._database.writing() as connection:
            asked = connection.execute(_asked, {"turn": turn}).one_or_none()
            if asked is None:
                return
            told = {place: KeptPassage("", text) for place, text in enumerate(texts, start=FIRST_OF_SYSTEM)}
            _keep_texts(connection, turn, told, self._seal_of(connection, asked.site_id))

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


def _passages_of(connection: Connection, asked: Any) -> Mapping[int, KeptPassage]:
    """Return the passages that a turn was given and that are still there, by place."""
    places = {each["id"]: position for position, each in enumerate(asked.passages)}
    if not places:
        return {}
    given = connection.execute(_given, {"site_id": asked.site_id, "passages": list(places)})
    return {places[row.id]: KeptPassage(row.title, row.text) for row in given}


def _keep_texts(connection: Connection, turn: str, kept: Mapping[int, KeptPassage], seal: SiteSeal) -> None:
    """Keep each text once for its site, and in which place this turn had it."""
    written = {
        place: json.dumps({"title": each.title, "text": each.text}, ensure_ascii=False) for place, each in kept.items()
    }
    digests = {place: hashlib.sha256(text.encode()).hexdigest() for place, text in written.items()}
    texts = {digest: written[place] for place, digest in digests.items()}
    if not texts:
        return
    sealed = [
        {
            "site_id": seal.site_id,
            "digest": digest,
            "text_sealed": seal.seal(text, "evidence", digest, "text_sealed"),
        }
        for digest, text in sorted(texts.items())  # in one order, so that no two turns wait for each other
    ]
    connection.execute(_adding_texts(connection), sealed)
    places = [
        {"turn_id": turn, "position": place, "site_id": seal.site_id, "digest": digest}
        for place, digest in digests.items()
    ]
    connection.execute(_adding_places(connection), places)


def _message(row: Any, seal: SiteSeal) -> str:
    document = json.loads(seal.open(row.reply_sealed, "turn", row.id, "reply_sealed"))
    return str(document["message"])
