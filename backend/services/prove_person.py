"""Somebody who is signed in proves again who they are, before something that cannot be left to whoever sits there."""

from __future__ import annotations

import math

from backend.accounts.guessing import Guesses
from backend.accounts.rules import rules
from backend.domain.accounts import Person, Session
from backend.services.account_parts import AccountParts
from backend.services.sign_in import MustWait, Wrong, be_right, is_right, tries_left


def prove_person(person: Person, password: str, session: Session, parts: AccountParts) -> MustWait | Wrong | None:
    """Note that the person has proved who they are; return what keeps that from being so. Raise Busy.

    Its tries are counted for this session alone: a stolen browser makes nobody wait elsewhere.
    """
    guesses = Guesses((f"proof:{session.id}",))
    if wait_s := parts.tries.begin(guesses.all, rules().back_off):
        return MustWait(math.ceil(wait_s))
    if not is_right(person, password, guesses, parts):
        return Wrong(tries_left(guesses, parts))
    be_right(guesses, parts)
    parts.sessions.prove(session)
    return None
