"""Where a site's tag was seen, and what kept it from working."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "sighting",
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "kind", "origin", name="pk_sighting"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_sighting_site_id_site"),
    )


def downgrade() -> None:
    op.drop_table("sighting")
