"""Crawls of sites, and the pages that they have come to."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

RowNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "crawl",
        sa.Column("id", RowNumber, nullable=False),
        sa.Column("site_id", RowNumber, nullable=False),
        sa.Column("start", sa.Text, nullable=False),
        sa.Column("every_hours", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_crawl"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_crawl_site_id_site"),
        sa.UniqueConstraint("site_id", "start", name="uq_crawl_site_id_start"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "crawl_page",
        sa.Column("crawl_id", RowNumber, autoincrement=False, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("site_id", RowNumber, nullable=False),
        sa.Column("depth", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("state", "etag", "last_modified", "document", "code", "why")
        ),
        sa.PrimaryKeyConstraint("crawl_id", "url", name="pk_crawl_page"),
        sa.ForeignKeyConstraint(["crawl_id"], ["crawl.id"], name="fk_crawl_page_crawl_id_crawl"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_crawl_page_site_id_site"),
    )
    op.create_index("ix_crawl_page_crawl_id_state", "crawl_page", ["crawl_id", "state"])


def downgrade() -> None:
    op.drop_table("crawl_page")
    op.drop_table("crawl")
