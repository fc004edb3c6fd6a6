"""The tables of the people of the staff's door. They belong to the house, and not to a site; see accounts.py.

A row that has a `site_id` goes with its site (site_removal.py).
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, ForeignKey, Integer, LargeBinary, Table, Text

from backend.store.tables import RowNumber, UtcTime, metadata


def _person_id() -> Column[int]:
    return Column("person_id", RowNumber, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True)


person = Table(
    "person",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),  # on every site; empty for none
    Column("password", Text, nullable=False),  # as argon2 keeps it; empty for none
    Column("totp_sealed", LargeBinary),
    Column("totp_step", Integer, nullable=False),  # of the newest code that was used
    Column("has_factor", Boolean, nullable=False),
    Column("uses_single_keys", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime),
    Column("removed_at", UtcTime),
    sqlite_autoincrement=True,
)

person_role = Table(
    "person_role",
    metadata,
    Column("person_id", RowNumber, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("site_id", RowNumber, ForeignKey("site.id"), primary_key=True, index=True),
    Column("role", Text, nullable=False),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("person_id", RowNumber, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("hash", Text, primary_key=True),
)

session = Table(
    "session",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),
    _person_id(),
    Column("began", UtcTime, nullable=False, index=True),
    Column("seen", UtcTime, nullable=False),
    Column("proved", UtcTime, nullable=False),
    Column("is_half", Boolean, nullable=False),
    Column("is_long", Boolean, nullable=False),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    sqlite_autoincrement=True,
)

link = Table(
    "link",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("person_id", RowNumber, ForeignKey("person.id", ondelete="CASCADE"), index=True),  # none: the first owner's
    Column("purpose", Text, nullable=False),
    Column("until", UtcTime, nullable=False),
)

# Moments are seconds since the epoch: the databases reckon with them in one statement, and alike.
sign_in_try = Table(
    "sign_in_try",
    metadata,
    Column("key", Text, primary_key=True),
    Column("failed", Integer, nullable=False),
    Column("wait_s", Double, nullable=False),
    Column("until", Double, nullable=False),
    Column("at", Double, nullable=False, index=True),
)

known_address = Table(
    "known_address",
    metadata,
    Column("person_id", RowNumber, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("hash", Text, primary_key=True),
    Column("until", UtcTime, nullable=False),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),
    _person_id(),
    Column("name", Text, nullable=False),
    Column("begins", Text, nullable=False),
    Column("scopes", Text, nullable=False),  # parted by spaces
    Column("is_for_all_sites", Boolean, nullable=False),  # so that a removed site does not widen a token of its own
    Column("created_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    Column("until", UtcTime),
    sqlite_autoincrement=True,
)

api_token_site = Table(
    "api_token_site",
    metadata,
    Column("token_id", RowNumber, ForeignKey("api_token.id", ondelete="CASCADE"), primary_key=True),
    Column("site_id", RowNumber, ForeignKey("site.id"), primary_key=True, index=True),
)

# `body` is text, and never JSON: what is hashed must come back byte for byte. The house's chain is 0, a site's its id.
audit = Table(
    "audit",
    metadata,
    Column("chain", RowNumber, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("site_id", RowNumber, ForeignKey("site.id"), index=True),
    Column("body", Text, nullable=False),
    Column("content", Text),
    Column("hash", Text, nullable=False),
)

# The end of each chain; its row is the lock of whoever writes. `seal` says that we wrote it.
audit_end = Table(
    "audit_end",
    metadata,
    Column("chain", RowNumber, primary_key=True, autoincrement=False),
    Column("site_id", RowNumber, ForeignKey("site.id")),
    Column("number", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("seal", Text, nullable=False),
)
