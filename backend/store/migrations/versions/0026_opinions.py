"""Decided items are judged anew by people who do not see the decision."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "opinion",
        sa.Column("decision_id", ROW_NUMBER, nullable=False, autoincrement=False),
        sa.Column("person_id", ROW_NUMBER, nullable=False, autoincrement=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", "person_id", name="pk_opinion"),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name="fk_opinion_decision_id_decision"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_opinion_site_id_site"),
    )
    op.create_index("ix_opinion_site_id_created_at", "opinion", ["site_id", "created_at"])


def downgrade() -> None:
    op.drop_table("opinion")
