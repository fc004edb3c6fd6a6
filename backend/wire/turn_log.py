"""The turn log of a worker: its own turns in memory, and every turn in a frame store that outlives it.

1. Every event of a turn has a dense number, from 1. A frame is encoded once, however many read it.
2. Exactly one terminal event; what comes after it is refused.
3. Readers wait on the turn's bell, which rings at each event; no reader holds up the producer or another reader. Where
   one reader waits alone, events go straight into its connection, and it sleeps on.
4. What a producer writes goes to its readers here at once, and to the frame store (a SQLite file, Redis) in batches,
   never more than RESERVE events behind (`saving.py`). Other processes' turns are followed from there (`following.py`).
5. A turn whose process has died is ended by another (`leases.py`).
6. A frame store that is away holds up nothing: turns go on in memory, and are saved when it is back (`contact.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import gevent

from backend.domain.errors import Busy, NotFound
from backend.domain.events import Batch, Event
from backend.domain.ports import Outlet
from backend.domain.turn import Stop
from backend.wire.contact import Contact
from backend.wire.following import SOON_S, Following
from backend.wire.frame_store import INTERRUPTED, RESERVE, FrameStore, StoreAway
from backend.wire.frames import WireError
from backend.wire.leases import EndLeft, Leases
from backend.wire.running_turn import RunningTurn, RunningTurns, Sleeper
from backend.wire.saving import Saving


class TurnTaken(WireError):
    """The turn is another process's by now, or was erased: whoever writes it is to leave off."""


