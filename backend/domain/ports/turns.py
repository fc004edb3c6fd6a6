"""The book of turns, and who is told of their ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from backend.domain.conversation import StoredTurn, TurnOwner
from backend.domain.ports.conversations import Conversations
from backend.domain.ports.feedback import Feedback
from backend.domain.site import Site
from backend.domain.timeline import Moment, Recorded
from backend.domain.trace import AnsweredBy, AskedTurn, Trace
from backend.domain.turn import Opening, Outcome, PastTurn


class TurnKeeper(Protocol):
    """All that a turn itself needs of its book."""

    def begin(self, opening: Opening) -> bool:
        """Keep the question before its first event goes out; makes the visitor and the conversation if new.

        Return whether a person of the staff is in the conversation: then that person answers, and no model is asked.

        A question that is sent again (`is_repeated`) takes the place of its own interrupted answer; raises
        TurnConflict for a turn that is there and was not interrupted.
        """

    def end(self, turn: str, outcome: Outcome) -> None:
        """Keep what the turn came to; raise Busy where that cannot be kept now."""

    def history(self, site: Site, conversation: str, most: int) -> Sequence[PastTurn]:
        """Return the last finished turns, oldest first."""


class Turns(TurnKeeper, Protocol):
    """Turns from their question to their end (implemented by store)."""

    def owner(self, turn: str) -> TurnOwner | None: ...

    def turn(self, site: Site, turn: str) -> StoredTurn | None: ...

    def end_interrupted(self, turns: Sequence[str]) -> None:
        """Mark turns that a dead process left behind."""

    def never_found(self, site: Site) -> Mapping[str, int]:
        """Return the documents that no question has found, by key, each with the number of questions since it came."""


class TurnBook(Turns, Conversations, Feedback, Protocol):
    """The book of turns (implemented by store). Visitors' and models' words are encrypted at rest."""


class EvidenceBook(Protocol):
    """What a turn rested on and what its visitor saw (implemented by store), for staff."""

    def keep(self, turn: str, recorded: Recorded) -> None:
        """Keep what was shown of a turn that has ended, and the passages that it was given."""

    def moments(self, site_id: int, turn: str) -> Sequence[Moment]:
        """Return what the visitor of a turn was sent, in its order; nothing where it was not recorded."""

    def keep_system(self, turn: str, texts: Sequence[str]) -> None:
        """Keep what a model was told before the question of a turn."""

    def system(self, site_id: int, turn: str) -> Sequence[str]:
        """Return what a model was told before the question of a turn; nothing where it was not kept."""


class TraceBook(Protocol):
    """What made each answer (implemented by store), for staff."""

    def latest(self, site_id: int, most: int) -> Sequence[Trace]:
        """Return the last turns of a site or of a draft's shelf, the newest first."""

    def after(self, site_id: int, serial: int, most: int, visitor: str | None) -> Sequence[tuple[int, Trace]]:
        """Return the turns behind a place, the oldest first, each with its own; those of one visitor alone."""

    def trace(self, site_id: int, turn: str) -> Trace | None: ...

    def answered_by(self, turn: str) -> AnsweredBy | None:
        """Return who answered a turn, where it is there at all: a small part of its trace, for a small part's cost."""

    def last_asked(self, site_id: int, most: int) -> Sequence[AskedTurn]:
        """Return the last questions of a site, the newest first; whether they are disliked is not looked up."""

    def bad_turns(self, site_id: int, most: int) -> Sequence[AskedTurn]:
        """Return the last questions that nothing answered well, or whose answer was disliked, the newest first."""


class TurnObserver(Protocol):
    """Counts and logs the ends of turns, never a visitor's words (implemented by telemetry)."""

    def turn_ended(self, opening: Opening, outcome: Outcome) -> None: ...
