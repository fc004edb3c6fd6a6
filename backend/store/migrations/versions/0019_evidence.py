"""What a turn rested on and what its visitor saw are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("site_id", ROW_NUMBER, nullable=False, autoincrement=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "digest", name="pk_evidence"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_evidence_site_id_site"),
    )
    op.create_table(
        "turn_passage",
        sa.Column("turn_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("turn_id", "position", name="pk_turn_passage"),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name="fk_turn_passage_turn_id_turn"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_turn_passage_site_id_site"),
    )
    op.create_index("ix_turn_passage_site_id_digest", "turn_passage", ["site_id", "digest"])
    op.create_table(
        "timeline",
        sa.Column("turn_id", sa.Text, nullable=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("moments_sealed", sa.LargeBinary, nullable=False),
        sa.Column("texts_sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("turn_id", name="pk_timeline"),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name="fk_timeline_turn_id_turn"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_timeline_site_id_site"),
    )


def downgrade() -> None:
    for table in ("timeline", "turn_passage", "evidence"):
        op.drop_table(table)
