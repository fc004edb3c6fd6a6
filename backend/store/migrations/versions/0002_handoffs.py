"""Wishes for a person: who wants to be answered, and where."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

RowNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "handoff",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("site_id", RowNumber, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("email_sealed", sa.LargeBinary, nullable=False),
        sa.Column("note_sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handoff"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_handoff_site_id_site"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_handoff_conversation_id_conversation"
        ),
    )
    op.create_index("ix_handoff_site_id_created_at", "handoff", ["site_id", "created_at"])
    op.create_index("ix_handoff_conversation_id", "handoff", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("handoff")
