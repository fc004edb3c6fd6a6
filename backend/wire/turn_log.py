"""The turn log of one worker: in memory, and mirrored to a SQLite file of its own so that it survives a restart.

1. Every event of a turn has a dense number, from 1. A frame is encoded once, however many read it.
2. Exactly one terminal event; what comes after it is refused.
3. Readers wait on the turn's bell, which rings at each event; no reader holds up the producer or another reader.
4. The mirror is written in batches by one greenlet and read at the start alone. Its frames are sealed: they hold what
   visitors read. A turn whose process died without ending it is ended there with `interrupted`.
5. A turn is forgotten KEPT_S after its end; the store has its reply by then.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import gevent
from gevent.event import Event as Bell

from backend.domain.errors import Interrupted, NotFound
from backend.domain.events import Event, Failed, Terminal
from backend.domain.ports import Batch
from backend.domain.turn import Stop
from backend.wire.events import event_on_the_wire
from backend.wire.frames import WireError, encode_frame

KEPT_S = 600.0
MIRROR_PAUSE_S = 0.03
SWEEP_PAUSE_S = 30.0

TABLES = """
create table if not exists event (
    turn text not null, number integer not null, frame blob not null, is_terminal integer not null,
    owner integer not null, at real not null, primary key (turn, number)
) without rowid
"""

Seal = Callable[[bytes], bytes]


@dataclass(slots=True)
class _Turn:
    frames: list[bytes] = field(default_factory=list)
    bell: Bell = field(default_factory=Bell)
    stop: Stop = field(default_factory=Stop)
    ended_at: float | None = None
    is_released: bool = False

    def ring(self) -> None:
        self.bell.set()
        self.bell = Bell()


class MemoryTurnLog:
    """Implements the port `TurnLog` for one worker."""

    def __init__(self) -> None:
        self._turns: dict[str, _Turn] = {}
        self._mirror: _Mirror | None = None

    def mirror_to(self, path: Path, seal: Seal, unseal: Seal) -> Sequence[str]:
        """Begin to mirror to this file, taking over what it holds; return the turns that a dead process left."""
        self._mirror = _Mirror(path, seal, unseal)
        interrupted = self._take_over(self._mirror)
        gevent.spawn(self._mirror.run)
        gevent.spawn(self._sweep)
        return interrupted

    def claim(self, turn: str) -> bool:
        if turn in self._turns:
            return False
        self._turns[turn] = _Turn()
        return True

    def release(self, turn: str) -> None:
        found = self._turns.get(turn)
        if found and not found.frames:
            del self._turns[turn]
            found.is_released = True
            found.ring()

    def append(self, turn: str, event: Event) -> None:
        found = self._find(turn)
        if found.ended_at is not None:
            raise WireError(f"turn {turn} has ended; {type(event).__name__} comes too late")
        name, fields = event_on_the_wire(event)
        frame = encode_frame(name, fields, number=len(found.frames) + 1)
        found.frames.append(frame)
        is_terminal = isinstance(event, Terminal)
        if is_terminal:
            found.ended_at = time.time()
        if self._mirror:
            self._mirror.add(turn, len(found.frames), frame, is_terminal=is_terminal)
        found.ring()

    def knows(self, turn: str) -> bool:
        return turn in self._turns

    def last_id(self, turn: str) -> tuple[int, bool]:
        found = self._find(turn)
        return len(found.frames), found.ended_at is not None

    def wait(self, turn: str, after: int, timeout_s: float) -> Batch | None:
        found = self._find(turn)
        if len(found.frames) <= after and found.ended_at is None:
            found.bell.wait(timeout_s)
            if found.is_released:
                raise NotFound("the question was refused")
        if len(found.frames) <= after:
            return None
        return Batch(b"".join(found.frames[after:]), len(found.frames), found.ended_at is not None)

    def stop_of(self, turn: str) -> Stop:
        return self._find(turn).stop

    def ask_to_stop(self, turn: str) -> None:
        found = self._turns.get(turn)
        if found and found.ended_at is None:
            found.stop.ask()

    def forget(self, turns: Sequence[str]) -> None:
        for turn in turns:
            self._turns.pop(turn, None)
        if self._mirror:
            self._mirror.forget(turns)

    def flush(self) -> None:
        """Write what the mirror still holds back."""
        if self._mirror:
            self._mirror.write()

    def running(self) -> int:
        """Return how many turns have not ended."""
        return sum(1 for turn in self._turns.values() if turn.ended_at is None)

    def _find(self, turn: str) -> _Turn:
        found = self._turns.get(turn)
        if found is None:
            raise NotFound("no such turn is running or has lately ended")
        return found

    def _take_over(self, mirror: _Mirror) -> Sequence[str]:
        interrupted = []
        for turn, frames, ended_at, is_orphan in mirror.read():
            if turn in self._turns:
                continue
            self._turns[turn] = _Turn(frames=frames, ended_at=ended_at)
            if is_orphan:
                self.append(turn, Failed.because(Interrupted()))
                interrupted.append(turn)
        return interrupted

    def _sweep(self) -> None:
        while True:
            gevent.sleep(SWEEP_PAUSE_S)
            old = time.time() - KEPT_S
            self.forget([turn for turn, kept in self._turns.items() if kept.ended_at and kept.ended_at < old])


class _Mirror:
    """The SQLite file behind the log. One connection, used by one greenlet at a time: sqlite3 never yields."""

    def __init__(self, path: Path, seal: Seal, unseal: Seal) -> None:
        self._seal, self._unseal = seal, unseal
        self._pending: list[tuple[str, int, bytes, bool]] = []
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        path.chmod(0o600)
        for pragma in ("journal_mode=wal", "synchronous=off", "secure_delete=on", "busy_timeout=10"):
            self._database.execute(f"pragma {pragma}")
        self._database.execute(TABLES)

    def add(self, turn: str, number: int, frame: bytes, *, is_terminal: bool) -> None:
        self._pending.append((turn, number, frame, is_terminal))

    def run(self) -> None:
        while True:
            gevent.sleep(MIRROR_PAUSE_S)
            self.write()

    def write(self) -> None:
        """Write all that is pending in one transaction; a locked file keeps it for the next time."""
        if not self._pending:
            return
        pending, self._pending = self._pending, []
        now, owner = time.time(), os.getpid()
        rows = [(turn, number, self._seal(frame), end, owner, now) for turn, number, frame, end in pending]
        if not self._execute("insert or replace into event values (?, ?, ?, ?, ?, ?)", rows):
            self._pending = pending + self._pending

    def forget(self, turns: Iterable[str]) -> None:
        gone = set(turns)
        if not gone:
            return
        self._pending = [row for row in self._pending if row[0] not in gone]
        self._execute("delete from event where turn = ?", [(turn,) for turn in gone])

    def read(self) -> Iterable[tuple[str, list[bytes], float | None, bool]]:
        """Yield (turn, frames, when it ended, whether its process died) for what is not yet too old."""
        self._execute(
            "delete from event where turn in (select turn from event group by turn having max(at) < ?)",
            [(time.time() - KEPT_S,)],
        )
        turns: dict[str, list[tuple[bytes, bool, int, float]]] = {}
        rows = self._database.execute("select turn, frame, is_terminal, owner, at from event order by turn, number")
        for turn, frame, is_terminal, owner, at in rows.fetchall():
            turns.setdefault(turn, []).append((self._unseal(frame), bool(is_terminal), owner, at))
        for turn, events in turns.items():
            _, has_ended, owner, at = events[-1]
            if has_ended or not is_alive(owner):
                yield turn, [frame for frame, *_ in events], at if has_ended else None, not has_ended

    def _execute(self, statement: str, rows: Sequence[tuple[object, ...]]) -> bool:
        """Run the statement for all rows in one transaction; False where the file is locked by somebody else."""
        try:
            self._database.execute("begin immediate")
        except sqlite3.OperationalError:
            return False
        try:
            self._database.executemany(statement, rows)
            self._database.execute("commit")
        except BaseException:
            self._database.execute("rollback")
            raise
        return True


def is_alive(process: int) -> bool:
    """Tell whether another process of this number runs; our own number is a dead predecessor's, reused."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
