"""Webhooks with what was sent to them, and letters."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(JSONB, "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("url_sealed", sa.LargeBinary, nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("events", JSON, nullable=False),
        sa.Column("is_on", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("failing_since", TIME),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_webhook_site_id_site"),
    )
    op.create_index("ix_webhook_site_id", "webhook", ["site_id"])
    op.create_table(
        "delivery",
        sa.Column("serial", ROW_NUMBER, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("webhook_id", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("told_sealed", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("answer_sealed", sa.LargeBinary),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.PrimaryKeyConstraint("serial", name="pk_delivery"),
        sa.UniqueConstraint("id", name="uq_delivery_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_delivery_site_id_site"),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name="fk_delivery_webhook_id_webhook", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delivery_conversation_id", "delivery", ["conversation_id"])
    op.create_index("ix_delivery_webhook_id_serial", "delivery", ["webhook_id", "serial"])
    op.create_index("ix_delivery_state_next_at", "delivery", ["state", "next_at"])
    op.create_table(
        "letter",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("site_id", ROW_NUMBER),
        sa.Column("conversation_id", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("letter_sealed", sa.LargeBinary),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_letter_site_id_site"),
    )
    op.create_index("ix_letter_site_id", "letter", ["site_id"])
    op.create_index("ix_letter_conversation_id", "letter", ["conversation_id"])
    op.create_index("ix_letter_state_next_at", "letter", ["state", "next_at"])


def downgrade() -> None:
    for table in ("letter", "delivery", "webhook"):
        op.drop_table(table)
