"""Reads `rules.toml`: how people of the staff sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from backend.domain.accounts import BackOff
from backend.domain.toml import read_toml

TABLE = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True, slots=True)
class PasswordRules:
    least: int
    most: int
    passes: int
    memory_kib: int
    lanes: int
    at_once: int
    waiting: int


@dataclass(frozen=True, slots=True)
class SessionRules:
    idle: timedelta
    whole: timedelta
    long: timedelta
    factor_again: timedelta
    half: timedelta
    proof: timedelta
    seen_every: timedelta


@dataclass(frozen=True, slots=True)
class FactorRules:
    period_s: int
    steps_beside: int
    recovery_codes: int


@dataclass(frozen=True, slots=True)
class Rules:
    password: PasswordRules
    session: SessionRules
    second_factor: FactorRules
    back_off: BackOff
    link_lasts: timedelta
    address_is_known: timedelta
    removal_is_undone: timedelta


@cache
def rules() -> Rules:
    """Return the table of rules; raise SettingsError for one that cannot be read."""
    table = read_toml(TABLE)
    back_off = dict(table["back_off"])
    known_s = back_off.pop("known_address_s")
    return Rules(
        password=PasswordRules(**table["password"]),
        session=SessionRules(
            **{name.removesuffix("_s"): timedelta(seconds=value) for name, value in table["session"].items()}
        ),
        second_factor=FactorRules(**table["second_factor"]),
        back_off=BackOff(**back_off),
        link_lasts=timedelta(seconds=table["link"]["lasts_s"]),
        address_is_known=timedelta(seconds=known_s),
        removal_is_undone=timedelta(seconds=table["removal"]["undone_within_s"]),
    )
