"""What came of questions is counted by the day, too, and documents are found by age: large sites."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030"
down_revision = "0029"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(JSONB, "postgresql")
COUNTED = ("questions", "done", "stopped", "failed", "unanswered")
TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens")
STEPS = ("first_text", "whole")
KEY = ("site_id", "at", "model", "route")


def upgrade() -> None:
    op.create_table("day", *columns(), sa.PrimaryKeyConstraint(*KEY, name="pk_day"), of_site())
    op.create_index("ix_document_site_id_id", "document", ["site_id", "id"])
    fill_days(op.get_bind())


def downgrade() -> None:
    op.drop_index("ix_document_site_id_id", "document")
    op.drop_table("day")


def fill_days(connection: sa.Connection) -> None:
    hour, day = (sa.table(name, *columns()) for name in ("hour", "day"))
    rows = list(days_of(connection.execute(sa.select(hour).order_by(hour.c.at)).mappings()))
    if rows:
        connection.execute(day.insert(), rows)


def columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("site_id", ROW_NUMBER, nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in COUNTED),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in TOKENS),
        sa.Column("cost_usd", sa.Double, nullable=False),
        *(sa.Column(name, JSON, nullable=False) for name in STEPS),
    ]


def of_site() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_day_site_id_site")


def days_of(hours: Iterable[sa.RowMapping]) -> Iterable[dict[str, Any]]:
    """Return the hours of each day put together."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for hour in hours:
        at = hour["at"].replace(hour=0) if hour["at"].tzinfo is None else utc_day(hour["at"])
        key = (hour["site_id"], at, hour["model"], hour["route"])
        day = found.get(key)
        if day is None:
            found[key] = {**hour, "at": at}
            continue
        for name in (*COUNTED, *TOKENS, "cost_usd"):
            day[name] += hour[name]
        for name in STEPS:
            day[name] = {step: day[name].get(step, 0) + hour[name].get(step, 0) for step in {**day[name], **hour[name]}}
    return found.values()


def utc_day(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0)
