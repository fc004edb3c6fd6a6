"""The tables of the answers that our team has given. What is asked and answered is sealed."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from backend.store.tables import Json, RowNumber, UtcTime, metadata

approved = Table(
    "approved",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("site_id", RowNumber, ForeignKey("site.id"), nullable=False),
    Column("item_id", RowNumber),  # what it was decided on; the item may be gone
    Column("told_sealed", LargeBinary, nullable=False),
    Column("pages", Json, nullable=False),
    Column("state", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("served", Integer, nullable=False),
    Index(None, "site_id", "changed_at"),
)
