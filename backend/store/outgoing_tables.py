"""The tables of what goes out: webhooks with their deliveries, and letters.

A letter belongs to a site, or to the house where it is about somebody's account. What webhooks and letters say is
sealed: it holds visitors' words.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from backend.store.tables import Json, RowNumber, UtcTime, metadata

webhook = Table(
    "webhook",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", RowNumber, ForeignKey("site.id"), nullable=False, index=True),
    Column("url_sealed", LargeBinary, nullable=False),  # a chat room's address is its password
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("form", Text, nullable=False),
    Column("events", Json, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("failing_since", UtcTime),
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("serial", RowNumber, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("site_id", RowNumber, ForeignKey("site.id"), nullable=False),
    Column("webhook_id", Text, ForeignKey("webhook.id", ondelete="CASCADE"), nullable=False),
    Column("conversation_id", Text, index=True),  # what it tells goes away with this
    Column("event", Text, nullable=False),
    Column("told_sealed", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("status", Integer),
    Column("answer_sealed", LargeBinary),
    Column("created_at", UtcTime, nullable=False),
    Column("next_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Index(None, "webhook_id", "serial"),
    Index(None, "state", "next_at"),
    sqlite_autoincrement=True,
)

letter = Table(
    "letter",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", RowNumber, ForeignKey("site.id"), index=True),
    Column("conversation_id", Text, index=True),  # it goes away with this
    Column("kind", Text, nullable=False),
    Column("letter_sealed", LargeBinary),  # until it is over
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("next_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Index(None, "state", "next_at"),
)
