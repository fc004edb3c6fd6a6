"""The turn log of a worker: its own turns in memory, and every turn on a shelf that outlives it.

1. Every event of a turn has a dense number, from 1. A frame is encoded once, however many read it.
2. Exactly one terminal event; what comes after it is refused.
3. Readers wait on the turn's bell, which rings at each event; no reader holds up the producer or another reader.
4. What a producer writes goes to its readers here at once, and to the shelf (a SQLite file, Redis) in batches at most
   PAUSE_S later, never more than RESERVE events behind. Other processes' turns are followed from the shelf.
5. Leases are renewed by a timer, for a model may be silent. A turn whose lease has lapsed is taken over by one process
   and ended with what the book says of it, `interrupted` as a rule. Its readers may have had up to RESERVE events that
   the shelf never got: that many empty deltas stand before the end, so that its number is new to every one of them.
6. A shelf that is away holds up nothing: turns go on in memory, and are shelved when it is back.
7. A turn that nobody reads is stopped if its first words have not come within UNATTENDED_S; later they are paid for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import gevent
import structlog
from gevent.event import Event as Bell
from gevent.lock import RLock
from gevent.pool import Pool

from backend.domain.conversation import StoredTurn
from backend.domain.errors import Busy, Interrupted, NotFound
from backend.domain.events import Batch, Delta, Event, Failed, Terminal
from backend.domain.turn import Stop
from backend.wire.events import event_on_the_wire
from backend.wire.frames import WireError, encode_frame
from backend.wire.reader import events_of
from backend.wire.shelf import ENDED, INTERRUPTED, KEPT_S, LEASE_S, LOST, Frames, Shelf, ShelfAway

PAUSE_S = 0.03
AWAY_PAUSE_S = 0.5
TICK_S = 1.0
SWEEP_S = 10.0
WAIT_S = 1.0
RESERVE = 16
KEPT_HERE_S = 30.0  # what has ended and is shelved: most of its readers were there, the others are told from the shelf
MOST_IN_A_WRITE = 500
UNATTENDED_S = 60.0
SOON_S = 2
AT_ONCE = 8

log = structlog.get_logger("wire")

EndLeft = Callable[[str], StoredTurn | None]


class TurnTaken(WireError):
    """The turn is another process's by now, or was erased: whoever writes it is to leave off."""


@dataclass(slots=True)
class _Turn:
    is_ours: bool = True
    frames: list[bytes] = field(default_factory=list)
    end: str = ""
    earlier: int = 0  # the last number of the interrupted answer that this one takes the place of
    shelved: int = 0  # how many of the frames are known to be on the shelf
    bell: Bell = field(default_factory=Bell)
    stop: Stop = field(default_factory=Stop)
    has_text: bool = False
    is_gone: bool = False
    readers: int = 0
    seen_at: float = 0.0  # when a reader was last here, and when it ended: by the log's own clock
    ended_at: float = 0.0

    def ring(self) -> None:
        self.bell.set()
        self.bell = Bell()


