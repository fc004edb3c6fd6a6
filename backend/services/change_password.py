"""A person who is signed in chooses another password; other browsers are signed out."""

from __future__ import annotations

from backend.accounts.passwords import fault_of
from backend.accounts.rules import rules
from backend.domain.accounts import Person, Session, Where
from backend.domain.audit import By, Change
from backend.services.account_parts import AccountParts
from backend.services.begin_session import SignedIn, begin_session
from backend.services.prove_person import prove_person
from backend.services.record_change import record_change
from backend.services.sign_in import MustWait, Wrong
from backend.services.sign_in_by_link import Refused


def change_password(
    person: Person, password: str, new: str, session: Session, where: Where, parts: AccountParts
) -> SignedIn | Wrong | MustWait | Refused:
    """Keep the new password where the old one is right; the browser goes on under a new token. Raise Busy."""
    if why := fault_of(new, person.email, rules().password):
        return Refused("new", why)
    if unproven := prove_person(person, password, session, parts):
        return unproven
    parts.people.keep_password(person, parts.passwords.keep(new))
    parts.sessions.end_all(person, but=session)
    record_change(Change("person.password", person.email), By(person.email, person.id, where.address), parts)
    return begin_session(person, where, parts, former=session, is_long=session.is_long, is_proven=True)
