"""The parts that use-cases of accounts need, as one protocol. `backend.app.House` implements it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from backend.domain.ports import (
    ApiTokenBook,
    AuditBook,
    FactorBook,
    LinkBook,
    Passwords,
    PersonBook,
    SessionBook,
    SiteBook,
    TryBook,
)


class AccountParts(Protocol):
    """The books of people and what they did, how passwords are kept, and the time."""

    @property
    def sites(self) -> SiteBook: ...

    @property
    def people(self) -> PersonBook: ...

    @property
    def factors(self) -> FactorBook: ...

    @property
    def sessions(self) -> SessionBook: ...

    @property
    def links(self) -> LinkBook: ...

    @property
    def tries(self) -> TryBook: ...

    @property
    def api_tokens(self) -> ApiTokenBook: ...

    @property
    def audit(self) -> AuditBook: ...

    @property
    def passwords(self) -> Passwords: ...

    def time(self) -> datetime:
        """Return what time it is, in UTC."""
