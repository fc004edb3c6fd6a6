"""Whether the frame store can be reached, as far as we have seen. One that is away holds up nothing."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from backend.wire.frame_store import LEASE_S, FrameStore, StoreAway

log = structlog.get_logger("wire")


class Contact:
    """The frame store of this process, if it has one, and what was wrong when it was last asked."""

    def __init__(self, store: FrameStore | None) -> None:
        self.store = store
        self.problem: str | None = None
        self.since: float | None = -LEASE_S  # by the log's own clock; None while the store is away

    def is_lost(self, problem: StoreAway) -> None:
        if self.problem is None:
            log.warning("wire.store_away", problem=str(problem), said=str(problem.__cause__ or ""))
        self.problem = str(problem)
        self.since = None

    def tell(self, wish: Callable[[FrameStore], object]) -> None:
        """Do this with the frame store; one that is away is none the wiser, and turns there expire by themselves."""
        if self.store:
            try:
                wish(self.store)
            except StoreAway as problem:
                self.is_lost(problem)

    def has(self, turn: str) -> bool:
        """Tell whether the frame store has this turn, as far as it can be asked."""
        if self.store:
            try:
                return self.store.knows(turn)
            except StoreAway as problem:
                self.is_lost(problem)
        return False
