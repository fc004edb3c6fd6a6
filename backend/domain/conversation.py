"""A conversation as it is kept: its turns as their visitor may see them again, and the wish for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeGuard

from backend.domain.knowledge import ANSWERABLE_FROM
from backend.domain.reply import Reply, Source
from backend.domain.turn import TurnStatus

EMBEDDED = "embedded"
"""The model's name where the site's own pages are quoted."""
HandoffState = Literal["open", "answered"]
EXAMPLE = "example-"
"""How the name of a visitor begins who asked an example's questions; no other visitor's does."""
MOST_EXAMPLES = 500
STARS = (1, 2, 3, 4, 5)


def example_visitor(number: int) -> str:
    """Return who asked this question of an example, from 1 on."""
    return f"{EXAMPLE}{number}"


def is_stars(given: object) -> TypeGuard[int]:
    """Tell whether this is what a visitor may give a conversation."""
    return type(given) is int and given in STARS


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn as the visitor may see it again."""

    turn: str
    conversation: str
    question: str
    reply: Reply | None
    status: TurnStatus
    sources: tuple[Source, ...]
    stop_reason: str = ""
    notices: tuple[str, ...] = ()
    is_valid: bool = True
    is_flagged: bool = False
    usage: Mapping[str, object] = field(default_factory=dict)
    error: str = ""
    model: str = ""
    calibrated: float | None = None  # as the visitor was told; None where the reply's own word was

    @property
    def found_nothing(self) -> bool:
        """Tell whether the reply is that the pages hold no answer: who quotes says so, a model's is an answer."""
        is_certain = self.reply is None or self.reply.confidence >= ANSWERABLE_FROM
        return self.status == "done" and self.model == EMBEDDED and not self.sources and not is_certain


@dataclass(frozen=True, slots=True)
class TurnOwner:
    """The owner of a turn, which the door compares before it shows or repeats anything."""

    turn: str
    site_id: int
    visitor: str
    conversation: str
    fingerprint: str
    was_anonymous: bool


@dataclass(frozen=True, slots=True)
class Handoff:
    """A visitor's wish to be answered by a person, at this address; who answered it, and when."""

    conversation: str
    email: str
    note: str
    id: str = field(default="", compare=False)
    state: HandoffState = "open"
    at: datetime | None = field(default=None, compare=False)
    answered_at: datetime | None = field(default=None, compare=False)
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class AnsweredTurn:
    """A turn that is looked back at. `is_doubtful`: the answer itself told the visitor of a doubt, or was unsure.

    One that is not `is_settled` is there for the one before it: its own time comes.
    """

    serial: int
    turn: str
    conversation: str
    question: str
    is_doubtful: bool
    is_settled: bool = True
