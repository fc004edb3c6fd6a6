"""The parts that use-cases of what goes out need, as one protocol. `backend.app.House` implements it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.domain.ports import Inbox, Mailer, Poster
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

    @property
    def inbox(self) -> Inbox | None:
        """Where visitors answer our letters; None where none is configured."""

    def reply_address(self, conversation: str) -> str:
        """Return the address at which a visitor of this conversation reaches it; empty where no inbox is configured."""

    def conversations_of(self, addresses: Sequence[str]) -> Sequence[str]:
        """Return the conversations that these addresses are for, each once."""

    def stop_turns(self, turns: Sequence[str]) -> None:
        """Stop these turns wherever they are being answered."""
