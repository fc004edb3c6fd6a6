"""The book of turns, and who is told of their ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from backend.domain.conversation import Handoff, StoredTurn, TurnOwner
from backend.domain.site import Site
from backend.domain.turn import Opening, Outcome, PastTurn


class TurnBook(Protocol):
    """What happened (implemented by store). Visitors' and models' words are encrypted at rest."""

    def begin(self, opening: Opening) -> None:
        """Keep the question before its first event goes out; makes the visitor and the conversation if new.

        A question that is sent again (`is_repeated`) takes the place of its own interrupted answer; raises
        TurnConflict for a turn that is there and was not interrupted.
        """

    def end(self, turn: str, outcome: Outcome) -> None:
        """Keep what the turn came to; raise Busy where that cannot be kept now."""

    def owner(self, turn: str) -> TurnOwner | None: ...

    def turn(self, site: Site, turn: str) -> StoredTurn | None: ...

    def history(self, site: Site, conversation: str, most: int) -> Sequence[PastTurn]:
        """Return the last finished turns, oldest first."""

    def conversation_owner(self, conversation: str) -> tuple[int, str] | None:
        """Return (site id, visitor) of a conversation, or None where there is none."""

    def conversation(self, site: Site, conversation: str) -> Sequence[StoredTurn]:
        """Return every turn, oldest first."""

    def erase_conversation(self, site: Site, conversation: str) -> Sequence[str]:
        """Erase it with all that hangs on it; return the ids of its turns."""

    def rate(self, site: Site, turn: str, rating: str, comment: str) -> None: ...

    def hand_over(self, site: Site, conversation: str, email: str, note: str) -> str:
        """Keep a visitor's wish for a person, sealed; return its id."""

    def handoffs(self, site: Site) -> Sequence[Handoff]:
        """Return every wish for a person at this site, the oldest first."""

    def end_interrupted(self, turns: Sequence[str]) -> None:
        """Mark turns that a dead process left behind."""

    def never_found(self, site: Site) -> Mapping[str, int]:
        """Return the documents that no question has found, by key, each with the number of questions since it came."""


class TurnObserver(Protocol):
    """Who counts and writes down what happened, never the visitor's words (implemented by telemetry)."""

    def turn_ended(self, opening: Opening, outcome: Outcome) -> None: ...
