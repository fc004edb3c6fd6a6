"""The conversations of visitors, and the wish for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.domain.conversation import Handoff, StoredTurn
from backend.domain.site import Site


class Conversations(Protocol):
    """Visitors' conversations (implemented by store)."""

    def conversation_owner(self, conversation: str) -> tuple[int, str] | None:
        """Return (site id, visitor) of a conversation, or None where there is none."""

    def conversation(self, site: Site, conversation: str) -> Sequence[StoredTurn]:
        """Return every turn, oldest first."""

    def erase_conversation(self, site: Site, conversation: str) -> Sequence[str]:
        """Erase it with all that hangs on it; return the ids of its turns."""

    def hand_over(self, site: Site, conversation: str, email: str, note: str) -> str:
        """Keep a visitor's wish for a person, sealed; return its id."""

    def handoffs(self, site: Site) -> Sequence[Handoff]:
        """Return every wish for a person at this site, the oldest first."""
