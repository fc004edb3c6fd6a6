"""What a site's pages did not answer is kept as it was put together last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "kept_gaps",
        sa.Column("site_id", ROW_NUMBER, nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last", sa.Text, nullable=False),
        sa.Column("erasings", sa.Integer, nullable=False, server_default="0"),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("gaps_sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("site_id", name="pk_kept_gaps"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_kept_gaps_site_id_site"),
    )


def downgrade() -> None:
    op.drop_table("kept_gaps")
