"""A large site is known without reading its texts, and searched without leaving the index.

Where a document leads, and for whom it is, is kept beside it. On PostgreSQL the key of a posting holds its impact too:
a search that touches thirty thousand of them else fetches as many rows from all over the table.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

LINK_HOST = re.compile(r"https?://([\w.-]{0,252}\w)", re.ASCII | re.IGNORECASE)
AT_ONCE = 200
READERS = "ix_document_site_id_audience_language"


def upgrade() -> None:
    with op.batch_alter_table("document") as document:
        document.add_column(sa.Column("hosts", sa.Text, nullable=False, server_default=""))
        document.add_column(sa.Column("audience", sa.Text, nullable=False, server_default=""))
    op.create_index(READERS, "document", ["site_id", "audience", "language"], postgresql_include=["id"])
    fill_hosts(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        replace_key("(term_id, passage_id) INCLUDE (impact)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        replace_key("(term_id, passage_id)")
    op.drop_index(READERS, "document")
    with op.batch_alter_table("document") as document:
        document.drop_column("audience")
        document.drop_column("hosts")


def replace_key(columns: str) -> None:
    op.execute("ALTER TABLE posting DROP CONSTRAINT pk_posting")
    op.execute(f"CREATE UNIQUE INDEX pk_posting ON posting {columns}")
    op.execute("ALTER TABLE posting ADD CONSTRAINT pk_posting PRIMARY KEY USING INDEX pk_posting")


def fill_hosts(connection: sa.Connection) -> None:
    """Read the hosts of what is there already, some documents at a time: they need not fit into memory."""
    wanted = sa.text("SELECT id, url, text FROM document WHERE id > :last ORDER BY id LIMIT :most")
    filling = sa.text("UPDATE document SET hosts = :hosts WHERE id = :id")
    last = 0
    while rows := connection.execute(wanted, {"last": last, "most": AT_ONCE}).all():
        found = [{"id": row.id, "hosts": hosts_of(f"{row.url}\n{row.text}")} for row in rows]
        connection.execute(filling, found)
        last = rows[-1].id


def hosts_of(text: str) -> str:
    return " ".join(dict.fromkeys(map(str.lower, LINK_HOST.findall(text))))
