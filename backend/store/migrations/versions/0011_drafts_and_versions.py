"""Each site has one draft; a version says who published it and why, and what it changed in the knowledge."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(JSONB, "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("prompt_version") as version:
        version.add_column(sa.Column("published_by", sa.Text, nullable=False, server_default=""))
        version.add_column(sa.Column("note", sa.Text, nullable=False, server_default=""))
        version.add_column(sa.Column("override", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "draft",
        sa.Column("site_id", ROW_NUMBER, nullable=False, autoincrement=False),
        sa.Column("shelf_id", ROW_NUMBER, nullable=False),
        sa.Column("settings", JSON, nullable=True),
        sa.Column("based_on", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("gone", JSON, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("site_id", name="pk_draft"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_draft_site_id_site"),
        sa.ForeignKeyConstraint(["shelf_id"], ["site.id"], name="fk_draft_shelf_id_site"),
    )
    op.create_table(
        "document_change",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("version", sa.Integer, nullable=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("was", sa.Text, nullable=False),
        sa.Column("became", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document_change"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_document_change_site_id_site"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_document_change_site_id_version", "document_change", ["site_id", "version"])
    op.create_table(
        "kept_document",
        sa.Column("site_id", ROW_NUMBER, nullable=False, autoincrement=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "digest", name="pk_kept_document"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_kept_document_site_id_site"),
    )


def downgrade() -> None:
    op.drop_table("kept_document")
    op.drop_index("ix_document_change_site_id_version", "document_change")
    op.drop_table("document_change")
    op.drop_table("draft")
    with op.batch_alter_table("prompt_version") as version:
        version.drop_column("override")
        version.drop_column("note")
        version.drop_column("published_by")
