"""Who works on an item: taken for a moment, kept while the page is open, let go; or assigned until it is decided."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backend.domain.accounts import Person
from backend.domain.errors import Locked, NotFound
from backend.domain.items import Item, Lock
from backend.services.review_parts import ReviewParts

LASTS = timedelta(minutes=2)


def lock_item(item: Item, person: Person, parts: ReviewParts) -> Lock:
    """Take an item for a person, or keep it longer; raise Locked where somebody else has it."""
    lock = parts.items.lock(item, person.id, parts.time() + LASTS)
    if lock is None:
        raise NotFound(f"item {item.id}: there is no such item any more")
    if lock.person != person.id:
        raise locked_by(lock, parts)
    return lock


def unlock_item(item: Item, person: Person, parts: ReviewParts) -> None:
    """Let an item go; one that somebody else has stays theirs."""
    parts.items.unlock(item, person.id)


def holder_of(item: Item, parts: ReviewParts) -> Lock | None:
    """Return the lock of an item that has not lapsed."""
    return item.lock if item.lock and item.lock.until > parts.time() else None


def locked_by(lock: Lock, parts: ReviewParts) -> Locked:
    """Return the error that says who has an item, and until when."""
    who, until = name_of(lock.person, parts), written(lock.until)
    return Locked(f"{who} works on it until {until}", extra={"by": who, "until": until})


def name_of(person_id: int | None, parts: ReviewParts) -> str:
    """Return what a person is called; empty for nobody, and for one who is not known any more."""
    person = None if person_id is None else parts.people.person(person_id)
    return person.called if person else ""


def written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
