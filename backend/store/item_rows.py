"""How turns come before staff: one item a turn, in the same transaction as what it is raised for.

Rules:
1. An item has every reason once. Whoever adds or takes one weighs and ranks the item anew.
2. What a visitor says after a decision opens the item again; the decision stands until another one takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.sql.base import Executable

from backend.domain.approved import MODEL
from backend.domain.harm import harm_of, rank_of, weigh
from backend.domain.items import Drawn, Reason, Waiting, Weight, is_reason
from backend.store import tables
from backend.store.curves import curve_of
from backend.store.database import insert_into, kept_for_each_database

OPEN, DONE = "open", "done"

_turn = (
    select(
        tables.turn.c.id,
        tables.turn.c.site_id,
        tables.turn.c.passages,
        tables.turn.c.confidence,
        tables.turn.c.found_confidence,
        tables.turn.c.model,
        tables.turn.c.created_at,
        tables.site.c.fitting,
        tables.prompt_version.c.settings["review", "stakes"].label("stakes"),
        (tables.site.c.version == 0).label("is_shelf"),
    )
    .join(tables.site, tables.site.c.id == tables.turn.c.site_id)
    .outerjoin(
        tables.prompt_version,
        (tables.prompt_version.c.site_id == tables.site.c.id)
        & (tables.prompt_version.c.number == tables.site.c.version),
    )
    .where(tables.turn.c.id == bindparam("turn"))
)

# Statements of every turn that comes before staff, built once: building one costs more than running it.

_held = select(tables.item).where(tables.item.c.turn_id == bindparam("turn")).with_for_update()
_weighed = select(tables.item).where(tables.item.c.id == bindparam("item"))
_reasons = (
    select(tables.item_reason.c.reason)
    .where(tables.item_reason.c.item_id == bindparam("item"))
    .order_by(tables.item_reason.c.created_at, tables.item_reason.c.reason)
)
_item = update(tables.item).where(tables.item.c.id == bindparam("item"))
_reasons_of_item = update(tables.item_reason).where(tables.item_reason.c.item_id == bindparam("item"))


@kept_for_each_database
def _adding_item(connection: Connection) -> Executable:
    return insert_into(connection, tables.item).on_conflict_do_nothing(index_elements=["turn_id"])


@kept_for_each_database
def _adding_reasons(connection: Connection) -> Executable:
    adding = insert_into(connection, tables.item_reason)
    return adding.on_conflict_do_nothing(index_elements=["item_id", "reason"])


def raise_item(connection: Connection, turn: str, waiting: Waiting, now: datetime, *, opens_again: bool = True) -> None:
    """Put a turn before staff for these reasons, besides those that it has; what was tried on a draft is no case.

    One that was decided is opened again, unless what was found says nothing new about it.
    """
    asked = connection.execute(_turn, {"turn": turn}).one() if waiting.reasons else None
    if asked is None or asked.is_shelf:
        return
    item = _hold_item(connection, asked, waiting.subject)
    if item.state == DONE and not opens_again:
        return
    if item.state == DONE:
        open_again(connection, item.id)
        lead_again(connection, [item.group_id])
    known = {"item_id": item.id, "site_id": item.site_id, "state": OPEN, "rank": item.rank, "created_at": now}
    connection.execute(_adding_reasons(connection), [{**known, "reason": each} for each in waiting.reasons])
    weigh_again(connection, item.id, asked, waiting.drawn)


def drop_reason(connection: Connection, turn: str, reason: Reason, drawn: Drawn) -> None:
    """Take a reason back; an open item that has no other goes with it."""
    row, item = tables.item_reason, tables.item
    asked = connection.execute(_turn, {"turn": turn}).one()
    found = connection.execute(select(item.c.id, item.c.state).where(item.c.turn_id == turn).with_for_update()).first()
    if found is None:
        return
    connection.execute(delete(row).where(row.c.item_id == found.id, row.c.reason == reason))
    left = connection.execute(select(func.count()).select_from(row).where(row.c.item_id == found.id)).scalar_one()
    if left:
        weigh_again(connection, found.id, asked, drawn)
    elif not connection.execute(select(tables.decision.c.id).where(tables.decision.c.item_id == found.id)).first():
        connection.execute(delete(item).where(item.c.id == found.id))


def open_again(connection: Connection, item_id: int) -> None:
    """Put an item back before staff; what was decided about it stands until somebody decides anew."""
    connection.execute(update(tables.item).where(tables.item.c.id == item_id).values(state=OPEN))
    connection.execute(update(tables.item_reason).where(tables.item_reason.c.item_id == item_id).values(state=OPEN))


def believed(asked: Row[Any]) -> float | None:
    """Return how sure a turn's reply may be, by what staff decided up to now; None where it states nothing."""
    stated: float | None = asked.confidence
    if stated is None or asked.model == MODEL:
        return stated
    return curve_of(asked.fitting).believed(stated, asked.found_confidence)


