"""The book of what waits for staff, and of what they decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from backend.domain.calibration import Curve, DecidedReply
from backend.domain.conversation import AnsweredTurn
from backend.domain.items import (
    Counts,
    Decided,
    Decision,
    DecisionKind,
    Effect,
    HistoryLine,
    Item,
    Lock,
    Mention,
    Queued,
    QueueView,
    SecondLook,
    Waiting,
    Wanted,
)
from backend.domain.site import Site


class ItemBook(Protocol):
    """Items, their locks and decisions (implemented by store); what people wrote is encrypted at rest."""

    def queue(self, site: Site, wanted: Wanted, after: str | None, most: int) -> tuple[Sequence[Queued], str | None]:
        """Return items, most expected harm first (done ones: last decided first), and the cursor where there are more.

        Raise InvalidRequest for a cursor that is none of ours.
        """

    def item(self, item_id: int) -> Item | None: ...

    def alike(self, item: Item, most: int) -> Sequence[Queued]:
        """Return the other open items of an item's group, the most harmful first."""

    def counts(self, site: Site, person: int | None, most: int) -> Counts:
        """Return how many items are open, counting no further than `most`."""

    def count_above(self, site: Site, rank: int, most: int) -> int:
        """Return how many groups of open items have come above a place of the queue."""

    def count_open(self, site_id: int, most: int) -> int: ...

    def lock(self, item: Item, person: int, until: datetime) -> Lock | None:
        """Take an item, or keep it longer; return whose it is then: another's, who was quicker. None for a gone one."""

    def unlock(self, item: Item, person: int) -> None:
        """Let an item go, if it is this person's."""

    def assign(self, item: Item, person: int | None) -> None: ...

    def decide(
        self, item: Item, decided: Decided, person: int | None, who: str, also: Sequence[int]
    ) -> Sequence[Decision] | Lock:
        """Keep a decision about an open item and, along with it, about others that are open and free.

        Return the decisions, the item's own first; or the lock of somebody else, and nothing is decided. Raise
        ChangedMeanwhile where the item is open no more.
        """

    def undo(self, decision: Decision, who: str) -> bool:
        """Let a decision, and those along with it, stand no more: their items are open again. False for one that stands
        no more already."""

    def decision(self, site_id: int, decision_id: int) -> Decision | None: ...

    def along_with(self, decision: Decision) -> Sequence[Decision]:
        """Return the decisions that this one took along and that stand."""

    def history(self, item: Item) -> Sequence[HistoryLine]:
        """Return every decision about an item with what it caused, the newest first."""

    def add_effect(self, decision: Decision, kind: str, ref: str, before: Mapping[str, object]) -> Effect: ...

    def effects(self, decision: Decision) -> Sequence[Effect]:
        """Return what a decision caused and what was not taken back, in the order in which it was done."""

    def end_effect(self, effect: Effect, decision: Decision) -> None:
        """Keep that an effect has been taken back."""

    def standing_decisions(self, site_id: int, after: int, most: int) -> Sequence[Decision]:
        """Return the decisions that stand with larger ids, ordered by id."""

    def decided_replies(self, site_id: int, most: int) -> Sequence[DecidedReply]:
        """Return the last decisions about replies that stand, the newest first; what was taken along counts once."""

    def decision_counts(self) -> Mapping[int, int]:
        """Return how many decisions about replies stand, by site."""

    def weigh_all(self, site: Site, curve: Curve) -> int:
        """Weigh and rank every open item of a site by this curve; return how many changed."""

    def ungrouped(self, site: Site, most: int) -> Sequence[Queued]:
        """Return the oldest items that belong to no group yet."""

    def neighbours(self, item: Item, most: int) -> Sequence[tuple[Queued, bytes | None]]:
        """Return the newest open items with a group and the same first page, each with its meaning."""

    def join_group(self, item: Item, group: int, meaning: bytes | None) -> None:
        """Put an item into the group of this item (its own where it is like none), and rank the group anew."""

    def not_looked_back(self, site: Site, before: datetime, most: int) -> Sequence[AnsweredTurn]:
        """Return the oldest turns from before this moment that were not looked back at, with what came behind them in
        their conversations, in their order."""

    def looked_back(self, site: Site, serial: int) -> None:
        """Keep that the turns up to this one were looked back at."""

    def waits(self, turn: str) -> bool:
        """Tell whether a turn is before staff."""

    def raise_turn(self, turn: str, waiting: Waiting, *, opens_again: bool = False) -> None:
        """Put a turn before staff; nothing for one that was erased meanwhile, or (unless it `opens_again`) decided."""

    def for_second_look(self, site: Site, person: int, own_before: datetime) -> int | None:
        """Return a decided item for a person to judge anew, drawn by lot: somebody else's, or one of their own from
        before this moment; None where there is none that they have not judged twice."""

    def add_opinion(self, decision: Decision, site: Site, person: int, kind: DecisionKind) -> bool:
        """Keep what a person thinks of a decided item; False where they have said so before."""

    def mention(self, decision: Decision, site: Site, person: int) -> None:
        """Let a person see the note of a decision."""

    def mention_no_more(self, decision: Decision, person: int) -> None: ...

    def mentions(self, site: Site, person: int) -> Sequence[Mention]:
        """Return the notes that name a person and that they have not seen, the newest first."""

    def see_mentions(self, item: int, person: int) -> None:
        """Keep that a person has seen what names them at an item."""

    def views(self, site: Site, person: int) -> Sequence[QueueView]:
        """Return the views that a person keeps of a site's queue, the oldest first."""

    def keep_view(self, site: Site, person: int, name: str, query: str) -> QueueView: ...

    def drop_view(self, site: Site, person: int, number: int) -> bool:
        """Keep a view no more; False where the person has none of this number."""

    def opinions(self, site: Site) -> Sequence[SecondLook]:
        """Return the last second looks, the newest first."""
