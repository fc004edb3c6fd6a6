"""The vectors by which an embedder compares passages."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("passage") as passage:
        passage.add_column(sa.Column("meaning", sa.LargeBinary))


def downgrade() -> None:
    with op.batch_alter_table("passage") as passage:
        passage.drop_column("meaning")
