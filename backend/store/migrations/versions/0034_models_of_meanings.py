"""What is kept of a passage's meaning says which model made it."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    with op.batch_alter_table("passage") as passage:
        passage.add_column(sa.Column("meaning_of", sa.Text))
    op.execute("UPDATE passage SET meaning_of = 'all-MiniLM-L6-v2' WHERE meaning IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table("passage") as passage:
        passage.drop_column("meaning_of")
