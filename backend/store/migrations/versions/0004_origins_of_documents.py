"""Where a document comes from, its language, and the twin that is found in its place."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXTS = ("language", "source", "file_digest", "fingerprint", "twin")


def upgrade() -> None:
    with op.batch_alter_table("document") as document:
        for name in TEXTS:
            document.add_column(sa.Column(name, sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("document") as document:
        for name in TEXTS:
            document.drop_column(name)
