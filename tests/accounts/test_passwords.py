"""Passwords are kept by argon2id, and those that are no good are refused in a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.accounts.passwords import ArgonPasswords, fault_of
from backend.accounts.rules import rules

RULES = rules().password


def test_a_password_fits_what_was_kept_of_it_and_no_other() -> None:
    passwords = ArgonPasswords(RULES)
    kept = passwords.keep("long enough, Größe 42")
    assert kept.startswith("$argon2id$")
    assert passwords.keep("long enough, Größe 42") != kept
    assert passwords.fits(kept, "long enough, Größe 42")
    for wrong in ("long enough, Größe 43", "", "\x00", "\ud800"):
        assert not passwords.fits(kept, wrong)
    assert not passwords.fits("", "anything")
    assert not passwords.fits(passwords.nobodys, "")


def test_one_that_was_kept_by_weaker_rules_is_known_as_such() -> None:
    weak = ArgonPasswords(replace(RULES, passes=1)).keep("long enough")
    strong = ArgonPasswords(RULES)
    assert strong.fits(weak, "long enough")
    assert strong.is_outdated(weak)
    assert not strong.is_outdated(strong.keep("long enough"))


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "at least 10"),
        ("", "at least 10"),
        ("x" * 1025, "at most 1024"),
        ("MK.owner@shop.example", "not your e-mail"),
        ("aaaaaaaaaaaaaaaaaaa", "more than three different"),
        ("long enough", ""),
        ("パスワードは長いほうがいい", ""),
    ],
)
def test_a_password_that_is_no_good_is_refused_in_a_sentence(password: str, said: str) -> None:
    fault = fault_of(password, "mk.owner@shop.example", RULES)
    assert said in fault
    assert bool(fault) == bool(said)
