"""The book of what happens in conversations besides turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from backend.domain.live import Joined, LiveEvent, Presence, Talk
from backend.domain.site import Site


class LiveBook(Protocol):
    """People in conversations (implemented by store). What they write is encrypted at rest."""

    def join(
        self, site: Site, conversation: str, person: int, name: str, *, takes_over: bool = False
    ) -> Joined | Presence:
        """Let a person in; whoever is in it already gets the same number again.

        Return the presence of another person who is in it, unless it is to be taken over from them. Raise NotFound for
        a conversation that is not there. A question that is being kept at this moment is waited for.
        """

    def say(self, site: Site, conversation: str, person: int, message: str, text: str) -> LiveEvent:
        """Keep what a person writes, once for each message id; raise NotJoined unless they are in it."""

    def write_later(self, site: Site, conversation: str, name: str, message: str, text: str) -> LiveEvent:
        """Keep what somebody writes who is not in it: an answer that also goes by mail."""

    def correct(self, site: Site, conversation: str, turn: str, name: str, text: str) -> LiveEvent:
        """Keep that the team corrected the reply of a turn; an empty text says that the correction stands no more."""

    def leave(self, site: Site, conversation: str, person: int | None = None) -> bool:
        """Let a person leave (or whoever is in it); False where they were not in it."""

    def type(self, site: Site, conversation: str, person: int | None = None) -> None:
        """Note that the person who is in it is typing just now, or without one the visitor."""

    def see_visitor(self, site: Site, conversation: str) -> None:
        """Note that the visitor is there."""

    def presence(self, site: Site, conversation: str) -> Presence | None: ...

    def events(self, site: Site, conversation: str, after: int = 0) -> Sequence[LiveEvent]: ...

    def idle(self, before: datetime) -> Sequence[tuple[int, str]]:
        """Return (site id, conversation) where a person has done nothing since then."""

    def last_questions(self, site: Site, conversations: Sequence[str]) -> Mapping[str, str]:
        """Return the last question of each of these conversations."""

    def talks(self, site: Site, here_since: datetime, most: int) -> Sequence[Talk]:
        """Return conversations with a person in them, or whose visitor was there since then, the latest first."""
