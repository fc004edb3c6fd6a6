"""What staff should look at is found without reading every turn."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_index(
        "ix_turn_flagged",
        "turn",
        ["site_id", "serial"],
        postgresql_where=sa.text("is_flagged"),
        sqlite_where=sa.text("is_flagged = 1"),
    )
    op.create_index("ix_feedback_site_id_rating_created_at", "feedback", ["site_id", "rating", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_feedback_site_id_rating_created_at", "feedback")
    op.drop_index("ix_turn_flagged", "turn")
