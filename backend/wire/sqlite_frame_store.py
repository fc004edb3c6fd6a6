"""The frame store of one host: a SQLite file beside the database, whose many small writes wait for nobody's lock.

It serves one worker, its successor after a restart, and both while the one takes over from the other. What one write
brings of a turn is sealed as one: frames hold what visitors read. sqlite3 never yields, so every statement here is
short, and a locked file is met with StoreAway at once rather than by waiting.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import gevent

from backend.domain.data_dir import make_private_file
from backend.wire.frame_store import INTERRUPTED, KEPT_S, LEASE_S, LONGEST_KEPT_S, LOST, Frames, News, Seal, StoreAway

POLL_S = 0.05
TRUNCATE_TIMEOUT_S = 2.0
ATTENDED_S = 60.0
PAUSE_S = 0.25
TURNS_AT_ONCE = 25  # in one write: about two milliseconds, for which the loop waits
LOOK_AT_SOCKETS_S = 0.0005
LENGTH_BYTES = 4  # before each frame of a row
LAYOUT = 3  # of the tables below; a file with another one is emptied, since nothing in it is worth keeping long

TABLES = """
drop table if exists event;
drop table if exists turn;
create table turn (
    turn text primary key, owner text not null, deadline real not null, last integer not null, end text not null,
    earlier integer not null, is_to_stop integer not null, attended_at real not null, at real not null
) without rowid;
create table event (
    turn text not null, number integer not null, last integer not null, frame blob not null, primary key (turn, number)
) without rowid;
"""


class SqliteFrameStore:
    """Implements the port `FrameStore`."""

    has_calls = False
    pause_s = PAUSE_S

    def __init__(self, path: Path, seal: Seal, unseal: Seal, lease_s: float = LEASE_S) -> None:
        self._seal, self._unseal, self._lease_s = seal, unseal, lease_s
        self._me = secrets.token_hex(8)
        self._has_log_to_truncate = False
        make_private_file(path)
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        path.chmod(0o600)
        self._database.execute("pragma busy_timeout=2000")  # here alone: nothing streams yet
        self._database.execute("pragma journal_mode=wal")
        with self._writing():
            if self._one("pragma user_version", ()) != (LAYOUT,):
                for statement in filter(str.strip, TABLES.split(";")):
                    self._database.execute(statement)
                self._database.execute(f"pragma user_version={LAYOUT}")
        for pragma in ("synchronous=off", "secure_delete=on", "busy_timeout=10"):
            self._database.execute(f"pragma {pragma}")

    def claim(self, turn: str) -> bool:
        with self._writing():
            return self._add_turn(turn)

    def _add_turn(self, turn: str) -> bool:
        now = time.time()
        made = self._database.execute(
            "insert into turn values (?, ?, ?, 0, '', 0, 0, 0, ?) on conflict do update set owner = excluded.owner, "
            "deadline = excluded.deadline, last = 0, end = '', earlier = 0, is_to_stop = 0, at = excluded.at "
            "where owner = ''",
            (turn, self._me, now + self._lease_s, now),
        )
        return made.rowcount == 1

    def claim_again(self, turn: str) -> int | None:
        with self._writing():
            now = time.time()
            row = self._one("select max(last, earlier), end from turn where turn = ?", (turn,))
            if row is None or row[1] != INTERRUPTED:
                return None
            self._database.execute("delete from event where turn = ?", (turn,))
            self._database.execute(
                "update turn set owner=?, deadline=?, last=0, end='', earlier=?, is_to_stop=0, at=? where turn = ?",
                (self._me, now + self._lease_s, row[0], now, turn),
            )
            return int(row[0])

    def release(self, turn: str) -> None:
        with self._writing():
            self._database.execute(
                "delete from turn where turn = ? and owner = ? and last = 0 and end = ''", (turn, self._me)
            )

    def knows(self, turn: str) -> bool:
        return self._one("select 1 from turn where turn = ? and owner <> ''", (turn,)) is not None

    def write(self, batch: Sequence[Frames]) -> Mapping[str, int]:
        kept: dict[str, int] = {}
        for start in range(0, len(batch), TURNS_AT_ONCE):
            if start:
                gevent.sleep(LOOK_AT_SOCKETS_S)  # others go on; what they bring meanwhile is in the next batch
            sealed = [(each, self._seal(joined(each.frames))) for each in batch[start : start + TURNS_AT_ONCE]]
            with self._writing():
                kept |= {each.turn: self._write_turn(each, frames) for each, frames in sealed}
        return kept

    def _write_turn(self, news: Frames, sealed: bytes) -> int:
        """Keep these frames, in one look where they follow what is there; else find out what is there."""
        last = news.first + len(news.frames) - 1
        if not self._go_on(news, last):
            row = self._one("select owner, last, end from turn where turn = ?", (news.turn,))
            if row is None:  # claimed while the file was locked: it may be written from its first frame
                self._add_turn(news.turn)
                row = (self._me, 0, "")
            if row[0] != self._me:
                return LOST
            known = int(row[1])
            if row[2] or not news.first - 1 <= known < last:
                return known
            missing = news.frames[known + 1 - news.first :]
            news, sealed = replace(news, first=known + 1, frames=missing), self._seal(joined(missing))
            self._go_on(news, last)
        self._database.execute("insert into event values (?, ?, ?, ?)", (news.turn, news.first, last, sealed))
        return last

    def _go_on(self, news: Frames, last: int) -> bool:
        """Move a turn of ours on to its last frame; False where the frames do not follow what is there."""
        now = time.time()
        moved = self._database.execute(
            "update turn set last = ?, end = ?, at = ?, deadline = ? "
            "where turn = ? and owner = ? and last = ? and end = ''",
            (last, news.end, now, now + self._lease_s, news.turn, self._me, news.first - 1),
        )
        return moved.rowcount == 1

    def fetch(self, turn: str) -> Frames | None:
        row = self._one("select end, earlier from turn where turn = ? and owner <> ''", (turn,))
        if row is None:
            return None
        return Frames(turn, 1, self._after(turn, 0), row[0], int(row[1]))

    def read(self, cursors: Mapping[str, int], wait_s: float) -> News:
        deadline = time.monotonic() + wait_s
        while True:
            found = [news for turn, after in cursors.items() if (news := self._news_of(turn, after))]
            if found or time.monotonic() >= deadline:
                return News(found)
            gevent.sleep(POLL_S)

    def _news_of(self, turn: str, after: int) -> Frames | None:
        row = self._one("select last, end from turn where turn = ?", (turn,))
        if row is None or row[0] <= after:
            return None
        frames = self._after(turn, after)
        return Frames(turn, after + 1, frames, row[1] if after + len(frames) == row[0] else "")

    def wake(self) -> None:
        """Nothing waits here for long."""

    def renew(self, owned: Collection[str], attended: Collection[str]) -> Sequence[str]:
        if not owned and not attended:
            return []
        now = time.time()
        with self._writing():
            self._database.executemany(
                "update turn set deadline = ? where turn = ? and owner = ? and end = ''",
                [(now + self._lease_s, turn, self._me) for turn in owned],
            )
            self._database.executemany("update turn set attended_at=? where turn=?", [(now, turn) for turn in attended])
            return [turn for turn in owned if self._one("select 1 from turn where turn=? and is_to_stop=1", (turn,))]

    def is_attended(self, turn: str) -> bool:
        return self._one(
            "select 1 from turn where turn = ? and attended_at > ?", (turn, time.time() - ATTENDED_S)
        ) is not None  # fmt: skip

    def take_lapsed(self) -> Sequence[str]:
        now = time.time()
        lapsed = "end = '' and owner not in ('', ?) and deadline < ?"
        if self._one(f"select 1 from turn where {lapsed} limit 1", (self._me, now)) is None:  # noqa: S608 - our own words
            return []
        with self._writing():
            taken = self._database.execute(
                f"update turn set owner = ?, deadline = ? where {lapsed} returning turn",  # noqa: S608 - our own words
                (self._me, now + self._lease_s, self._me, now),
            )
            return [row[0] for row in taken.fetchall()]

    def ask_to_stop(self, turn: str) -> None:
        with self._writing():
            self._database.execute("update turn set is_to_stop = 1 where turn = ?", (turn,))

    def forget(self, turns: Sequence[str]) -> None:
        # The row stays a while without an owner, so that whoever still writes the turn is told to leave off.
        with self._writing():
            gone = [(turn,) for turn in turns]
            self._database.executemany("delete from event where turn = ?", gone)
            self._database.executemany("update turn set owner = '', end = 'forgotten' where turn = ?", gone)
        self._truncate_log()

    def _truncate_log(self) -> None:
        """Empty the file's log, where frames that are erased stand still; wait for whoever reads an older state.

        Who reads for longer is waited for by each `sweep`.
        """
        deadline = time.monotonic() + TRUNCATE_TIMEOUT_S
        while not self._is_truncated() and time.monotonic() < deadline:
            gevent.sleep(POLL_S)

    def _is_truncated(self) -> bool:
        with as_away():
            self._has_log_to_truncate = bool(self._database.execute("pragma wal_checkpoint(truncate)").fetchone()[0])
        return not self._has_log_to_truncate

    def sweep(self) -> None:
        if self._has_log_to_truncate:
            self._is_truncated()
        now = time.time()
        with self._writing():
            gone = self._database.execute(
                "delete from turn where (end <> '' and at < ?) or at < ? returning turn",
                (now - KEPT_S, now - LONGEST_KEPT_S),
            ).fetchall()
            self._database.executemany("delete from event where turn = ?", gone)

    def close(self) -> None:
        self._database.close()

    def _after(self, turn: str, after: int) -> list[bytes]:
        with as_away():
            rows = self._database.execute(
                "select number, frame from event where turn = ? and last > ? order by number", (turn, after)
            ).fetchall()
        return [frame for first, sealed in rows for frame in parted(self._unseal(sealed))[max(0, after + 1 - first) :]]

    def _one(self, statement: str, parameters: tuple[object, ...]) -> tuple[Any, ...] | None:
        with as_away():
            row: tuple[Any, ...] | None = self._database.execute(statement, parameters).fetchone()
        return row

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Keep all that the block writes, or nothing."""
        with as_away():
            self._database.execute("begin immediate")
            try:
                yield
                self._database.execute("commit")
            except BaseException:
                if self._database.in_transaction:  # a full disk has rolled it back already
                    self._database.execute("rollback")
                raise


def joined(frames: Sequence[bytes]) -> bytes:
    """Return frames as one text, each behind its length."""
    return b"".join([part for frame in frames for part in (len(frame).to_bytes(LENGTH_BYTES, "big"), frame)])


def parted(joined_frames: bytes) -> list[bytes]:
    """Return the frames of a text of `joined`."""
    frames, at = [], 0
    while at < len(joined_frames):
        begins = at + LENGTH_BYTES
        at = begins + int.from_bytes(joined_frames[at:begins], "big")
        frames.append(joined_frames[begins:at])
    return frames


@contextmanager
def as_away() -> Iterator[None]:
    """Turn what SQLite says of a locked, full, read-only or broken file into StoreAway."""
    try:
        yield
    except sqlite3.DatabaseError as problem:
        raise StoreAway(f"the turn log's file cannot be used: {problem}") from problem
