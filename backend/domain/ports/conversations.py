"""The conversations of visitors, and the wish for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from backend.domain.conversation import Handoff, HandoffState, StoredTurn
from backend.domain.site import Site


class Conversations(Protocol):
    """Visitors' conversations (implemented by store)."""

    def conversation_owner(self, conversation: str) -> tuple[int, str] | None:
        """Return (site id, visitor) of a conversation, or None where there is none."""

    def conversation(self, site: Site, conversation: str) -> Sequence[StoredTurn]:
        """Return every turn, oldest first."""

    def example_conversations(self, site: Site) -> Sequence[str]:
        """Return the conversations in which an example's questions were asked."""

    def erase_conversation(self, site: Site, conversation: str) -> Sequence[str]:
        """Erase it with all that hangs on it; return the ids of its turns."""

    def give_stars(self, site: Site, conversation: str, stars: int) -> None:
        """Keep how many stars of five its visitor gives it, the last ones; raise NotFound where it is gone."""

    def stars_of(self, site_id: int, conversations: Sequence[str]) -> Mapping[str, int]:
        """Return the stars of those of these conversations that were given any."""

    def hand_over(self, site: Site, conversation: str, email: str, note: str) -> str:
        """Keep a visitor's wish for a person, sealed; return its id."""

    def handoffs(
        self,
        site: Site,
        state: HandoffState | None = None,
        conversation: str | None = None,
        after: str | None = None,
        most: int | None = None,
    ) -> Sequence[Handoff]:
        """Return the wishes for a person at this site, the oldest first: of this state and conversation alone."""

    def handoffs_since(self, site: Site, answered_since: datetime) -> Sequence[Handoff]:
        """Return the wishes that wait, the oldest first, and those that were answered since then."""

    def site_of_handoff(self, handoff: str) -> int | None:
        """Return the id of the site of a wish for a person; None where there is none."""

    def settle_handoff(self, site: Site, handoff: str, state: HandoffState, by: str) -> Handoff | None:
        """Keep whether a wish was answered, when and by whom; None where there is none."""

    def answer_times(self, site: Site, since: datetime) -> Sequence[float]:
        """Return how many seconds visitors waited for a person, of the wishes that came since then."""
