"""What each conversation and visitor cost in a span of time is found without reading all turns."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_index("ix_turn_site_id_created_at", "turn", ["site_id", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_turn_site_id_created_at", "turn")
