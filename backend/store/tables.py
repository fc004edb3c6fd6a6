"""The tables, as the newest migration leaves them.

Rules:
1. Every row belongs to a site, and every table is reached through its site; but for `key_check`, `heartbeat` and what
   stands in account_tables.py.
2. Columns that end in `_sealed` hold what visitors and models wrote, and secrets, encrypted (see encryption.py).
3. Times are UTC and know it, on every database.
4. The ids of visitors, conversations and turns are random and come from the caller; the others are counted here.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

# Fixed names: a constraint without a name could not be changed by a later migration.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows only in a column of exactly the type INTEGER; PostgreSQL needs the room of BIGINT.
RowNumber = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB, "postgresql")


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC: SQLite keeps no zone, PostgreSQL answers in the session's; both come back as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def _site_id() -> Column[int]:
    return Column("site_id", RowNumber, ForeignKey("site.id"), nullable=False)


site = Table(
    "site",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, index=True),
    Column("version", Integer, nullable=False),  # of the published prompt_version
    Column("knowledge_revision", BigInteger, nullable=False),
    Column("passage_count", BigInteger, nullable=False),
    Column("synonyms", Json, nullable=False, server_default="[]"),  # a list of groups of words
    Column("data_key_sealed", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("folder", Text, nullable=False, server_default=""),  # that it was last applied from
    Column("fitting", Json),  # how far replies can be believed; None until staff decided something
    Column("fits", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)

prompt_version = Table(
    "prompt_version",
    metadata,
    Column("site_id", RowNumber, ForeignKey("site.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("settings", Json, nullable=False),
    Column("digest", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("published_by", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("override", Text, nullable=False, server_default=""),  # why it was published against a failing case
)

# A site's draft. What it changes in the knowledge stands on a shelf of its own: a row of `site` with version 0, which
# nobody but the draft sees. `gone` are keys of live documents that the draft leaves out.
draft = Table(
    "draft",
    metadata,
    Column("site_id", RowNumber, ForeignKey("site.id"), primary_key=True, autoincrement=False),
    Column("shelf_id", RowNumber, ForeignKey("site.id"), nullable=False),
    Column("settings", Json),  # none where they are those of the live version
    Column("based_on", Integer, nullable=False),  # the live version that the settings were changed from
    Column("revision", Integer, nullable=False),
    Column("gone", Json, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)

# What each version changed in the site's documents, by their digests ("" for none). A change that no version has named
# yet has none.
document_change = Table(
    "document_change",
    metadata,
    Column("id", RowNumber, primary_key=True),
    _site_id(),
    Column("version", Integer),
    Column("key", Text, nullable=False),
    Column("was", Text, nullable=False),
    Column("became", Text, nullable=False),
    Index(None, "site_id", "version"),
    sqlite_autoincrement=True,
)

# The documents that were replaced or taken out: an older version that comes back needs them.
kept_document = Table(
    "kept_document",
    metadata,
    Column("site_id", RowNumber, ForeignKey("site.id"), primary_key=True, autoincrement=False),
    Column("digest", Text, primary_key=True),
    Column("document", Json, nullable=False),
)

document = Table(
    "document",
    metadata,
    Column("id", RowNumber, primary_key=True),
    _site_id(),
    Column("key", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("marks", Json, nullable=False),
    Column("digest", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("language", Text, nullable=False, server_default=""),
    Column("source", Text, nullable=False, server_default=""),  # empty for the site's folder
    Column("file_digest", Text, nullable=False, server_default=""),
    Column("fingerprint", Text, nullable=False, server_default=""),  # the same for documents that say the same
    Column("twin", Text, nullable=False, server_default=""),  # the key of the one that is found in its place
    Column("hosts", Text, nullable=False, server_default=""),  # of its address and links, parted by spaces
    Column("audience", Text, nullable=False, server_default=""),  # names with a space around each; empty for everyone
    Column("left_out", Json, nullable=False, server_default="[]"),  # texts of its file that are not in `text`
    UniqueConstraint("site_id", "key"),
    Index(None, "site_id", "id"),  # lists show the newest first
    # Who may not read what, and which documents there are, is told without reading the texts.
    Index(None, "site_id", "audience", "language", postgresql_include=["id"]),
    sqlite_autoincrement=True,
)

# Turns keep the ids of their passages for ever, so an id is never given twice (`sqlite_autoincrement`).
passage = Table(
    "passage",
    metadata,
    Column("id", RowNumber, primary_key=True),
    _site_id(),
    Column("document_id", RowNumber, ForeignKey("document.id"), nullable=False, index=True),
    Column("heading", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("meaning", LargeBinary),  # what an embedder keeps of it, where one is wanted
    Column("meaning_of", Text),  # the model that made it
    sqlite_autoincrement=True,
)

term = Table(
    "term",
    metadata,
    Column("id", RowNumber, primary_key=True),
    _site_id(),
    Column("term", Text, nullable=False),
    Column("passages", Integer, nullable=False),  # how many passages of the site hold it
    UniqueConstraint("site_id", "term"),
    sqlite_autoincrement=True,
)

crawl = Table(
    "crawl",
    metadata,
    Column("id", RowNumber, primary_key=True),
    _site_id(),
    Column("start", Text, nullable=False),
    Column("every_hours", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("alive_at", UtcTime, nullable=False),  # of a running one: when its process last said so
    Column("ended_at", UtcTime),
    UniqueConstraint("site_id", "start"),
    sqlite_autoincrement=True,
)

crawl_page = Table(
    "crawl_page",
    metadata,
    Column("crawl_id", RowNumber, ForeignKey("crawl.id"), primary_key=True, autoincrement=False),
    Column("url", Text, primary_key=True),
    _site_id(),
    Column("depth", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("why", Text, nullable=False),
    Index(None, "crawl_id", "state"),
)

# The one big table. No foreign keys: they would cost two look-ups for each of a hundred thousand rows, and
# passage_book alone writes here, in one transaction with both parents. On PostgreSQL its key includes `impact` (0008),
# which SQLAlchemy cannot say: a search then stays within the index, as it does on SQLite without row ids.
posting = Table(
    "posting",
    metadata,
    Column("term_id", RowNumber, primary_key=True, autoincrement=False),
    Column("passage_id", RowNumber, primary_key=True, autoincrement=False),
    Column("impact", Integer, nullable=False),
    Index(None, "passage_id"),
    sqlite_with_rowid=False,
)

visitor = Table(
    "visitor",
    metadata,
    Column("site_id", RowNumber, ForeignKey("site.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("created_at", UtcTime, nullable=False),
)

conversation = Table(
    "conversation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", RowNumber, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["site_id", "visitor_id"], ["visitor.site_id", "visitor.id"]),
    UniqueConstraint("site_id", "visitor_id", "id"),  # what a turn points to: site and visitor cannot differ from it
    # Which person of the staff is in it; the other columns say nothing without one. See domain/live.py.
    Column("joined_by", RowNumber),
    Column("joined_name", Text, nullable=False, server_default=""),
    Column("joined_number", Integer, nullable=False, server_default="0"),
    Column("event_count", Integer, nullable=False, server_default="0"),
    Column("joined_at", UtcTime),
    Column("active_at", UtcTime),
    Column("person_types_until", UtcTime),
    Column("visitor_types_until", UtcTime),
    Column("visitor_seen_at", UtcTime),
    Index(
        "ix_conversation_joined",
        "site_id",
        "id",
        postgresql_where=text("joined_by IS NOT NULL"),
        sqlite_where=text("joined_by IS NOT NULL"),
    ),
    Index(None, "site_id", "visitor_seen_at"),
)

# What happens in a conversation besides turns, numbered within it. `turn_id` is the turn that it follows.
conversation_event = Table(
    "conversation_event",
    metadata,
    Column("conversation_id", Text, ForeignKey("conversation.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("site_id", RowNumber, ForeignKey("site.id"), nullable=False, index=True),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("turn_id", Text, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("conversation_id", "id"),
)

turn = Table(
    "turn",
    metadata,
    Column("serial", RowNumber, primary_key=True),  # the order of turns, where two share a microsecond
    Column("id", Text, nullable=False, unique=True),
    Column("site_id", RowNumber, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("was_anonymous", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("question_sealed", LargeBinary, nullable=False),
    Column("page_sealed", LargeBinary, nullable=False),
    Column("locale", Text, nullable=False),
    Column("version", Integer, nullable=False),  # of the prompt_version that it was asked under
    Column("model", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("passages", Json, nullable=False),
    Column("found_confidence", Double, nullable=False),
    Column("reply_sealed", LargeBinary),
    Column("confidence", Double),  # as the reply states it
    Column("calibrated", Double),  # as the visitor was told
    Column("stop_reason", Text, nullable=False),
    Column("is_valid", Boolean, nullable=False),
    Column("is_flagged", Boolean, nullable=False),
    Column("input_tokens", Integer),
    Column("output_tokens", Integer),
    Column("cache_read_tokens", Integer),
    Column("cache_write_tokens", Integer),
    Column("cost_usd", Double),
    Column("request_id", Text, nullable=False),
    Column("sources", Json, nullable=False),
    Column("notices", Json, nullable=False),
    Column("timings", Json, nullable=False),
    Column("error", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    ForeignKeyConstraint(
        ["site_id", "visitor_id", "conversation_id"],
        ["conversation.site_id", "conversation.visitor_id", "conversation.id"],
        name="fk_turn_conversation",
    ),
    ForeignKeyConstraint(
        ["site_id", "version"], ["prompt_version.site_id", "prompt_version.number"], name="fk_turn_prompt_version"
    ),
    Index(None, "site_id", "conversation_id", "serial"),
    Index(None, "site_id", "created_at"),
    # What staff should look at: few among many.
    Index(
        "ix_turn_flagged",
        "site_id",
        "serial",
        postgresql_where=text("is_flagged"),
        sqlite_where=text("is_flagged = 1"),
    ),
    sqlite_autoincrement=True,
)

feedback = Table(
    "feedback",
    metadata,
    Column("turn_id", Text, ForeignKey("turn.id"), primary_key=True),
    _site_id(),
    Column("rating", Text, nullable=False),
    Column("comment_sealed", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "site_id", "rating", "created_at"),
)

# How many stars of five a visitor gives a conversation.
satisfaction = Table(
    "satisfaction",
    metadata,
    Column("conversation_id", Text, ForeignKey("conversation.id"), primary_key=True),
    _site_id(),
    Column("stars", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "site_id", "created_at"),
)

handoff = Table(
    "handoff",
    metadata,
    Column("id", Text, primary_key=True),
    _site_id(),
    Column("conversation_id", Text, ForeignKey("conversation.id"), nullable=False),
    Column("email_sealed", LargeBinary, nullable=False),
    Column("note_sealed", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("state", Text, nullable=False, server_default="open"),
    Column("answered_at", UtcTime),
    Column("answered_by", Text, nullable=False, server_default=""),
    Index(None, "site_id", "created_at"),
    Index(None, "conversation_id"),
)

flag = Table(
    "flag",
    metadata,
    Column("turn_id", Text, ForeignKey("turn.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _site_id(),
    Column("reason", Text, nullable=False),
    Column("evidence_sealed", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "site_id", "created_at"),
)

# What waits for staff: one item a turn. `rank` orders the queue (domain/harm.py); `is_lead` marks the first open one of
# its group, and a group that is not known yet is none. The lock counts how often it was taken.
item = Table(
    "item",
    metadata,
    Column("id", RowNumber, primary_key=True),
    _site_id(),
    Column("turn_id", Text, ForeignKey("turn.id"), nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("rank", BigInteger, nullable=False),
    Column("calibrated", Double, nullable=False),
    Column("stake", Double, nullable=False),
    Column("propensity", Double, nullable=False),
    Column("subject", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("group_id", RowNumber),
    Column("is_lead", Boolean, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("meaning", LargeBinary),  # of the question, where an embedder compares
    Column("assigned_to", RowNumber),
    Column("locked_by", RowNumber),
    Column("locked_until", UtcTime),
    Column("lock_number", Integer, nullable=False),
    Column("decision_id", RowNumber),  # that stands now
    Column("created_at", UtcTime, nullable=False),
    Index(None, "site_id", "state", "rank", "id"),
    Index(
        "ix_item_lead",
        "site_id",
        "state",
        "rank",
        "id",
        postgresql_where=text("is_lead"),
        sqlite_where=text("is_lead = 1"),
    ),
    Index(None, "site_id", "state", "decision_id"),
    Index("ix_item_assigned", "site_id", "assigned_to"),
    Index("ix_item_locked", "site_id", "locked_by"),
    Index(None, "group_id"),
    Index(
        "ix_item_ungrouped",
        "site_id",
        "id",
        postgresql_where=text("group_id IS NULL"),
        sqlite_where=text("group_id IS NULL"),
    ),
    Index(None, "site_id", "page"),
    sqlite_autoincrement=True,
)

# Repeats the item's state and rank, so that a queue of one reason is read from one index.
item_reason = Table(
    "item_reason",
    metadata,
    Column("item_id", RowNumber, ForeignKey("item.id"), primary_key=True, autoincrement=False),
    Column("reason", Text, primary_key=True),
    _site_id(),
    Column("state", Text, nullable=False),
    Column("rank", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "site_id", "reason", "state", "rank", "item_id"),
)

decision = Table(
    "decision",
    metadata,
    Column("id", RowNumber, primary_key=True),
    _site_id(),
    Column("item_id", RowNumber, ForeignKey("item.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("reply_sealed", LargeBinary, nullable=False),
    Column("note_sealed", LargeBinary, nullable=False),
    Column("person_id", RowNumber),
    Column("who", Text, nullable=False),
    Column("along_with", RowNumber, index=True),  # the decision that took this item along
    Column("created_at", UtcTime, nullable=False),
    Column("undone_at", UtcTime),
    Column("undone_by", Text, nullable=False),
    sqlite_autoincrement=True,
)

# What a decision caused, one row each, so that each can be taken back.
effect = Table(
    "effect",
    metadata,
    Column("id", RowNumber, primary_key=True),
    _site_id(),
    Column("decision_id", RowNumber, ForeignKey("decision.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("before_sealed", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("undone_at", UtcTime),
    Index(None, "site_id", "kind", "ref"),
    sqlite_autoincrement=True,
)

# What somebody thinks of a decided item who does not see the decision; by the same person it is a repeat.
opinion = Table(
    "opinion",
    metadata,
    Column("decision_id", RowNumber, ForeignKey("decision.id"), primary_key=True, autoincrement=False),
    Column("person_id", RowNumber, primary_key=True, autoincrement=False),
    _site_id(),
    Column("kind", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "site_id", "created_at"),
)

# Whom the note of a decision names, and when they saw it.
mention = Table(
    "mention",
    metadata,
    Column("decision_id", RowNumber, ForeignKey("decision.id"), primary_key=True, autoincrement=False),
    Column("person_id", RowNumber, primary_key=True, autoincrement=False),
    Column("site_id", RowNumber, ForeignKey("site.id"), nullable=False),
    Column("seen_at", UtcTime),
    Index(None, "site_id", "person_id"),
)

# What a person looks for in the queue again and again; sealed, since it may hold visitors' words.
queue_view = Table(
    "queue_view",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("site_id", RowNumber, ForeignKey("site.id"), nullable=False),
    Column("person_id", RowNumber, nullable=False),
    Column("told_sealed", LargeBinary, nullable=False),
    Index(None, "site_id", "person_id"),
    sqlite_autoincrement=True,
)

# How far the turns of a site were looked back at (item_book.py).
looked_back = Table(
    "looked_back",
    metadata,
    Column("site_id", RowNumber, ForeignKey("site.id"), primary_key=True, autoincrement=False),
    Column("serial", RowNumber, nullable=False),
)

# What a turn rested on and what its visitor saw (evidence_book.py); a passage once for a site, by its digest.
evidence = Table(
    "evidence",
    metadata,
    Column("site_id", RowNumber, ForeignKey("site.id"), primary_key=True, autoincrement=False),
    Column("digest", Text, primary_key=True),
    Column("text_sealed", LargeBinary, nullable=False),
)

turn_passage = Table(
    "turn_passage",
    metadata,
    Column("turn_id", Text, ForeignKey("turn.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _site_id(),
    Column("digest", Text, nullable=False),
    Index(None, "site_id", "digest"),
)

timeline = Table(
    "timeline",
    metadata,
    Column("turn_id", Text, ForeignKey("turn.id"), primary_key=True),
    _site_id(),
    Column("moments_sealed", LargeBinary, nullable=False),
    Column("texts_sealed", LargeBinary, nullable=False),
)

# What staff have asked for and a process of its own does; the files that it needs go when it is over.
job = Table(
    "job",
    metadata,
    Column("id", Text, primary_key=True),
    _site_id(),
    Column("kind", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("given", Json, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("alive_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Index(None, "site_id", "created_at"),
)

job_file = Table(
    "job_file",
    metadata,
    Column("job_id", Text, ForeignKey("job.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _site_id(),
    Column("name", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# Questions that an owner wants to see answered well, and what came of asking them. What they say is sealed.
eval_case = Table(
    "eval_case",
    metadata,
    Column("id", RowNumber, primary_key=True),
    _site_id(),
    Column("expected_sealed", LargeBinary, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Index(None, "site_id"),
    sqlite_autoincrement=True,
)

case_run = Table(
    "case_run",
    metadata,
    Column("id", Text, primary_key=True),
    _site_id(),
    Column("state", Text, nullable=False),
    Column("results_sealed", LargeBinary),
    Column("began_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Index(None, "site_id", "ended_at"),
)

identity_secret = Table(
    "identity_secret",
    metadata,
    Column("site_id", RowNumber, ForeignKey("site.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

# What tells the keys that the database was written with from others; see key_check.py.
key_check = Table(
    "key_check",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)


def _counted(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("site_id", RowNumber, ForeignKey("site.id"), primary_key=True, autoincrement=False),
        Column("at", UtcTime, primary_key=True),
        Column("model", Text, primary_key=True),
        Column("route", Text, primary_key=True),
        *(Column(name, Integer, nullable=False) for name in ("questions", "done", "stopped", "failed", "unanswered")),
        *(Column(name, Integer, nullable=False, server_default="0") for name in ("conversations", "continued")),
        *(Column(name, BigInteger, nullable=False) for name in ("input_tokens", "output_tokens", "cache_read_tokens")),
        Column("cost_usd", Double, nullable=False),
        Column("first_text", Json, nullable=False),
        Column("whole", Json, nullable=False),
    )


# What came of questions, by the hour and by the day in UTC (number_book.py), and the place that counting has reached.
hour, day = _counted("hour"), _counted("day")

tally_place = Table(
    "tally_place",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("serial", RowNumber, nullable=False),
)

# One row that readiness writes: a full or read-only disk is noticed before a visitor meets it.
heartbeat = Table(
    "heartbeat",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("beaten_at", UtcTime, nullable=False),
)
