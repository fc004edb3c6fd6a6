"""What a decision about an item may cause: the form of each effect, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from backend.domain.audit import By
from backend.domain.items import Decision, DecisionKind, Effect, Item
from backend.domain.site import Site
from backend.services.review_parts import ReviewParts

NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Cause:
    """A decision that has just been made, as effects see it. `items` are its own and those that it took along."""

    site: Site
    decision: Decision
    items: Sequence[Item]
    by: By


@dataclass(frozen=True, slots=True)
class Caused:
    """One thing that was done: what it is known by, and what must be known to take it back."""

    ref: str
    before: Mapping[str, object] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class EffectRule:
    """A kind of effect: the decisions that cause it, how it is done, and how it is taken back.

    `do` returns what it did, one row each; `undo` gets such a row. Both may be met twice after a crash, and must not
    mind. `leave` gets one, too, where a single item that was decided along with others is open again: it takes back
    what was done for that item, the only one of the cause, and tells whether nothing is left of the row.
    """

    kind: str
    of: frozenset[DecisionKind]
    do: Callable[[Cause, ReviewParts], Sequence[Caused]]
    undo: Callable[[Cause, Effect, ReviewParts], None]
    leave: Callable[[Cause, Effect, ReviewParts], bool] = lambda _cause, _effect, _parts: False
