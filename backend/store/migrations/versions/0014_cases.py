"""Saved questions with what they expect, and what came of asking them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "eval_case",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("expected_sealed", sa.LargeBinary, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_eval_case"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_eval_case_site_id_site"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_eval_case_site_id", "eval_case", ["site_id"])
    op.create_table(
        "case_run",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("results_sealed", sa.LargeBinary, nullable=True),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_case_run"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_case_run_site_id_site"),
    )
    op.create_index("ix_case_run_site_id_ended_at", "case_run", ["site_id", "ended_at"])


def downgrade() -> None:
    op.drop_index("ix_case_run_site_id_ended_at", "case_run")
    op.drop_table("case_run")
    op.drop_index("ix_eval_case_site_id", "eval_case")
    op.drop_table("eval_case")
