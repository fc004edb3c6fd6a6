"""What waits for staff: one *item* a turn, with every *reason* why it is there, and what was decided about it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeGuard, get_args

from backend.domain.flags import FlagReason

OwnReason = Literal[
    "thumbs_down",
    "comment",
    "handoff",
    "asked_again",
    "left_in_doubt",
    "disagreement",
    "truncated",
    "degraded",
    "replaced",
    "sample",
]
Reason = FlagReason | OwnReason
ItemState = Literal["open", "done"]
QueueState = Literal["open", "mine", "done"]
Suggestion = Literal["answer", "page", "persona"]
DecisionKind = Literal["right", "corrected", "retracted", "missing", "not_a_question", "abuse"]

REASONS: tuple[Reason, ...] = (*get_args(FlagReason), *get_args(OwnReason))
DECISIONS: tuple[DecisionKind, ...] = get_args(DecisionKind)
SUGGESTIONS: tuple[Suggestion, ...] = get_args(Suggestion)
QUEUE_STATES: tuple[QueueState, ...] = get_args(QueueState)
DRAWN_FROM = 2**64
AFTERWARDS: frozenset[Reason] = frozenset(
    {"thumbs_down", "comment", "handoff", "asked_again", "left_in_doubt", "disagreement"}
)
"""Reasons that come of how an answer turned out, not of how it looked: they say nothing of answers that look alike."""


def is_reason(name: object) -> TypeGuard[Reason]:
    return name in REASONS


def is_decision(name: object) -> TypeGuard[DecisionKind]:
    return name in DECISIONS


def is_suggestion(name: object) -> TypeGuard[Suggestion]:
    return name in SUGGESTIONS


def is_queue_state(name: object) -> TypeGuard[QueueState]:
    return name in QUEUE_STATES


@dataclass(frozen=True, slots=True)
class Drawn:
    """Whether a turn was drawn by lot, and which share of all turns is."""

    share: float
    is_in: bool

    @classmethod
    def of(cls, turn: str, share: float) -> Drawn:
        """Draw a turn by the hash of its id: whoever draws again draws the same."""
        place = int.from_bytes(hashlib.sha256(f"sample {turn}".encode()).digest()[:8])
        return cls(share, place < share * DRAWN_FROM)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of an ended turn concerns staff: the reasons to look at it, its subject, and whether it was drawn."""

    reasons: tuple[Reason, ...]
    subject: str
    drawn: Drawn


@dataclass(frozen=True, slots=True)
class Weight:
    """What ranks an item: how likely the answer is right (`calibrated`), and what is at stake.

    `propensity` is how likely a turn like this one comes before staff at all: a decision stands for 1 / propensity
    turns.
    """

    calibrated: float
    stake: float
    propensity: float


@dataclass(frozen=True, slots=True)
class Lock:
    """Who works on an item, until when; `number` counts how often it has been taken."""

    person: int
    until: datetime
    number: int


@dataclass(frozen=True, slots=True)
class Item:
    """A turn before staff. `page` is the document that was found first, empty where none was; `asked` counts the items
    of its `group` within the last weeks; `decision` is what stands now, None as long as it is open."""

    id: int
    site_id: int
    turn: str
    state: ItemState
    rank: int
    weight: Weight
    subject: str
    page: str
    group: int
    asked: int
    reasons: tuple[Reason, ...]
    created_at: datetime
    assigned: int | None
    lock: Lock | None
    decision: int | None


@dataclass(frozen=True, slots=True)
class Queued:
    """An item with its question, as a list shows it. `alike` counts the open items of its group, itself too."""

    item: Item
    question: str
    alike: int
    decided: DecisionKind | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items of a site are asked for: `person` names whose for `mine`; `leads` shows one of a group."""

    state: QueueState = "open"
    reason: Reason | None = None
    person: int | None = None
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items wait: all, the groups that they fall into, and those of one person; no more than is counted.

    `ungrouped` is 1 where an item has no group yet; `views` and `mentions` are the person's own.
    """

    open: int
    groups: int
    mine: int
    ungrouped: int = 1
    views: int = 0
    mentions: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decides about an item: `reply` is the corrected text, `note` is for colleagues.

    `suggest` is what a correction puts into the draft besides, None for nothing; an effect keeps what became of it.
    """

    kind: DecisionKind
    reply: str = ""
    note: str = ""
    suggest: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as it is kept. `along_with` is the decision about another item that took this one along."""

    id: int
    item: int
    decided: Decided
    person: int | None
    who: str
    along_with: int | None
    at: datetime
    undone_at: datetime | None
    undone_by: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A note about an item that names a person, who has not seen it yet."""

    item: int
    who: str
    note: str


@dataclass(frozen=True, slots=True)
class QueueView:
    """What a person looks for in the queue again and again; `query` is that of the page's address."""

    id: int
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What somebody decided, and what somebody thought of it who did not see that; who, and why it was before staff."""

    first: DecisionKind
    second: DecisionKind
    by: int | None
    again_by: int
    reasons: tuple[Reason, ...]

    @property
    def is_repeat(self) -> bool:
        """Tell whether it was the same person."""
        return self.by == self.again_by


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a decision caused, with what must be known to take it back."""

    id: int
    decision: int
    kind: str
    ref: str
    before: Mapping[str, object]
    done_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Something that happened to an item, with what it caused."""

    decision: Decision
    effects: Sequence[Effect]
