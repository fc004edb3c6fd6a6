"""The people of the staff's door, their sessions, links and tokens, and the record of changes."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

RowNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Time = sa.DateTime(timezone=True)
TABLES = (
    "audit_end",
    "audit",
    "api_token_site",
    "api_token",
    "known_address",
    "sign_in_try",
    "link",
    "session",
    "recovery_code",
    "person_role",
    "person",
)


def of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=f"fk_{table}_person_id", ondelete="CASCADE")


def of_site(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=f"fk_{table}_site_id")


def upgrade() -> None:
    make_people()
    make_ways_in()
    make_tokens()
    make_audit()


def make_people() -> None:
    op.create_table(
        "person",
        sa.Column("id", RowNumber, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary),
        sa.Column("totp_step", sa.Integer, nullable=False),
        sa.Column("has_factor", sa.Boolean, nullable=False),
        sa.Column("uses_single_keys", sa.Boolean, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("seen_at", Time),
        sa.Column("removed_at", Time),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("email", name="uq_person_email"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "person_role",
        sa.Column("person_id", RowNumber, nullable=False),
        sa.Column("site_id", RowNumber, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "site_id", name="pk_person_role"),
        of_person("person_role"),
        of_site("person_role"),
    )
    op.create_index("ix_person_role_site_id", "person_role", ["site_id"])
    op.create_table(
        "recovery_code",
        sa.Column("person_id", RowNumber, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "hash", name="pk_recovery_code"),
        of_person("recovery_code"),
    )


def make_ways_in() -> None:
    op.create_table(
        "session",
        sa.Column("id", RowNumber, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("person_id", RowNumber, nullable=False),
        sa.Column("began", Time, nullable=False),
        sa.Column("seen", Time, nullable=False),
        sa.Column("proved", Time, nullable=False),
        sa.Column("is_half", sa.Boolean, nullable=False),
        sa.Column("is_long", sa.Boolean, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("hash", name="uq_session_hash"),
        of_person("session"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_session_person_id", "session", ["person_id"])
    op.create_index("ix_session_began", "session", ["began"])
    op.create_table(
        "link",
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("person_id", RowNumber),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("until", Time, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_link"),
        of_person("link"),
    )
    op.create_index("ix_link_person_id", "link", ["person_id"])
    op.create_table(
        "sign_in_try",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("wait_s", sa.Double, nullable=False),
        sa.Column("until", sa.Double, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sign_in_try"),
    )
    op.create_index("ix_sign_in_try_at", "sign_in_try", ["at"])
    op.create_table(
        "known_address",
        sa.Column("person_id", RowNumber, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("until", Time, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "hash", name="pk_known_address"),
        of_person("known_address"),
    )


def make_tokens() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", RowNumber, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("person_id", RowNumber, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("begins", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("is_for_all_sites", sa.Boolean, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("used_at", Time),
        sa.Column("until", Time),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("hash", name="uq_api_token_hash"),
        of_person("api_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_token_person_id", "api_token", ["person_id"])
    op.create_table(
        "api_token_site",
        sa.Column("token_id", RowNumber, nullable=False),
        sa.Column("site_id", RowNumber, nullable=False),
        sa.PrimaryKeyConstraint("token_id", "site_id", name="pk_api_token_site"),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name="fk_api_token_site_token_id", ondelete="CASCADE"),
        of_site("api_token_site"),
    )
    op.create_index("ix_api_token_site_site_id", "api_token_site", ["site_id"])


def make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("chain", RowNumber, nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("site_id", RowNumber),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("content", sa.Text),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("chain", "number", name="pk_audit"),
        of_site("audit"),
    )
    op.create_index("ix_audit_site_id", "audit", ["site_id"])
    op.create_table(
        "audit_end",
        sa.Column("chain", RowNumber, nullable=False, autoincrement=False),
        sa.Column("site_id", RowNumber),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("chain", name="pk_audit_end"),
        of_site("audit_end"),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
