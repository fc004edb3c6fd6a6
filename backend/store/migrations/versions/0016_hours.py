"""What came of questions is counted by the hour."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(JSONB, "postgresql")
COUNTED = ("questions", "done", "stopped", "failed", "unanswered")
TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens")


def upgrade() -> None:
    op.create_table(
        "hour",
        sa.Column("site_id", ROW_NUMBER, nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in COUNTED),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in TOKENS),
        sa.Column("cost_usd", sa.Double, nullable=False),
        sa.Column("first_text", JSON, nullable=False),
        sa.Column("whole", JSON, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "at", "model", "route", name="pk_hour"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_hour_site_id_site"),
    )
    op.create_table(
        "tally_place",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("serial", ROW_NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tally_place"),
    )


def downgrade() -> None:
    op.drop_table("tally_place")
    op.drop_table("hour")
