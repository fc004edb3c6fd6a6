"""The books of the people of the staff's door, and how their passwords are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from backend.domain.accounts import ApiToken, BackOff, Link, Person, Purpose, Roles, Session, Where
from backend.domain.audit import AuditRow, By, Change, Entry, Fault


class Passwords(Protocol):
    """Passwords as they are kept (implemented by accounts; off the loop by http)."""

    @property
    def nobodys(self) -> str:
        """The kept form of a password that nobody has: what an unknown address is compared with."""

    def keep(self, password: str) -> str:
        """Return the form of a password in which it is kept; raise Busy where too many wait for this."""

    def fits(self, kept: str, password: str) -> bool:
        """Tell whether this is the password; raise Busy where too many wait for this."""

    def is_outdated(self, kept: str) -> bool:
        """Tell whether the password would be kept in a stronger form today."""


class PersonBook(Protocol):
    """The people (implemented by store); one who was removed is found by id alone."""

    def is_empty(self) -> bool:
        """Tell whether there is no person yet."""

    def people(self) -> Sequence[Person]:
        """Return everybody with the end of their open link, oldest first."""

    def person(self, person_id: int) -> Person | None: ...

    def with_email(self, email: str) -> Person | None: ...

    def password_of(self, person_id: int) -> str:
        """Return the password as it is kept; empty where there is none, or no such person."""

    def add(self, email: str, name: str, roles: Roles) -> Person | None:
        """Make a person, or let one who was removed begin anew; None where there is one with this address."""

    def set_roles(self, person: Person, roles: Roles, *, keeps_an_owner: bool = True) -> bool:
        """Set what a person may; False (and nothing is changed) where nobody would own every site any more."""

    def keep_password(self, person: Person, kept: str) -> None: ...

    def rename(self, person: Person, name: str, *, uses_single_keys: bool) -> None: ...

    def reset(self, person: Person) -> None:
        """Take password, second factor and sessions away; what the person may stays."""

    def remove(self, person: Person, *, keeps_an_owner: bool = True) -> bool:
        """End a person's sessions and tokens; False (and nothing is changed) where nobody would own every site."""

    def restore(self, person: Person) -> bool:
        """Undo a removal; False where there is nothing to undo."""

    def forget_removed_before(self, moment: datetime) -> None:
        """Forget who was removed before this moment: that can no longer be undone."""


class FactorBook(Protocol):
    """Second factors (implemented by store); secrets are encrypted at rest."""

    def begin(self, person: Person, secret: str) -> None:
        """Keep a secret that counts once it is confirmed."""

    def secret(self, person: Person) -> str:
        """Return the secret, confirmed or not; empty where there is none."""

    def confirm(self, person: Person, step: int, codes: Sequence[str]) -> bool:
        """Switch the second factor on, with these recovery codes (as hashes); False where none was begun."""

    def spend_step(self, person: Person, step: int) -> bool:
        """Use the code of a time step; False where it, or a later one, was used before."""

    def spend_code(self, person: Person, code: str) -> bool:
        """Use a recovery code (as its hash) once; False where it is none, or was used before."""

    def renew_codes(self, person: Person, codes: Sequence[str]) -> None: ...

    def codes_left(self, person: Person) -> int: ...

    def end(self, person: Person) -> None: ...


class SessionBook(Protocol):
    """The sessions (implemented by store), each known by the hash of its token."""

    def begin(
        self,
        token_hash: str,
        person: Person,
        where: Where,
        *,
        is_half: bool = False,
        is_long: bool = False,
        began: datetime | None = None,
    ) -> Session:
        """Begin a session; `began` is when the one began that it goes on with."""

    def session(self, token_hash: str) -> Session | None: ...

    def sessions(self, person: Person) -> Sequence[Session]:
        """Return a person's whole sessions, the newest first."""

    def see(self, session: Session) -> None:
        """Note that the session is used now."""

    def prove(self, session: Session) -> None:
        """Note that the person has proved now who they are."""

    def end(self, session: Session) -> None: ...

    def end_all(self, person: Person, *, but: Session | None = None) -> int:
        """End a person's sessions, but for one; return how many."""

    def forget_before(self, began: datetime) -> None:
        """Forget sessions that began before this moment."""


class LinkBook(Protocol):
    """One-time links (implemented by store), each known by the hash of its token."""

    def add(self, token_hash: str, person: Person | None, purpose: Purpose, until: datetime) -> None: ...

    def link(self, token_hash: str) -> Link | None:
        """Return a link that can still be used."""

    def spend(self, token_hash: str, password: str) -> Person | None:
        """Use a link once: its person has this password (as it is kept) from now on, and no session of before.

        None where it was used, is too old or was never made.
        """

    def spend_first(self, token_hash: str, email: str, password: str) -> Person | None:
        """Use a first owner's link once, which makes the owner; None where it is gone or there is a person already."""


class TryBook(Protocol):
    """Tries to guess, counted by key (implemented by store)."""

    def begin(self, keys: Sequence[str], rule: BackOff) -> float:
        """Count a try under each key before it is known to be wrong; return how many seconds it must wait, 0 for none.

        A try that must wait is not counted.
        """

    def failed(self, key: str) -> int:
        """Return how many tries of this key are counted."""

    def take_back(self, keys: Sequence[str]) -> None:
        """Count one try less under each key."""

    def forget(self, keys: Sequence[str]) -> None: ...

    def know(self, person: Person, address: str, until: datetime) -> None:
        """Keep that a person was right at this address (as a hash)."""

    def is_known(self, person_id: int, address: str) -> bool: ...


class ApiTokenBook(Protocol):
    """Tokens of tools (implemented by store), each known by its hash."""

    def add(self, token_hash: str, token: ApiToken) -> ApiToken:
        """Keep a token; return it with its id."""

    def token(self, token_hash: str) -> ApiToken | None:
        """Return a token that counts now."""

    def tokens(self, person: Person | None = None) -> Sequence[ApiToken]:
        """Return the tokens of a person, or of everybody, that count now, the newest first."""

    def see(self, token: ApiToken) -> None:
        """Note that the token is used now."""

    def end(self, token_id: int) -> bool:
        """End a token; False where there is none."""


class AuditBook(Protocol):
    """The record of changes (implemented by store): a chain for each site, and one for the house."""

    def add(self, change: Change, by: By) -> Entry:
        """Write one change behind the last of its chain; two writers never follow the same row."""

    def entries(self, site_id: int | None, after: int | None, most: int) -> Sequence[Entry]:
        """Return entries of a chain, the newest first; `after` is the number of the last one that is known."""

    def chains(self) -> Sequence[int]:
        """Return every chain: 0 is the house's, others are ids of sites."""

    def rows(self, chain: int) -> Iterator[AuditRow]:
        """Yield the rows of a chain as they are stored, the oldest first."""

    def count(self, chain: int) -> int: ...

    def fault_of_end(self, chain: int) -> Fault | None:
        """Return what is wrong with the end of a chain: rows that are missing, or a seal that is not ours."""
