"""Passwords, kept by argon2id. A look at one takes tens of milliseconds: servers do it beside their loop."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from backend.accounts.rules import PasswordRules


class ArgonPasswords:
    """Implements Passwords."""

    def __init__(self, rules: PasswordRules) -> None:
        self._hasher = PasswordHasher(rules.passes, rules.memory_kib, rules.lanes)
        self.nobodys = self._hasher.hash(secrets.token_hex())

    def keep(self, password: str) -> str:
        return self._hasher.hash(_bytes_of(password))

    def fits(self, kept: str, password: str) -> bool:
        """Tell whether this is the password. It never raises: a thread of gevent's would print what was raised."""
        try:
            return self._hasher.verify(kept, _bytes_of(password))
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, kept: str) -> bool:
        return self._hasher.check_needs_rehash(kept)


def _bytes_of(password: str) -> bytes:
    return password.encode(errors="surrogatepass")  # what a form can send is looked at, whatever it is


def fault_of(password: str, email: str, rules: PasswordRules) -> str:
    """Return in one sentence why a password cannot be taken; empty where it can."""
    if len(password) < rules.least:
        return f"Choose a password of at least {rules.least} characters; several words do well."
    if len(password) > rules.most:
        return f"Choose a password of at most {rules.most} characters."
    if password.casefold() in (email.casefold(), email.casefold().partition("@")[0]):
        return "Choose a password that is not your e-mail address."
    if len(set(password)) < 4:
        return "Choose a password with more than three different characters."
    return ""
