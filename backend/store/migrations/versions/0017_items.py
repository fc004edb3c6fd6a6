"""Turns that staff should look at wait as items, with what is decided about them and what that causes."""

import math
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(JSONB, "postgresql")
MOMENT = sa.DateTime(timezone=True)
AT_ONCE = 500
STAKE, RIGHT, PROPENSITY = 2.0, 0.5, 0.9  # of what was flagged before: coarse, and good enough to begin with
HALF_LIFE_DAYS = 14


def upgrade() -> None:
    op.create_table(
        "item",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("turn_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("rank", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Double, nullable=False) for name in ("calibrated", "stake", "propensity")),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("group_id", ROW_NUMBER),
        sa.Column("is_lead", sa.Boolean, nullable=False),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("meaning", sa.LargeBinary),
        sa.Column("assigned_to", ROW_NUMBER),
        sa.Column("locked_by", ROW_NUMBER),
        sa.Column("locked_until", MOMENT),
        sa.Column("lock_number", sa.Integer, nullable=False),
        sa.Column("decision_id", ROW_NUMBER),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_item"),
        sa.UniqueConstraint("turn_id", name="uq_item_turn_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_item_site_id_site"),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name="fk_item_turn_id_turn"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "item_reason",
        sa.Column("item_id", ROW_NUMBER, nullable=False, autoincrement=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("rank", sa.BigInteger, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("item_id", "reason", name="pk_item_reason"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_item_reason_item_id_item"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_item_reason_site_id_site"),
    )
    op.create_table(
        "decision",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("item_id", ROW_NUMBER, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reply_sealed", sa.LargeBinary, nullable=False),
        sa.Column("note_sealed", sa.LargeBinary, nullable=False),
        sa.Column("person_id", ROW_NUMBER),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("along_with", ROW_NUMBER),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT),
        sa.Column("undone_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_decision_site_id_site"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_decision_item_id_item"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "effect",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("decision_id", ROW_NUMBER, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("before_sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_effect"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_effect_site_id_site"),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name="fk_effect_decision_id_decision"),
        sqlite_autoincrement=True,
    )
    take_over_flags()
    add_indexes()


def add_indexes() -> None:
    op.create_index("ix_item_site_id_state_rank_id", "item", ["site_id", "state", "rank", "id"])
    op.create_index(
        "ix_item_lead",
        "item",
        ["site_id", "state", "rank", "id"],
        postgresql_where=sa.text("is_lead"),
        sqlite_where=sa.text("is_lead = 1"),
    )
    op.create_index("ix_item_site_id_state_decision_id", "item", ["site_id", "state", "decision_id"])
    op.create_index("ix_item_assigned", "item", ["site_id", "assigned_to"])
    op.create_index("ix_item_locked", "item", ["site_id", "locked_by"])
    op.create_index("ix_item_group_id", "item", ["group_id"])
    without_group = sa.text("group_id IS NULL")
    op.create_index(
        "ix_item_ungrouped", "item", ["site_id", "id"], postgresql_where=without_group, sqlite_where=without_group
    )
    op.create_index("ix_item_site_id_page", "item", ["site_id", "page"])
    op.create_index(
        "ix_item_reason_site_id_reason_state_rank_item_id",
        "item_reason",
        ["site_id", "reason", "state", "rank", "item_id"],
    )
    op.create_index("ix_decision_item_id", "decision", ["item_id"])
    op.create_index("ix_decision_along_with", "decision", ["along_with"])
    op.create_index("ix_effect_decision_id", "effect", ["decision_id"])
    op.create_index("ix_effect_site_id_kind_ref", "effect", ["site_id", "kind", "ref"])


def take_over_flags() -> None:
    """Make an item of every turn of a live site that was flagged or disliked."""
    connection = op.get_bind()
    turn, flag, feedback, site = (
        sa.table(
            "turn",
            *map(sa.column, ("serial", "id", "site_id", "confidence")),
            sa.column("passages", JSON),
            sa.column(*CREATED),
        ),
        sa.table("flag", *map(sa.column, ("turn_id", "reason"))),
        sa.table("feedback", *map(sa.column, ("turn_id", "rating"))),
        sa.table("site", *map(sa.column, ("id", "version"))),
    )
    flagged = sa.select(flag.c.turn_id, flag.c.reason)
    disliked = sa.select(feedback.c.turn_id, sa.literal("thumbs_down")).where(feedback.c.rating == "down")
    reasons = sa.union_all(flagged, disliked).subquery()
    wanted = (
        sa.select(turn)
        .join(site, site.c.id == turn.c.site_id)
        .where(site.c.version > 0, turn.c.id.in_(sa.select(reasons.c.turn_id)))
        .order_by(turn.c.serial)
    )
    for turns in in_pieces(connection, wanted, turn.c.serial):
        of_turn: dict[str, set[str]] = {}
        theirs = sa.select(reasons).where(reasons.c.turn_id.in_([row.id for row in turns]))
        for turn_id, reason in connection.execute(theirs):
            of_turn.setdefault(turn_id, set()).add(reason)
        for row in turns:
            add_item(connection, row, of_turn[row.id])


def in_pieces(
    connection: sa.Connection, wanted: sa.Select[Any], serial: sa.ColumnClause[Any]
) -> Iterator[list[sa.Row[Any]]]:
    after = 0
    while rows := list(connection.execute(wanted.where(serial > after).limit(AT_ONCE))):
        yield rows
        after = rows[-1].serial


def add_item(connection: sa.Connection, row: sa.Row[Any], reasons: set[str]) -> None:
    right = min(RIGHT, RIGHT if row.confidence is None else row.confidence)
    days = row.created_at.timestamp() / 86_400
    known = {
        "site_id": row.site_id,
        "state": "open",
        "rank": round(1_000 * (math.log2(2 * (1 - right) * STAKE) + days / HALF_LIFE_DAYS)),
        "created_at": row.created_at,
    }
    first_page = row.passages[0]["document"] if row.passages else ""
    weight = {"calibrated": right, "stake": STAKE, "propensity": PROPENSITY, "subject": "", "page": first_page}
    fresh = {**known, **weight, "turn_id": row.id, "is_lead": True, "asked": 1, "lock_number": 0}
    item_id = connection.execute(ITEM.insert().values(fresh).returning(ITEM.c.id)).scalar_one()
    connection.execute(REASON.insert(), [{**known, "item_id": item_id, "reason": each} for each in sorted(reasons)])


CREATED = ("created_at", MOMENT)
ITEM = sa.table(
    "item",
    *map(sa.column, ("id", "site_id", "turn_id", "state", "rank", "calibrated", "stake", "propensity", "subject")),
    *map(sa.column, ("page", "is_lead", "asked", "lock_number")),
    sa.column(*CREATED),
)
REASON = sa.table(
    "item_reason", *map(sa.column, ("item_id", "reason", "site_id", "state", "rank")), sa.column(*CREATED)
)


def downgrade() -> None:
    for table in ("effect", "decision", "item_reason", "item"):
        op.drop_table(table)
