"""A person signs out: here, elsewhere, or everywhere. A copied cookie opens nothing afterwards."""

from __future__ import annotations

from backend.domain.accounts import Person, Session
from backend.services.account_parts import AccountParts


def sign_out(session: Session, parts: AccountParts) -> None:
    """End the session of this browser."""
    parts.sessions.end(session)


def sign_out_elsewhere(person: Person, session_id: int, parts: AccountParts) -> bool:
    """End one of a person's sessions; False where the person has none with this id."""
    for session in parts.sessions.sessions(person):
        if session.id == session_id:
            parts.sessions.end(session)
            return True
    return False


def sign_out_everywhere(person: Person, parts: AccountParts, *, mine: Session | None = None) -> int:
    """End all of a person's sessions, but for one; return how many."""
    return parts.sessions.end_all(person, but=mine)
