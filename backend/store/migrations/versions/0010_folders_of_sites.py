"""The folder that a site was last applied from, so that a changed name changes that site."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("site") as site:
        site.add_column(sa.Column("folder", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("site") as site:
        site.drop_column("folder")
