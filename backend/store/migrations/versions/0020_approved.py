"""Answers that the team has given are served again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(JSONB, "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "approved",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("item_id", ROW_NUMBER),
        sa.Column("told_sealed", sa.LargeBinary, nullable=False),
        sa.Column("pages", JSON, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("served", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approved"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_approved_site_id_site"),
    )
    op.create_index("ix_approved_site_id_changed_at", "approved", ["site_id", "changed_at"])


def downgrade() -> None:
    op.drop_table("approved")
