"""The record of changes: a chain in which each row carries the hash of the one before.

Rules:
1. What is hashed is the text of the row as it is stored, byte for byte: no database may write it in another way.
2. What a person wrote, and who it was, stands beside the chain. The chain holds a salted digest of it, so that it can
   be erased and the chain still fits.
3. The last row is known besides, under a seal: rows that are cut off at the end are missed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

START = "0" * 64  # what the first row carries in place of a hash
HOUSE = 0  # the chain of what belongs to no single site


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something: a person (with an id), a tool of theirs or the command line; and from where."""

    who: str
    person_id: int | None = None
    address: str = ""


COMMAND_LINE = By("command line")
NOBODY = "not signed in"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `action` is `room.happened`, `subject` what was changed; `before` and `after` are JSON values."""

    action: str
    subject: str
    before: object = None
    after: object = None
    site_id: int | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A row as it is stored; `content` is None where it was erased."""

    number: int
    body: str
    content: str | None
    hash: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as people read it; `row` is the text that was hashed."""

    number: int
    at: str
    who: str
    address: str
    action: str
    subject: str
    before: object
    after: object
    hash: str
    previous: str
    is_erased: bool
    row: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The row that does not fit, and why."""

    number: int
    why: str


def next_row(chain: int, number: int, previous: str, change: Change, by: By, at: datetime) -> AuditRow:
    """Return the row that follows the one with this hash."""
    content = written(
        {
            "salt": secrets.token_hex(16),
            "who": by.who,
            "from": by.address,
            "subject": change.subject,
            "before": change.before,
            "after": change.after,
        }
    )
    body = written(
        {
            "chain": chain,
            "number": number,
            "at": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "person": by.person_id,
            "action": change.action,
            "content": digest(content),
            "previous": previous,
        }
    )
    return AuditRow(number, body, content, digest(body))


def entry_of(row: AuditRow) -> Entry:
    """Return a row for people; what was erased is empty."""
    body = json.loads(row.body)
    content: Mapping[str, Any] = json.loads(row.content) if row.content else {}
    return Entry(
        number=row.number,
        at=body["at"],
        who=content.get("who", ""),
        address=content.get("from", ""),
        action=body["action"],
        subject=content.get("subject", ""),
        before=content.get("before"),
        after=content.get("after"),
        hash=row.hash,
        previous=body["previous"],
        is_erased=row.content is None,
        row=row.body,
    )


def faults_of(chain: int, rows: Iterable[AuditRow]) -> Iterator[Fault]:
    """Yield each row of a chain, in its order, that was changed or has lost the one before it."""
    previous, number = START, 0
    for row in rows:
        if row.number != number + 1:
            yield Fault(row.number, f"the rows from {number + 1} to {row.number - 1} are missing")
        if why := _fault_of(row, chain, previous):
            yield Fault(row.number, why)
        previous, number = row.hash, row.number


def _fault_of(row: AuditRow, chain: int, previous: str) -> str:
    if digest(row.body) != row.hash:
        return "its text is not what was written"
    body = json.loads(row.body)
    if (body["chain"], body["number"]) != (chain, row.number):
        return "it was moved here from another place"
    if body["previous"] != previous:
        return "it does not follow the row before it"
    if row.content is not None and digest(row.content) != body["content"]:
        return "what was changed, or who did it, is not what was written"
    return ""


def written(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
