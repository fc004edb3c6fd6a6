"""The second factor: six digits that an app reckons from a secret and the time (TOTP), and codes on paper."""

from __future__ import annotations

import secrets
from datetime import datetime

import pyotp
import segno

from backend.accounts.rules import FactorRules
from backend.accounts.tokens import hash_of

ISSUER = "Deskbell"
DIGITS = 6
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another
GROUPS, LETTERS_IN_GROUP = 3, 5  # 74 bits: not to be guessed, also by who has stolen the hashes


def new_secret() -> str:
    return pyotp.random_base32()


def address_for_apps(secret: str, email: str) -> str:
    """Return the address (`otpauth://…`) by which an app takes the secret over."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def picture_for_apps(address: str) -> str:
    """Return the address as a drawing (SVG) for an app's camera; it has neither style nor script."""
    return segno.make(address, error="m").svg_inline(border=2, omitsize=True, light="#ffffff", dark="#000000")


def step_of(secret: str, given: str, now: datetime, rules: FactorRules) -> int | None:
    """Return the time step whose code this is; None where it is the code of none that counts now."""
    code = "".join(given.split())
    if len(code) != DIGITS or not code.isascii() or not code.isdigit():
        return None
    current = int(now.timestamp()) // rules.period_s
    app = pyotp.TOTP(secret, interval=rules.period_s)
    for step in range(current - rules.steps_beside, current + rules.steps_beside + 1):
        if secrets.compare_digest(app.generate_otp(step), code):
            return step
    return None


def new_codes(rules: FactorRules) -> list[str]:
    """Return fresh recovery codes, as people write them down."""
    return [_new_code() for _ in range(rules.recovery_codes)]


def hash_of_code(given: str) -> str:
    """Return the hash of a recovery code, however it was typed."""
    return hash_of("".join(letter for letter in given.lower() if letter in LETTERS))


def _new_code() -> str:
    groups = ("".join(secrets.choice(LETTERS) for _ in range(LETTERS_IN_GROUP)) for _ in range(GROUPS))
    return "-".join(groups)
