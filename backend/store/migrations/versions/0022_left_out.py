"""What was left out of a document's file is kept beside it, for its owner to see."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"

JSON = sa.JSON().with_variant(JSONB, "postgresql")


def upgrade() -> None:
    op.add_column("document", sa.Column("left_out", JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("document", "left_out")
