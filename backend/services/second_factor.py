"""The second factor: switched on with an app, confirmed by its code, asked for at each sign-in.

Rules:
1. A code counts once: of many at once one wins, and none that is older than one that was used.
2. Recovery codes are shown once, when they are made; each counts once.
3. Codes of the app and recovery codes wait each for itself, so that guessing at one leaves the other open.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from backend.accounts import second_factor as factor
from backend.accounts.guessing import Guesses, of_code, of_recovery_code
from backend.accounts.rules import rules
from backend.domain.accounts import Person, Session, Where
from backend.domain.audit import By, Change
from backend.services.account_parts import AccountParts
from backend.services.begin_session import SignedIn, begin_session, record_sign_in
from backend.services.record_change import record_change
from backend.services.sign_in import MustWait, Wrong, be_right, tries_left


@dataclass(frozen=True, slots=True)
class Begun:
    """A secret for an app: to be typed, as an address, and as a drawing of it."""

    secret: str
    address: str
    picture: str


@dataclass(frozen=True, slots=True)
class SwitchedOn:
    """The recovery codes, shown this once."""

    codes: tuple[str, ...]


def begin_factor(person: Person, parts: AccountParts) -> Begun:
    """Return the secret that waits to be confirmed; make one where there is none."""
    secret = "" if person.has_factor else parts.factors.secret(person)
    if not secret:
        secret = factor.new_secret()
        parts.factors.begin(person, secret)
    address = factor.address_for_apps(secret, person.email)
    return Begun(secret, address, factor.picture_for_apps(address))


def confirm_factor(
    person: Person, code: str, by: By, parts: AccountParts, *, mine: Session | None = None
) -> SwitchedOn | Wrong | MustWait:
    """Switch the second factor on, and end every session but this one, where the code is the app's."""
    guesses = of_code(person.id)
    if wait := _wait(guesses, parts):
        return wait
    step = factor.step_of(parts.factors.secret(person), code, parts.time(), rules().second_factor)
    codes = factor.new_codes(rules().second_factor)
    if step is None or not parts.factors.confirm(person, step, [factor.hash_of_code(each) for each in codes]):
        return Wrong(tries_left(guesses, parts))
    be_right(guesses, parts)
    parts.sessions.end_all(person, but=mine)
    record_change(Change("second_factor.on", person.email), by, parts)
    return SwitchedOn(tuple(codes))


def give_code(
    person: Person, code: str, session: Session, where: Where, parts: AccountParts
) -> SignedIn | Wrong | MustWait:
    """Make a half session whole, under a new token, by the code of the app."""
    guesses = of_code(person.id)
    if wait := _wait(guesses, parts):
        return wait
    if not is_code_right(person, code, parts):
        return Wrong(tries_left(guesses, parts))
    return _whole(person, session, where, guesses, "app", parts)


def give_recovery_code(
    person: Person, code: str, session: Session, where: Where, parts: AccountParts
) -> SignedIn | Wrong | MustWait:
    """Make a half session whole, under a new token, by a recovery code."""
    guesses = of_recovery_code(person.id)
    if wait := _wait(guesses, parts):
        return wait
    if not parts.factors.spend_code(person, factor.hash_of_code(code)):
        return Wrong(tries_left(guesses, parts))
    return _whole(person, session, where, guesses, "recovery code", parts)


def is_code_right(person: Person, code: str, parts: AccountParts) -> bool:
    """Tell whether this is a code of the app that was not used yet, and use it up."""
    step = factor.step_of(parts.factors.secret(person), code, parts.time(), rules().second_factor)
    return step is not None and parts.factors.spend_step(person, step)


def renew_codes(person: Person, by: By, parts: AccountParts) -> SwitchedOn:
    """Return new recovery codes; those of before do not count any more."""
    codes = factor.new_codes(rules().second_factor)
    parts.factors.renew_codes(person, [factor.hash_of_code(each) for each in codes])
    record_change(Change("second_factor.codes", person.email), by, parts)
    return SwitchedOn(tuple(codes))


def end_factor(person: Person, by: By, parts: AccountParts, *, mine: Session | None = None) -> None:
    """Switch the second factor off, and end every session but this one."""
    parts.factors.end(person)
    parts.sessions.end_all(person, but=mine)
    record_change(Change("second_factor.off", person.email), by, parts)


def _wait(guesses: Guesses, parts: AccountParts) -> MustWait | None:
    wait_s = parts.tries.begin(guesses.all, rules().back_off)
    return MustWait(math.ceil(wait_s)) if wait_s else None


def _whole(person: Person, session: Session, where: Where, guesses: Guesses, how: str, parts: AccountParts) -> SignedIn:
    be_right(guesses, parts)
    signed_in = begin_session(person, where, parts, former=session, is_long=session.is_long, is_proven=True)
    record_sign_in(signed_in, how, parts)
    return signed_in
