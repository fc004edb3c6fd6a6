"""The keys under which tries to guess are counted.

Rules:
1. A wrong password counts for the account and for the address. Neither ever locks for good: the wait has an end.
2. Where a person was right before, tries for that person count for this pair alone: whoever guesses from elsewhere, or
   from behind the same proxy at other accounts, makes nobody wait who has been here.
3. The second factor and recovery codes are counted each for itself: one that waits leaves the other open.
"""

from __future__ import annotations

from dataclasses import dataclass

from backend.accounts.tokens import hash_of


@dataclass(frozen=True, slots=True)
class Guesses:
    """`own` are forgotten by a right password; of `shared` one try is taken back."""

    own: tuple[str, ...]
    shared: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.own, *self.shared)


def of_password(email: str, address: str, *, is_known: bool) -> Guesses:
    account = hash_of(email)
    if is_known:
        return Guesses((f"known:{account}:{hash_of(address)}",))
    return Guesses((f"account:{account}",), (f"address:{hash_of(address)}",))


def of_code(person_id: int) -> Guesses:
    return Guesses((f"code:{person_id}",))


def of_recovery_code(person_id: int) -> Guesses:
    return Guesses((f"recovery:{person_id}",))
