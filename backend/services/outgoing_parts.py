"""The parts that use-cases of what goes out need, as one protocol. `backend.app.House` implements it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.domain.ports import Mailer, Poster
from backend.services.account_parts import AccountParts
from backend.services.parts import SiteParts


class OutgoingParts(SiteParts, AccountParts, Protocol):
    """The books of what goes out, who carries it, and where we are found."""

    @property
    def poster(self) -> Poster: ...

    @property
    def mailer(self) -> Mailer | None:
        """Who hands letters in; None where no mail server is set."""

    @property
    def sends_mail(self) -> bool: ...

    @property
    def public_url(self) -> str: ...

    def stop_turns(self, turns: Sequence[str]) -> None:
        """Stop these turns wherever they are being answered."""
