"""A turn has one owner while it runs; a turn whose owner has died is ended by another process.

1. Leases are renewed by a timer, for a model may be silent.
2. A turn whose lease has lapsed is taken over by one process and ended with what the book says of it, `interrupted` as
   a rule. Its readers may have had up to RESERVE events that the frame store never got: that many empty deltas stand
   before the end, so that its number is new to every one of them.
3. After an outage every lease has lapsed: the living are given LEASE_S to renew theirs.
4. A turn that nobody reads is stopped if its first words have not come within UNATTENDED_S; later they are paid for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import gevent
import structlog
from gevent.pool import Pool

from backend.domain.conversation import StoredTurn
from backend.domain.events import Delta, Event
from backend.wire.contact import Contact
from backend.wire.frame_store import KEPT_S, LEASE_S, RESERVE, FrameStore, StoreAway
from backend.wire.reader import events_of
from backend.wire.running_turn import RunningTurn, RunningTurns
from backend.wire.saving import Saving

TICK_S = 1.0
SWEEP_S = 10.0
KEPT_HERE_S = 30.0  # what has ended and is saved: most of its readers were there, the others are told from the store
UNATTENDED_S = 60.0
AT_ONCE = 8

log = structlog.get_logger("wire")

EndLeft = Callable[[str], StoredTurn | None]


class Leases:
    """`end_left` marks a turn that a dead process left behind as interrupted, unless the book has its end already, and
    returns how it stands; None where the book does not know it."""

    def __init__(
        self,
        turns: RunningTurns,
        contact: Contact,
        saving: Saving,
        end_left: EndLeft | None,
        monotonic: Callable[[], float],
    ) -> None:
        self._turns, self._contact, self._saving = turns, contact, saving
        self._end_left, self._now = end_left, monotonic
        self._left: set[str] = set()  # taken over, and not ended yet

    def run(self) -> None:
        """Tick and sweep, for ever."""
        next_sweep = self._now() + SWEEP_S
        while True:
            gevent.sleep(TICK_S)
            self.tick()
            if self._now() >= next_sweep:
                next_sweep = self._now() + SWEEP_S
                self.sweep()

    def tick(self) -> None:
        """Renew our leases, take over what others let lapse, stop what nobody waits for."""
        if self._contact.store:
            try:
                self._renew(self._contact.store)
                self._contact.problem = None if not self._saving.is_behind() else self._contact.problem
            except StoreAway as problem:
                self._contact.is_lost(problem)
        Pool(AT_ONCE).map(self._end_taken, list(self._left))
        self._stop_unattended()

    def _renew(self, store: FrameStore) -> None:
        followed = self._turns.followed()
        to_stop = store.renew(self._turns.written_here(), [turn for turn, found in followed if found.readers])
        self._turns.ask_to_stop(to_stop)
        if self._contact.since is None:
            self._contact.since = self._now()
        if self._now() - self._contact.since >= LEASE_S:
            self._left.update(store.take_lapsed())
        for turn, _ in followed:
            if not store.knows(turn):
                self._turns.drop(turn)  # its question was refused, or it was erased

    def _end_taken(self, turn: str) -> None:
        """End a turn that we have taken over, with what the book says of it; a book that cannot say is asked again."""
        assert self._contact.store is not None and self._end_left is not None  # noqa: S101, PT018 - else none is taken
        try:
            kept = self._contact.store.fetch(turn)
            stored = self._end_left(turn) if kept else None
        except StoreAway as problem:
            self._contact.is_lost(problem)
            return
        except Exception:  # whatever is wrong with the book, its readers are still owed an end
            log.exception("wire.turn_not_ended", turn=turn)
            return
        self._left.discard(turn)
        found = self._turns.setdefault(turn, RunningTurn())
        if kept is None or stored is None:
            self._turns.drop(turn)
            self._contact.tell(lambda store: store.forget([turn]))
            return
        found.is_ours = True
        found.take(kept)
        if not found.end:
            log.warning("wire.turn_taken_over", turn=turn, events=len(found.frames))
            for event in ending_of(stored, has_begun=bool(found.frames)):
                found.add(event, self._now())
            self._saving.note(turn)
            found.ring()

    def _stop_unattended(self) -> None:
        since = self._now() - UNATTENDED_S
        for turn, found in list(self._turns.items()):
            is_waiting = found.is_written_here and not found.has_text and not found.stop.is_asked
            if is_waiting and not found.readers and found.seen_at <= since and not self._is_attended_elsewhere(turn):
                log.info("wire.turn_unattended", turn=turn)
                found.stop.ask()

    def _is_attended_elsewhere(self, turn: str) -> bool:
        try:
            return self._contact.store is not None and self._contact.store.is_attended(turn)
        except StoreAway:
            return True  # nobody can say: its answer may still be wanted

    def sweep(self) -> None:
        """Forget what ended long ago, and other processes' turns that nobody reads here."""
        now = self._now()
        for turn, found in list(self._turns.items()):
            is_saved = self._contact.store is not None and found.saved == len(found.frames)
            is_old = found.end and found.ended_at < now - (KEPT_HERE_S if is_saved else KEPT_S)
            is_unread = not found.is_ours and not found.readers and found.seen_at < now - SWEEP_S
            if (is_old or is_unread) and not self._saving.is_waiting(turn):
                del self._turns[turn]
        self._contact.tell(lambda store: store.sweep())


def ending_of(stored: StoredTurn, *, has_begun: bool) -> Iterable[Event]:
    """Yield the events that end a turn as the book has it, numbered beyond what its readers may have."""
    events = iter(events_of(stored, from_start=not has_begun))
    if not has_begun:
        yield next(events)
    yield from [Delta("")] * RESERVE
    yield from events
