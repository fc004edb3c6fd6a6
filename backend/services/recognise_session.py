"""A browser that comes back is recognised by its session, as long as that lasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.accounts.rules import rules
from backend.accounts.tokens import hash_of
from backend.domain.accounts import Person, Session
from backend.services.account_parts import AccountParts


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who is at a browser. `owes_code`: the second factor is asked for, and nothing else is open.

    `is_proven`: a password or a code was given a short while ago, as publishing, people and tokens want it.
    """

    person: Person
    session: Session
    owes_code: bool
    is_proven: bool


def recognise_session(token: str, parts: AccountParts) -> Recognised | None:
    """Return who is at the browser with this token; None where its session has ended."""
    session = parts.sessions.session(hash_of(token))
    if session is None:
        return None
    now = parts.time()
    if has_ended(session, now):
        parts.sessions.end(session)
        return None
    person = parts.people.person(session.person_id)
    if person is None or person.removed_at:
        return None
    if not session.is_half and now - session.seen >= rules().session.seen_every:
        parts.sessions.see(session)
    return Recognised(person, session, owes_code(person, session, now), now - session.proved <= rules().session.proof)


def has_ended(session: Session, now: datetime) -> bool:
    rule = rules().session
    if session.is_half:
        return now - session.began > rule.half
    if session.is_long:
        return now - session.began > rule.long
    return now - session.began > rule.whole or now - session.seen > rule.idle


def owes_code(person: Person, session: Session, now: datetime) -> bool:
    """Tell whether the second factor is to be given: at first, and again in a long session."""
    is_long_ago = session.is_long and now - session.proved > rules().session.factor_again
    return session.is_half or (person.has_factor and is_long_ago)