class SharedTurnLog:
    """Implements the port `TurnLog`. Without a frame store it is the log of this process alone."""

    def __init__(
        self,
        store: FrameStore | None = None,
        end_left: EndLeft | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._turns, self._contact, self._now = RunningTurns(), Contact(store), monotonic
        self._following = Following(self._turns, self._contact, monotonic)
        self._saving = Saving(self._turns, self._contact, monotonic, was_taken=self._following.begin)
        self._leases = Leases(self._turns, self._contact, self._saving, end_left, monotonic)
        self._greenlets: list[gevent.Greenlet[..., None]] = []

    def open(self) -> None:
        """Begin to share; turns that a dead process left are ended from here on."""
        self.tick()
        shared = (self._saving.run, self._following.run) if self._contact.store else ()
        for work in (*shared, self._leases.run):
            self._greenlets.append(gevent.spawn(work))
        self._saving.is_running = bool(shared)

    def close(self) -> None:
        """Save what is left and share no more."""
        gevent.killall(self._greenlets)
        self.flush()
        if self._contact.store:
            self._contact.store.close()

    def flush(self) -> None:
        """Save what has not been yet; a frame store that is away gets it later."""
        self._saving.flush()

    def tick(self) -> None:
        """Renew our leases, take over what others let lapse, stop what nobody waits for."""
        self._leases.tick()

    def sweep(self) -> None:
        """Forget what ended long ago, and other processes' turns that nobody reads here."""
        self._leases.sweep()

    # whose turn it is

    def claim(self, turn: str) -> bool:
        if turn in self._turns:
            return False
        if self._contact.store:
            try:
                if not self._contact.store.claim(turn):
                    return False
            except StoreAway as problem:
                self._contact.is_lost(problem)  # goes on in memory; the book refuses the same turn twice
                if turn in self._turns:
                    return False
        self._begin(turn)
        return True

    def claim_again(self, turn: str) -> bool:
        """Take an interrupted turn, dropping its events, to answer it anew; False for every other turn. Atomic."""
        earlier: int | None
        if self._contact.store:
            try:
                earlier = self._contact.store.claim_again(turn)
            except StoreAway as problem:
                self._contact.is_lost(problem)
                raise Busy("the turn log cannot be reached", retry_after_s=SOON_S) from problem
        else:
            found = self._turns.get(turn)
            earlier = max(len(found.frames), found.earlier) if found and found.end == INTERRUPTED else None
        if earlier is None:
            return False
        self._begin(turn, earlier)
        return True

    def _begin(self, turn: str, earlier: int = 0) -> None:
        """Make the turn ours. The frame store may have been slow to say so: whoever waits for it here waits on."""
        found = self._turns.get(turn)
        if found is None or found.frames:
            found = self._turns[turn] = RunningTurn()
        found.is_ours, found.earlier, found.seen_at = True, earlier, self._now()

    def earlier(self, turn: str) -> int:
        """Return the highest number that was sent of the interrupted answer before this one, 0 without one."""
        return self._find(turn).earlier

    def release(self, turn: str) -> None:
        found = self._turns.get(turn)
        if found and found.is_ours and not found.frames:
            self._turns.drop(turn)
            self._contact.tell(lambda store: store.release(turn))

    def knows(self, turn: str) -> bool:
        found = self._turns.get(turn)
        if found and found.end != INTERRUPTED:
            return True
        return self._contact.has(turn) or (found is not None and self._contact.store is None)

    # writing

    def append(self, turn: str, event: Event) -> None:
        found = self._find(turn)
        if not found.is_ours:
            raise TurnTaken(f"turn {turn} is another process's by now")
        found.add(event, self._now())
        self._saving.note(turn)
        found.tell()
        self._saving.wait_for(found, behind=RESERVE)

    def stop_of(self, turn: str) -> Stop:
        return self._find(turn).stop

    def ask_to_stop(self, turn: str) -> None:
        found = self._turns.get(turn)
        if found and found.end:
            return
        if found and found.is_ours:
            found.stop.ask()
        else:
            self._contact.tell(lambda store: store.ask_to_stop(turn))

    def forget(self, turns: Sequence[str]) -> None:
        for turn in turns:
            self._turns.drop(turn)
        self._contact.tell(lambda store: store.forget(turns))

    # reading

    def last_id(self, turn: str) -> tuple[int, bool]:
        found = self._find(turn)
        return len(found.frames), bool(found.end)

    def may_come(self, turn: str, after: int) -> bool:
        """Tell whether a cursor beyond the last event can be true: the turn's owner may be ahead of the store."""
        found = self._find(turn)
        return found.is_followed and after <= len(found.frames) + RESERVE

    def was_interrupted(self, turn: str) -> bool:
        return self._find(turn).end == INTERRUPTED

    def wait(self, turn: str, after: int, timeout_s: float, outlet: Outlet | None = None) -> Batch | None:
        found = self._find(turn)
        had = after
        found.readers += 1
        try:
            if len(found.frames) <= after and not found.end and not found.is_gone:
                after = self._sleep(found, after, timeout_s, outlet)
        finally:
            found.readers -= 1
            found.seen_at = self._now()
        # Whoever hears of an interruption asks again, perhaps of another process: by then that must know of it too.
        if found.end == INTERRUPTED:
            self._saving.wait_for(found, behind=0)
        has_nothing = found.is_gone or (len(found.frames) <= after and not found.end)
        if has_nothing and after > had:
            return Batch(b"", after, has_ended=False)
        if found.is_gone:
            raise NotFound("no such turn is running or has lately ended")
        if has_nothing:
            return None
        return Batch(b"".join(found.frames[after:]), len(found.frames), bool(found.end))

    def _sleep(self, found: RunningTurn, after: int, timeout_s: float, outlet: Outlet | None) -> int:
        """Sleep until the bell rings, or nothing has come for a while; return the number of the last event that the
        reader has by then."""
        if outlet is None or found.sleeper or not found.is_written_here:
            found.bell.wait(timeout_s)
            return after
        sleeper = found.sleeper = Sleeper(outlet, after)
        try:
            quiet_since, left_s = self._now(), timeout_s
            while not found.bell.wait(left_s) and found.moved_at > quiet_since:
                quiet_since = found.moved_at
                left_s = timeout_s - (self._now() - quiet_since)
        finally:
            if found.sleeper is sleeper:
                found.sleeper = None
        return sleeper.has

    def nudge(self, turn: str) -> None:
        """Wake the turn's readers here, so that each may look whether it is still wanted."""
        if found := self._turns.get(turn):
            found.ring()

    def problem(self) -> str | None:
        """Return what keeps the log from being shared, None when nothing does."""
        return self._contact.problem

    def _find(self, turn: str) -> RunningTurn:
        found = self._following.find(turn)
        if found is None:
            raise NotFound("no such turn is running or has lately ended")
        return found
