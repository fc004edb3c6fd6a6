"""The words that a site's pages use for one another."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"

Json = sa.JSON().with_variant(JSONB, "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("site") as site:
        site.add_column(sa.Column("synonyms", Json, nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("site") as site:
        site.drop_column("synonyms")
