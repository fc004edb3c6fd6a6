"""Secrets with which sites vouch for their signed-in users."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

RowNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "identity_secret",
        sa.Column("site_id", RowNumber, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "number", name="pk_identity_secret"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_identity_secret_site_id_site"),
    )


def downgrade() -> None:
    op.drop_table("identity_secret")
