"""A person signs in with an address and a password.

Rules:
1. An address that nobody has costs as much time, and as many writes, as one that somebody has.
2. A try is counted before the password is looked at, so that many at once are no way around the wait. One that waits is
   neither looked at nor counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from backend.accounts.guessing import Guesses, of_password
from backend.accounts.rules import rules
from backend.accounts.tokens import hash_of
from backend.domain.accounts import Person, Session, Where
from backend.domain.audit import NOBODY, By, Change
from backend.domain.email import address_of_person
from backend.domain.errors import Busy
from backend.services.account_parts import AccountParts
from backend.services.begin_session import SignedIn, begin_session, record_sign_in
from backend.services.record_change import record_change

NO_ONE = 0  # the id of nobody


@dataclass(frozen=True, slots=True)
class Wrong:
    """Address and password, or the code, do not fit; `left` tries are free before the first wait."""

    left: int


@dataclass(frozen=True, slots=True)
class MustWait:
    """There were too many wrong tries: the next one counts after so many seconds."""

    wait_s: int


def sign_in(
    given: str,
    password: str,
    where: Where,
    parts: AccountParts,
    *,
    former: Session | None = None,
    is_long: bool = False,
) -> SignedIn | Wrong | MustWait:
    """Sign a browser in, in place of its former session; raise Busy where too many passwords wait to be looked at."""
    email = address_of_person(given) or ""
    person = parts.people.with_email(email)
    is_known = parts.tries.is_known(person.id if person else NO_ONE, hash_of(where.address))
    guesses = of_password(email, where.address, is_known=is_known)
    if wait_s := parts.tries.begin(guesses.all, rules().back_off):
        return MustWait(math.ceil(wait_s))
    if not is_right(person, password, guesses, parts):
        return _wrong(email, where, guesses, parts)
    assert person is not None  # noqa: S101 - nobody has no password that fits
    be_right(guesses, parts)
    signed_in = begin_session(person, where, parts, former=former, is_long=is_long)
    record_sign_in(signed_in, "password", parts)
    return signed_in


def is_right(person: Person | None, password: str, guesses: Guesses, parts: AccountParts) -> bool:
    """Tell whether this is the person's password; keep it in today's form where its own is older."""
    kept = parts.people.password_of(person.id if person else NO_ONE)
    given = password if len(password) <= rules().password.most else ""
    try:
        fits = parts.passwords.fits(kept or parts.passwords.nobodys, given) and bool(kept)
        if fits and person and parts.passwords.is_outdated(kept):
            parts.people.keep_password(person, parts.passwords.keep(password))
    except Busy:
        parts.tries.take_back(guesses.all)
        raise
    return fits


def be_right(guesses: Guesses, parts: AccountParts) -> None:
    """Forget the wrong tries of whoever was right. Others behind the same address are none the wiser."""
    parts.tries.forget(guesses.own)
    parts.tries.take_back(guesses.shared)


def tries_left(guesses: Guesses, parts: AccountParts) -> int:
    free = rules().back_off.free
    return max(0, free - max(parts.tries.failed(key) for key in guesses.all))


def _wrong(email: str, where: Where, guesses: Guesses, parts: AccountParts) -> Wrong:
    failed = parts.tries.failed(guesses.own[0])
    if failed % rules().back_off.free == 0:
        change = Change("sign_in.failed", email, None, {"wrong_passwords": failed})
        record_change(change, By(NOBODY, None, where.address), parts)
    return Wrong(tries_left(guesses, parts))
