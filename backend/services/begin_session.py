"""A browser is signed in, under a token that nobody had before."""

from __future__ import annotations

from dataclasses import dataclass

from backend.accounts.rules import rules
from backend.accounts.tokens import hash_of, new_token
from backend.domain.accounts import Person, Session, Where
from backend.domain.audit import By, Change
from backend.services.account_parts import AccountParts
from backend.services.record_change import record_change


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser's new session; the token is for its cookie alone. A half session owes the code of the second factor."""

    person: Person
    session: Session
    token: str


def begin_session(
    person: Person,
    where: Where,
    parts: AccountParts,
    *,
    former: Session | None = None,
    is_long: bool = False,
    is_proven: bool = False,
) -> SignedIn:
    """Begin a session in place of a former one; a half one, unless the second factor is proven or there is none."""
    is_half = person.has_factor and not is_proven
    token = new_token()
    began = former.began if former and former.is_long and is_proven else None
    session = parts.sessions.begin(hash_of(token), person, where, is_half=is_half, is_long=is_long, began=began)
    if former is not None:
        parts.sessions.end(former)
    if not is_half:
        parts.sessions.forget_before(parts.time() - rules().session.long)
        parts.tries.know(person, hash_of(where.address), parts.time() + rules().address_is_known)
    return SignedIn(person, session, token)


def record_sign_in(signed_in: SignedIn, how: str, parts: AccountParts) -> None:
    """Record that a person came in, once the session is whole."""
    if not signed_in.session.is_half:
        person, address = signed_in.person, signed_in.session.where.address
        by = By(person.email, person.id, address)
        record_change(Change("sign_in.done", person.email, None, {"by": how}), by, parts)
