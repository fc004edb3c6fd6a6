"""Passwords are looked at beside the loop, two at once, and not by everybody at the same time."""

from __future__ import annotations

import threading
import time

import gevent
import pytest
from gevent.pool import Group

from backend.accounts.passwords import ArgonPasswords
from backend.accounts.rules import rules
from backend.domain.errors import Busy
from backend.http.password_pool import PasswordsOffTheLoop

RULES = rules().password


class SlowPasswords:
    """Takes as long as the test lets it, and counts how many look at once."""

    nobodys = "nobody"

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.inside = self.most = 0
        self._lock = threading.Lock()

    def keep(self, password: str) -> str:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.go_on.wait(10)
        with self._lock:
            self.inside -= 1
        return password[::-1]

    def fits(self, kept: str, password: str) -> bool:
        return kept == self.keep(password)

    def is_outdated(self, kept: str) -> bool:
        return not kept


def test_two_are_looked_at_some_wait_and_the_rest_is_told_to_come_back() -> None:
    slow = SlowPasswords()
    pool = PasswordsOffTheLoop(slow, at_once=2, waiting=3)
    group = Group()
    looks = [group.spawn(pool.fits, "cba", "abc") for _ in range(5)]
    gevent.sleep(0.05)
    with pytest.raises(Busy) as refused:
        pool.keep("abc")
    assert refused.value.retry_after_s
    slow.go_on.set()
    group.join(10)
    assert [look.value for look in looks] == [True] * 5
    assert slow.most == 2
    assert pool.keep("abc") == "cba"  # there is room again


def test_the_loop_goes_on_while_passwords_are_looked_at() -> None:
    passwords = PasswordsOffTheLoop(ArgonPasswords(RULES), at_once=2, waiting=20)
    kept = passwords.keep("long enough")
    assert not passwords.is_outdated(kept)
    assert passwords.nobodys.startswith("$argon2id$")
    group, turns = Group(), 0
    for _ in range(10):
        group.spawn(passwords.fits, kept, "long enough")
    began = time.monotonic()
    while len(group):
        gevent.sleep(0.001)
        turns += 1
    assert turns > 20, f"the loop turned {turns} times in {time.monotonic() - began:.2f} s"


def test_a_wrong_password_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    passwords = PasswordsOffTheLoop(ArgonPasswords(RULES), at_once=2, waiting=20)
    assert not passwords.fits(passwords.nobodys, "wrong")
    assert capfd.readouterr() == ("", "")
