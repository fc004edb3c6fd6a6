"""A person of the staff can be in a conversation; a wish for a person is open or answered."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime(timezone=True)
TIMES = ("joined_at", "active_at", "person_types_until", "visitor_types_until", "visitor_seen_at")


def upgrade() -> None:
    op.add_column("conversation", sa.Column("joined_by", ROW_NUMBER))
    op.add_column("conversation", sa.Column("joined_name", sa.Text, nullable=False, server_default=""))
    for name in ("joined_number", "event_count"):
        op.add_column("conversation", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    for name in TIMES:
        op.add_column("conversation", sa.Column(name, TIME))
    op.create_index(
        "ix_conversation_joined",
        "conversation",
        ["site_id", "id"],
        sqlite_where=sa.text("joined_by IS NOT NULL"),
        postgresql_where=sa.text("joined_by IS NOT NULL"),
    )
    op.create_index("ix_conversation_site_id_visitor_seen_at", "conversation", ["site_id", "visitor_seen_at"])
    op.create_table(
        "conversation_event",
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("site_id", ROW_NUMBER, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("turn_id", sa.Text, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "number", name="pk_conversation_event"),
        sa.UniqueConstraint("conversation_id", "id", name="uq_conversation_event_conversation_id_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_conversation_event_site_id_site"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_conversation_event_conversation_id_conversation"
        ),
    )
    op.create_index("ix_conversation_event_site_id", "conversation_event", ["site_id"])
    op.add_column("handoff", sa.Column("state", sa.Text, nullable=False, server_default="open"))
    op.add_column("handoff", sa.Column("answered_at", TIME))
    op.add_column("handoff", sa.Column("answered_by", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    for name in ("answered_by", "answered_at", "state"):
        op.drop_column("handoff", name)
    op.drop_table("conversation_event")
    op.drop_index("ix_conversation_site_id_visitor_seen_at", "conversation")
    op.drop_index("ix_conversation_joined", "conversation")
    for name in (*reversed(TIMES), "event_count", "joined_number", "joined_name", "joined_by"):
        op.drop_column("conversation", name)
