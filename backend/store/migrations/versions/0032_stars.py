"""Visitors give conversations stars, where a site asks for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "satisfaction",
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("stars", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_satisfaction"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_satisfaction_conversation_id_conversation"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_satisfaction_site_id_site"),
    )
    op.create_index("ix_satisfaction_site_id_created_at", "satisfaction", ["site_id", "created_at"])


def downgrade() -> None:
    op.drop_table("satisfaction")
