"""Passwords are looked at beside the event loop, in a pool of their own.

Each look takes 19 MiB and tens of milliseconds. In gevent's own pool twenty at once would take the memory of twenty,
and every other work that waits for that pool would wait for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gevent.threadpool import ThreadPool

from backend.domain.errors import Busy
from backend.domain.ports import Passwords

Result = TypeVar("Result")
COME_BACK_S = 5


class PasswordsOffTheLoop:
    """Implements Passwords over another one, some at once, and some that wait; the rest is told to come back."""

    def __init__(self, passwords: Passwords, at_once: int, waiting: int) -> None:
        self._passwords = passwords
        self._pool = ThreadPool(at_once)
        self._most = at_once + waiting
        self._inside = 0

    @property
    def nobodys(self) -> str:
        return self._passwords.nobodys

    def keep(self, password: str) -> str:
        return self._beside(self._passwords.keep, password)

    def fits(self, kept: str, password: str) -> bool:
        return self._beside(self._passwords.fits, kept, password)

    def is_outdated(self, kept: str) -> bool:
        return self._passwords.is_outdated(kept)

    def _beside(self, look: Callable[..., Result], *given: str) -> Result:
        if self._inside >= self._most:
            raise Busy("too many people sign in at this moment", retry_after_s=COME_BACK_S)
        self._inside += 1
        try:
            result: Result = self._pool.apply(look, given)
            return result
        finally:
            self._inside -= 1
