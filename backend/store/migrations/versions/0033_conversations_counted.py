"""Hours and days count the conversations that began, and those that had a second question."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

TABLES = ("hour", "day")
COUNTED = ("conversations", "continued")


def upgrade() -> None:
    for table in TABLES:
        for name in COUNTED:
            op.add_column(table, sa.Column(name, sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            for name in COUNTED:
                batch.drop_column(name)
