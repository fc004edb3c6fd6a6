"""What lint found stands beside the pages until they change."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "looked_over",
        sa.Column("site_id", ROW_NUMBER, nullable=False, autoincrement=False),
        sa.Column("is_live", sa.Boolean, nullable=False),
        sa.Column("pages", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "is_live", name="pk_looked_over"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_looked_over_site_id_site"),
    )
    op.create_table(
        "fault",
        sa.Column("site_id", ROW_NUMBER, nullable=False, autoincrement=False),
        sa.Column("is_live", sa.Boolean, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("other_document", sa.Text),
        sa.Column("other_text", sa.Text, nullable=False),
        sa.Column("other_digest", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "is_live", "position", name="pk_fault"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_fault_site_id_site"),
    )


def downgrade() -> None:
    op.drop_table("fault")
    op.drop_table("looked_over")
