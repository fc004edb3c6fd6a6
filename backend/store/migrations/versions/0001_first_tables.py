"""The first tables: sites, what they know, and what was asked of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

RowNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Json = sa.JSON().with_variant(JSONB, "postgresql")
Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    make_sites()
    make_knowledge()
    make_conversations()
    make_turns()
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("beaten_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_heartbeat"),
    )


def downgrade() -> None:
    for table in [
        "heartbeat",
        "flag",
        "feedback",
        "turn",
        "conversation",
        "visitor",
        "posting",
        "term",
        "passage",
        "document",
        "prompt_version",
        "site",
    ]:
        op.drop_table(table)


def make_sites() -> None:
    op.create_table(
        "site",
        sa.Column("id", RowNumber, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("knowledge_revision", sa.BigInteger, nullable=False),
        sa.Column("passage_count", sa.BigInteger, nullable=False),
        sa.Column("data_key_sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
        sa.UniqueConstraint("key", name="uq_site_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_site_name", "site", ["name"])
    op.create_table(
        "prompt_version",
        sa.Column("site_id", RowNumber, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "number", name="pk_prompt_version"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_prompt_version_site_id"),
    )


def make_knowledge() -> None:
    op.create_table(
        "document",
        sa.Column("id", RowNumber, nullable=False),
        sa.Column("site_id", RowNumber, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("marks", Json, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_document_site_id"),
        sa.UniqueConstraint("site_id", "key", name="uq_document_site_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "passage",
        sa.Column("id", RowNumber, nullable=False),
        sa.Column("site_id", RowNumber, nullable=False),
        sa.Column("document_id", RowNumber, nullable=False),
        sa.Column("heading", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passage"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_passage_site_id"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_passage_document_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_passage_document_id", "passage", ["document_id"])
    op.create_table(
        "term",
        sa.Column("id", RowNumber, nullable=False),
        sa.Column("site_id", RowNumber, nullable=False),
        sa.Column("term", sa.Text, nullable=False),
        sa.Column("passages", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_term"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_term_site_id"),
        sa.UniqueConstraint("site_id", "term", name="uq_term_site_id_term"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "posting",
        sa.Column("term_id", RowNumber, autoincrement=False, nullable=False),
        sa.Column("passage_id", RowNumber, autoincrement=False, nullable=False),
        sa.Column("impact", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("term_id", "passage_id", name="pk_posting"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_posting_passage_id", "posting", ["passage_id"])


def make_conversations() -> None:
    op.create_table(
        "visitor",
        sa.Column("site_id", RowNumber, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_visitor"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_visitor_site_id"),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("site_id", RowNumber, nullable=False),
        sa.Column("visitor_id", sa.Text, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
        sa.ForeignKeyConstraint(
            ["site_id", "visitor_id"], ["visitor.site_id", "visitor.id"], name="fk_conversation_site_id_visitor_id"
        ),
        sa.UniqueConstraint("site_id", "visitor_id", "id", name="uq_conversation_site_id_visitor_id_id"),
    )


def make_turns() -> None:
    op.create_table(
        "turn",
        sa.Column("serial", RowNumber, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("site_id", RowNumber, nullable=False),
        sa.Column("visitor_id", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("was_anonymous", sa.Boolean, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("question_sealed", sa.LargeBinary, nullable=False),
        sa.Column("page_sealed", sa.LargeBinary, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.Column("passages", Json, nullable=False),
        sa.Column("found_confidence", sa.Double, nullable=False),
        sa.Column("reply_sealed", sa.LargeBinary),
        sa.Column("confidence", sa.Double),
        sa.Column("stop_reason", sa.Text, nullable=False),
        sa.Column("is_valid", sa.Boolean, nullable=False),
        sa.Column("is_flagged", sa.Boolean, nullable=False),
        sa.Column("input_tokens", sa.Integer),
        sa.Column("output_tokens", sa.Integer),
        sa.Column("cache_read_tokens", sa.Integer),
        sa.Column("cache_write_tokens", sa.Integer),
        sa.Column("cost_usd", sa.Double),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("sources", Json, nullable=False),
        sa.Column("notices", Json, nullable=False),
        sa.Column("timings", Json, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("ended_at", Time),
        sa.PrimaryKeyConstraint("serial", name="pk_turn"),
        sa.UniqueConstraint("id", name="uq_turn_id"),
        sa.ForeignKeyConstraint(
            ["site_id", "visitor_id", "conversation_id"],
            ["conversation.site_id", "conversation.visitor_id", "conversation.id"],
            name="fk_turn_conversation",
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "version"],
            ["prompt_version.site_id", "prompt_version.number"],
            name="fk_turn_prompt_version",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turn_site_id_conversation_id_serial", "turn", ["site_id", "conversation_id", "serial"])
    op.create_table(
        "feedback",
        sa.Column("turn_id", sa.Text, nullable=False),
        sa.Column("site_id", RowNumber, nullable=False),
        sa.Column("rating", sa.Text, nullable=False),
        sa.Column("comment_sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("turn_id", name="pk_feedback"),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name="fk_feedback_turn_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_feedback_site_id"),
    )
    op.create_table(
        "flag",
        sa.Column("turn_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("site_id", RowNumber, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("evidence_sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("turn_id", "position", name="pk_flag"),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name="fk_flag_turn_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_flag_site_id"),
    )
    op.create_index("ix_flag_site_id_created_at", "flag", ["site_id", "created_at"])
