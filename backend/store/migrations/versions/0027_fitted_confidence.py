"""The confidence of replies follows what staff decided: each site has a curve, each turn what its visitor was told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"

JSON = sa.JSON().with_variant(JSONB, "postgresql")


def upgrade() -> None:
    op.add_column("site", sa.Column("fitting", JSON))
    op.add_column("site", sa.Column("fits", sa.Integer, nullable=False, server_default="0"))
    op.add_column("turn", sa.Column("calibrated", sa.Double))


def downgrade() -> None:
    op.drop_column("turn", "calibrated")
    op.drop_column("site", "fits")
    op.drop_column("site", "fitting")
