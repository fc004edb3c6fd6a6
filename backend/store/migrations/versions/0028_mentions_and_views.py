"""Notes name colleagues, who see them; each person keeps views of the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "mention",
        sa.Column("decision_id", ROW_NUMBER, nullable=False, autoincrement=False),
        sa.Column("person_id", ROW_NUMBER, nullable=False, autoincrement=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("decision_id", "person_id", name="pk_mention"),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name="fk_mention_decision_id_decision"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_mention_site_id_site"),
    )
    op.create_index("ix_mention_site_id_person_id", "mention", ["site_id", "person_id"])
    op.create_table(
        "queue_view",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("person_id", ROW_NUMBER, nullable=False),
        sa.Column("told_sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_queue_view"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_queue_view_site_id_site"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_queue_view_site_id_person_id", "queue_view", ["site_id", "person_id"])


def downgrade() -> None:
    op.drop_table("queue_view")
    op.drop_table("mention")
