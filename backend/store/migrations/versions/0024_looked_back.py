"""How far the turns of a site were looked back at is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "looked_back",
        sa.Column("site_id", ROW_NUMBER, nullable=False, autoincrement=False),
        sa.Column("serial", ROW_NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("site_id", name="pk_looked_back"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_looked_back_site_id_site"),
    )


def downgrade() -> None:
    op.drop_table("looked_back")