def weigh_again(connection: Connection, item_id: int, asked: Row[Any], drawn: Drawn) -> None:
    """Rank an item by the reasons that it has now."""
    row = connection.execute(_weighed, {"item": item_id}).one()
    stakes: Mapping[str, float] = asked.stakes or {}
    weight = weigh(reasons_of_item(connection, item_id), row.subject, believed(asked), drawn, stakes)
    values = {"calibrated": weight.calibrated, "stake": weight.stake, "propensity": weight.propensity}
    connection.execute(_item, {"item": item_id, **values})
    rank_again(connection, row, weight, row.asked)


def rank_again(connection: Connection, row: Row[Any], weight: Weight, asked: int) -> None:
    """Write an item's rank, here and where its reasons repeat it."""
    rank = rank_of(harm_of(weight, asked), row.created_at)
    if (rank, asked) == (row.rank, row.asked):
        return
    connection.execute(_item, {"item": row.id, "rank": rank, "asked": asked})
    connection.execute(_reasons_of_item, {"item": row.id, "rank": rank})


def reasons_of_item(connection: Connection, item_id: int) -> list[Reason]:
    return [name for name in connection.execute(_reasons, {"item": item_id}).scalars() if is_reason(name)]


def weight_of(row: Any) -> Weight:
    return Weight(row.calibrated, row.stake, row.propensity)


def lead_again(connection: Connection, groups: Iterable[int | None]) -> None:
    """Let the first open item of each of these groups lead it."""
    item = tables.item
    for group in sorted({each for each in groups if each is not None}):
        theirs = select(item.c.id, item.c.state, item.c.is_lead).where(item.c.group_id == group)
        rows = connection.execute(theirs.order_by(item.c.rank.desc(), item.c.id.desc()).with_for_update()).all()
        first = next((row.id for row in rows if row.state == OPEN), None)
        for row in rows:
            # What is done stands in its list by itself.
            if row.is_lead != (leads := row.state == DONE or row.id == first):
                connection.execute(update(item).where(item.c.id == row.id).values(is_lead=leads))


def erase_items(connection: Connection, site_id: int, turns: Select[tuple[str]]) -> None:
    """Erase the items of these turns, with what was decided about them."""
    item, decision = tables.item, tables.decision
    held = connection.execute(select(item.c.id, item.c.group_id).where(item.c.turn_id.in_(turns))).all()
    theirs = select(item.c.id).where(item.c.site_id == site_id, item.c.turn_id.in_(turns))
    made = select(decision.c.id).where(decision.c.item_id.in_(theirs))
    connection.execute(delete(tables.effect).where(tables.effect.c.decision_id.in_(made)))
    connection.execute(delete(tables.opinion).where(tables.opinion.c.decision_id.in_(made)))
    connection.execute(delete(tables.mention).where(tables.mention.c.decision_id.in_(made)))
    connection.execute(delete(decision).where(decision.c.item_id.in_(theirs)))
    connection.execute(delete(tables.item_reason).where(tables.item_reason.c.item_id.in_(theirs)))
    connection.execute(delete(item).where(item.c.site_id == site_id, item.c.turn_id.in_(turns)))
    lead_again(connection, [row.group_id for row in held])


def _hold_item(connection: Connection, asked: Row[Any], subject: str) -> Row[Any]:
    """Return the turn's item, which nobody else changes until we are done; make it where there is none."""
    fresh = {
        "site_id": asked.site_id,
        "turn_id": asked.id,
        "state": OPEN,
        "rank": 0,
        "calibrated": 0.0,
        "stake": 1.0,
        "propensity": 1.0,
        "subject": subject,
        "page": asked.passages[0]["document"] if asked.passages else "",
        "is_lead": True,
        "asked": 1,
        "lock_number": 0,
        "created_at": asked.created_at,
    }
    connection.execute(_adding_item(connection), fresh)
    return connection.execute(_held, {"turn": asked.id}).one()


def add_effect(connection: Connection, values: dict[str, object]) -> int:
    made = insert(tables.effect).values(values).returning(tables.effect.c.id)
    return int(connection.execute(made).scalar_one())