class SharedTurnLog:
    """Implements the port `TurnLog`. Without a shelf it is the log of this process alone.

    `end_left` marks a turn that a dead process left behind as interrupted, unless the book has its end already, and
    returns how it stands; None where the book does not know it.
    """

    def __init__(
        self,
        shelf: Shelf | None = None,
        end_left: EndLeft | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._turns: dict[str, _Turn] = {}
        self._shelf, self._end_left, self._now = shelf, end_left, monotonic
        self._to_shelve: set[str] = set()
        self._left: set[str] = set()  # taken over, and not ended yet
        self._has_work, self._hurry, self._has_followed, self._shelved = Bell(), Bell(), Bell(), Bell()
        self._one_writer = RLock()
        self._problem: str | None = None
        self._in_touch_since: float | None = -LEASE_S
        self._greenlets: list[gevent.Greenlet[..., None]] = []

    def open(self) -> None:
        """Begin to share; turns that a dead process left are ended from here on."""
        self.tick()
        shared = (self._keep_shelving, self._keep_following) if self._shelf else ()
        for work in (*shared, self._keep_ticking):
            self._greenlets.append(gevent.spawn(work))

    def close(self) -> None:
        """Shelve what is left and share no more."""
        gevent.killall(self._greenlets)
        self.flush()
        if self._shelf:
            self._shelf.close()

    # whose turn it is

    def claim(self, turn: str) -> bool:
        if turn in self._turns:
            return False
        if self._shelf:
            try:
                if not self._shelf.claim(turn):
                    return False
            except ShelfAway as problem:
                self._meet(problem)  # goes on in memory; the book refuses the same turn twice
                if turn in self._turns:
                    return False
        self._begin(turn)
        return True

    def claim_again(self, turn: str) -> bool:
        """Take an interrupted turn, dropping its events, to answer it anew; False for every other turn. Atomic."""
        earlier: int | None
        if self._shelf:
            try:
                earlier = self._shelf.claim_again(turn)
            except ShelfAway as problem:
                self._meet(problem)
                raise Busy("the turn log cannot be reached", retry_after_s=SOON_S) from problem
        else:
            found = self._turns.get(turn)
            earlier = len(found.frames) if found and found.end == INTERRUPTED else None
        if earlier is None:
            return False
        self._begin(turn, earlier)
        return True

    def _begin(self, turn: str, earlier: int = 0) -> None:
        """Make the turn ours. The shelf may have been slow to say so: whoever waits for it here by now waits on."""
        found = self._turns.get(turn)
        if found is None or found.frames:
            found = self._turns[turn] = _Turn()
        found.is_ours, found.earlier, found.seen_at = True, earlier, self._now()

    def earlier(self, turn: str) -> int:
        """Return the last number of the interrupted answer that this one takes the place of, 0 without one."""
        return self._find(turn).earlier

    def release(self, turn: str) -> None:
        found = self._turns.get(turn)
        if found and found.is_ours and not found.frames:
            self._drop(turn)
            self._tell(lambda shelf: shelf.release(turn))

    def knows(self, turn: str) -> bool:
        found = self._turns.get(turn)
        if found and found.end != INTERRUPTED:
            return True
        return self._is_shelved(turn) or (found is not None and self._shelf is None)

    def _is_shelved(self, turn: str) -> bool:
        if self._shelf:
            try:
                return self._shelf.knows(turn)
            except ShelfAway as problem:
                self._meet(problem)
        return False

    # writing

    def append(self, turn: str, event: Event) -> None:
        found = self._find(turn)
        if not found.is_ours:
            raise TurnTaken(f"turn {turn} is another process's by now")
        self._add(turn, found, event)
        if self._shelf and self._greenlets and len(found.frames) - found.shelved > RESERVE:
            self._let_the_shelf_catch_up(found, RESERVE)

    def _add(self, turn: str, found: _Turn, event: Event) -> None:
        if found.end:
            raise WireError(f"turn {turn} has ended; {type(event).__name__} comes too late")
        name, fields = event_on_the_wire(event)
        found.frames.append(encode_frame(name, fields, number=len(found.frames) + 1))
        found.has_text = found.has_text or isinstance(event, Delta)
        if isinstance(event, Terminal):
            is_cut = isinstance(event, Failed) and event.code == Interrupted.code
            found.end, found.ended_at = INTERRUPTED if is_cut else ENDED, self._now()
        if self._shelf:
            self._to_shelve.add(turn)
            self._has_work.set()
        found.ring()

    def _let_the_shelf_catch_up(self, found: _Turn, behind: int) -> None:
        """Wait until the shelf is at most so many events behind, but not for one that is away."""
        self._hurry.set()
        deadline = self._now() + WAIT_S
        while len(found.frames) - found.shelved > behind and not self._problem and self._now() < deadline:
            self._shelved.wait(WAIT_S)

    def flush(self) -> None:
        """Shelve what has not been yet; a shelf that is away gets it later."""
        if self._shelf is None:
            return
        with self._one_writer:
            self._shelve(self._shelf)
        self._shelved.set()
        self._shelved = Bell()

    def _shelve(self, shelf: Shelf) -> None:
        turns, self._to_shelve = self._to_shelve, set()
        batch = [self._unshelved(turn, found) for turn in turns if (found := self._turns.get(turn))]
        try:
            kept = shelf.write([each for each in batch if each.frames])
        except ShelfAway as problem:
            self._to_shelve |= turns
            self._meet(problem)
            return
        self._problem = None
        for turn, last in kept.items():
            self._note_shelved(turn, last)

    def _unshelved(self, turn: str, found: _Turn) -> Frames:
        end = found.shelved + MOST_IN_A_WRITE
        return Frames(
            turn,
            found.shelved + 1,
            found.frames[found.shelved : end] if found.is_ours else (),
            found.end if end >= len(found.frames) else "",
        )

    def _note_shelved(self, turn: str, last: int) -> None:
        found = self._turns.get(turn)
        if found is None:
            return
        if last == LOST:
            self._lose(turn, found)
            return
        found.shelved = last
        if last < len(found.frames):
            self._to_shelve.add(turn)

    def _lose(self, turn: str, found: _Turn) -> None:
        """Leave off a turn that was taken from us; its readers here go on with what the shelf says."""
        log.warning("wire.turn_taken", turn=turn)
        found.stop.ask()
        found.is_ours, found.end = False, ""
        del found.frames[found.shelved :]
        if not self._is_shelved(turn):
            self._drop(turn)  # erased
        found.ring()
        self._has_followed.set()
        self._tell(lambda shelf: shelf.wake())

    # reading

    def last_id(self, turn: str) -> tuple[int, bool]:
        found = self._find(turn)
        return len(found.frames), bool(found.end)

    def may_come(self, turn: str, after: int) -> bool:
        """Tell whether a cursor beyond the last event can be true: the turn's owner may be ahead of the shelf."""
        found = self._find(turn)
        return not found.is_ours and not found.end and after <= len(found.frames) + RESERVE

    def was_interrupted(self, turn: str) -> bool:
        return self._find(turn).end == INTERRUPTED

    def wait(self, turn: str, after: int, timeout_s: float) -> Batch | None:
        found = self._find(turn)
        found.readers += 1
        try:
            if len(found.frames) <= after and not found.end and not found.is_gone:
                found.bell.wait(timeout_s)
        finally:
            found.readers -= 1
            found.seen_at = self._now()
        # Whoever hears of an interruption asks again, perhaps of another process: by then that must know of it too.
        if found.end == INTERRUPTED and self._shelf and self._greenlets:
            self._let_the_shelf_catch_up(found, 0)
        if found.is_gone:
            raise NotFound("no such turn is running or has lately ended")
        if len(found.frames) <= after and not found.end:
            return None
        return Batch(b"".join(found.frames[after:]), len(found.frames), bool(found.end))

    def nudge(self, turn: str) -> None:
        """Wake the turn's readers here, so that each may look whether it is still wanted."""
        if found := self._turns.get(turn):
            found.ring()

    def stop_of(self, turn: str) -> Stop:
        return self._find(turn).stop

    def ask_to_stop(self, turn: str) -> None:
        found = self._turns.get(turn)
        if found and found.end:
            return
        if found and found.is_ours:
            found.stop.ask()
        elif self._shelf:
            self._tell(lambda shelf: shelf.ask_to_stop(turn))

    def forget(self, turns: Sequence[str]) -> None:
        for turn in turns:
            self._drop(turn)
        self._tell(lambda shelf: shelf.forget(turns))

    def running(self) -> int:
        """Return how many turns of this process have not ended."""
        return sum(1 for turn in self._turns.values() if turn.is_ours and not turn.end)

    def problem(self) -> str | None:
        """Return what keeps the log from being shared, None when nothing does."""
        return self._problem

    def _find(self, turn: str) -> _Turn:
        found = self._turns.get(turn)
        if self._shelf and (found is None or (found.end == INTERRUPTED and found.shelved == len(found.frames))):
            found = self._fetch(turn)  # an interrupted turn may have been begun anew by another process
        if found is None:
            raise NotFound("no such turn is running or has lately ended")
        return found

    def _fetch(self, turn: str) -> _Turn | None:
        """Return a turn as the shelf has it, followed from here on."""
        assert self._shelf is not None  # noqa: S101 - asked by callers
        try:
            kept = self._shelf.fetch(turn)
        except ShelfAway as problem:
            self._meet(problem)
            raise Busy("the turn log cannot be reached", retry_after_s=SOON_S) from problem
        known = self._turns.get(turn)
        if known and known.end != INTERRUPTED:
            return known  # somebody else has fetched it meanwhile
        if kept is None:
            self._turns.pop(turn, None)
            return None
        now, count = self._now(), len(kept.frames)
        found = _Turn(False, list(kept.frames), kept.end, kept.earlier, count, seen_at=now, ended_at=now)
        self._turns[turn] = found
        if not kept.end:
            self._has_followed.set()
            self._tell(lambda shelf: shelf.wake())
        return found

    def _drop(self, turn: str) -> None:
        if found := self._turns.pop(turn, None):
            found.is_gone = True
            found.stop.ask()
            found.ring()

    # beside the streams

    def _keep_shelving(self) -> None:
        while True:
            self._has_work.wait()
            self._has_work.clear()
            self.flush()
            if self._to_shelve:
                self._has_work.set()
            if self._hurry.wait(AWAY_PAUSE_S if self._problem else PAUSE_S):
                self._hurry.clear()

    def _keep_following(self) -> None:
        shelf = self._shelf
        while shelf:
            self._has_followed.clear()
            cursors = {turn: len(found.frames) for turn, found in self._followed()}
            if not cursors and not shelf.has_calls:
                self._has_followed.wait()
                continue
            try:
                news = shelf.read(cursors, WAIT_S)
            except ShelfAway as problem:
                self._meet(problem)
                gevent.sleep(AWAY_PAUSE_S)
                continue
            for each in news.frames:
                self._hear(each)
            self._stop_ours(news.stops)

    def _hear(self, news: Frames) -> None:
        found = self._turns.get(news.turn)
        if found is None or found.is_ours or found.end:
            return
        known = len(found.frames) - (news.first - 1)
        if known < 0:
            return
        found.frames += news.frames[known:]
        found.shelved = len(found.frames)
        found.end, found.ended_at = news.end, self._now()
        found.ring()

    def _keep_ticking(self) -> None:
        next_sweep = self._now() + SWEEP_S
        while True:
            gevent.sleep(TICK_S)
            self.tick()
            if self._now() >= next_sweep:
                next_sweep = self._now() + SWEEP_S
                self.sweep()

    def tick(self) -> None:
        """Renew our leases, take over what others let lapse, stop what nobody waits for."""
        if self._shelf:
            try:
                self._keep_leases(self._shelf)
                self._problem = None if not self._to_shelve else self._problem
            except ShelfAway as problem:
                self._meet(problem)
        Pool(AT_ONCE).map(self._end_taken, list(self._left))
        self._stop_unattended()

    def _keep_leases(self, shelf: Shelf) -> None:
        ours = [turn for turn, found in self._turns.items() if found.is_ours and not found.end]
        followed = self._followed()
        self._stop_ours(shelf.renew(ours, [turn for turn, found in followed if found.readers]))
        if self._in_touch_since is None:
            self._in_touch_since = self._now()
        # After an outage every lease has lapsed: the living are given time to renew theirs.
        if self._now() - self._in_touch_since >= LEASE_S:
            self._left.update(shelf.take_lapsed())
        for turn, _ in followed:
            if not shelf.knows(turn):
                self._drop(turn)  # its question was refused, or it was erased

    def _end_taken(self, turn: str) -> None:
        """End a turn that we have taken over, with what the book says of it; a book that cannot say is asked again."""
        assert self._shelf is not None and self._end_left is not None  # noqa: S101, PT018 - nothing is taken without
        try:
            kept = self._shelf.fetch(turn)
            stored = self._end_left(turn) if kept else None
        except ShelfAway as problem:
            self._meet(problem)
            return
        except Exception:  # whatever is wrong with the book, its readers are still owed an end
            log.exception("wire.turn_not_ended", turn=turn)
            return
        self._left.discard(turn)
        found = self._turns.setdefault(turn, _Turn())
        if kept is None or stored is None:
            self._drop(turn)
            self._tell(lambda shelf: shelf.forget([turn]))
            return
        found.is_ours, found.frames, found.end, found.earlier = True, list(kept.frames), kept.end, kept.earlier
        found.shelved = len(found.frames)
        if not found.end:
            log.warning("wire.turn_taken_over", turn=turn, events=len(found.frames))
            self._add_all(turn, found, self._ending_of(stored, found))

    def _ending_of(self, stored: StoredTurn, found: _Turn) -> Iterable[Event]:
        if found.frames:
            yield from [Delta("")] * RESERVE
        yield from events_of(stored, from_start=not found.frames)

    def _add_all(self, turn: str, found: _Turn, events: Iterable[Event]) -> None:
        for event in events:
            self._add(turn, found, event)

    def _stop_ours(self, turns: Iterable[str]) -> None:
        for turn in turns:
            found = self._turns.get(turn)
            if found and found.is_ours and not found.end:
                found.stop.ask()

    def _stop_unattended(self) -> None:
        since = self._now() - UNATTENDED_S
        for turn, found in list(self._turns.items()):
            is_waiting = found.is_ours and not found.end and not found.has_text and not found.stop.is_asked
            if is_waiting and not found.readers and found.seen_at <= since and not self._is_attended_elsewhere(turn):
                log.info("wire.turn_unattended", turn=turn)
                found.stop.ask()

    def _is_attended_elsewhere(self, turn: str) -> bool:
        try:
            return self._shelf is not None and self._shelf.is_attended(turn)
        except ShelfAway:
            return True  # nobody can say: its answer may still be wanted

    def sweep(self) -> None:
        """Forget what ended long ago, and other processes' turns that nobody reads here."""
        now = self._now()
        for turn, found in list(self._turns.items()):
            is_shelved = self._shelf is not None and found.shelved == len(found.frames)
            is_old = found.end and found.ended_at < now - (KEPT_HERE_S if is_shelved else KEPT_S)
            is_unread = not found.is_ours and not found.readers and found.seen_at < now - SWEEP_S
            if (is_old or is_unread) and turn not in self._to_shelve:
                del self._turns[turn]
        self._tell(lambda shelf: shelf.sweep())

    def _followed(self) -> list[tuple[str, _Turn]]:
        return [(turn, found) for turn, found in self._turns.items() if not found.is_ours and not found.end]

    def _tell(self, wish: Callable[[Shelf], None]) -> None:
        """Do this with the shelf; one that is away is none the wiser, and turns there expire by themselves."""
        if self._shelf:
            try:
                wish(self._shelf)
            except ShelfAway as problem:
                self._meet(problem)

    def _meet(self, problem: ShelfAway) -> None:
        if self._problem is None:
            log.warning("wire.shelf_away", problem=str(problem))
        self._problem = str(problem)
        self._in_touch_since = None
