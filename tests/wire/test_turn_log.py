"""The turn log: dense numbers, one end, readers at any cursor, and a restart."""

from __future__ import annotations

import os
import random
import re
import sqlite3
import subprocess
import sys
from functools import partial
from pathlib import Path

import gevent
import pytest

from backend.domain.errors import NotFound
from backend.domain.events import Delta, Done, Event, Start
from backend.domain.ports import StoredTurn
from backend.domain.reply import Reply, Source, Usage
from backend.store.encryption import Cipher, Place, new_key
from backend.wire import turn_log
from backend.wire.frames import COMMENT, RETRY, WireError
from backend.wire.producer import Producer
from backend.wire.reader import follow, replay
from backend.wire.turn_log import MemoryTurnLog

START = Start("t", "c", None, "m")
DONE = Done("end_turn", True, False, 0.9, Usage())
EVENTS: list[Event] = [START, *(Delta(f"piece {number} ") for number in range(20)), DONE]


def filled(events: list[Event]) -> MemoryTurnLog:
    log = MemoryTurnLog()
    assert log.claim("t")
    for event in events:
        log.append("t", event)
    return log


def ids_of(stream: bytes) -> list[int]:
    return [int(number) for number in re.findall(rb"^id: (\d+)$", stream, re.MULTILINE)]


def test_events_are_numbered_without_a_gap() -> None:
    stream = b"".join(follow(filled(EVENTS), "t", 0))
    assert stream.startswith(RETRY)
    assert ids_of(stream) == list(range(1, len(EVENTS) + 1))


@pytest.mark.parametrize("after", range(len(EVENTS)))
def test_a_reader_gets_exactly_what_stands_behind_its_cursor(after: int) -> None:
    log = filled(EVENTS)
    whole = b"".join(follow(log, "t", 0))
    rest = b"".join(follow(log, "t", after))
    assert ids_of(rest) == list(range(after + 1, len(EVENTS) + 1))
    assert whole.endswith(rest.removeprefix(RETRY))


def test_readers_who_come_and_go_all_see_one_whole_answer() -> None:
    log = MemoryTurnLog()
    log.claim("t")
    seen: list[list[int]] = []

    def read(seed: int) -> None:
        """Read to the end, leaving after a random number of batches and coming back at the cursor."""
        dice, ids = random.Random(seed), []
        while not ids or ids[-1] < len(EVENTS):
            for chunk in follow(log, "t", ids[-1] if ids else 0):
                ids += ids_of(chunk)
                if dice.random() < 0.3:
                    break
        seen.append(ids)

    readers = [gevent.spawn(read, seed) for seed in range(20)]
    Producer(log).start("t", slowly(EVENTS), lambda: None)
    gevent.joinall(readers, timeout=20, raise_error=True)
    assert seen == [list(range(1, len(EVENTS) + 1))] * 20


def slowly(events: list[Event]):
    for event in events:
        gevent.sleep(0.002)
        yield event


def test_of_two_claims_one_wins_and_a_refused_one_can_be_made_again() -> None:
    log = MemoryTurnLog()
    assert log.claim("t")
    assert not log.claim("t")
    waiting = gevent.spawn(log.wait, "t", 0, 5)
    gevent.sleep(0)
    log.release("t")
    with pytest.raises(NotFound):
        waiting.get(timeout=5)
    assert log.claim("t")


def test_nothing_comes_after_the_end() -> None:
    log = filled(EVENTS)
    with pytest.raises(WireError):
        log.append("t", Delta("more"))
    assert log.last_id("t") == (len(EVENTS), True)


def test_a_silent_turn_sends_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.wire.reader.HEARTBEAT_S", 0.01)
    log = filled([START])
    stream = follow(log, "t", 1)
    assert next(stream) == RETRY
    assert next(stream) == COMMENT


def test_a_turn_that_breaks_still_ends_once() -> None:
    def breaks():
        yield START
        raise RuntimeError("a bug")

    log, ended = MemoryTurnLog(), []
    log.claim("t")
    producer = Producer(log)
    producer.start("t", breaks(), lambda: ended.append(1))
    stream = b"".join(follow(log, "t", 0))
    producer.wait_for_all(5)
    assert b'"code":"internal"' in stream
    assert ids_of(stream) == [1, 2]
    assert ended == [1]


def test_an_erased_turn_is_gone_for_its_readers() -> None:
    log = filled([START])
    log.forget(["t"])
    assert not log.knows("t")
    with pytest.raises(NotFound):
        log.last_id("t")


def seals() -> dict[str, object]:
    cipher, place = Cipher(new_key()), Place("", "turn_log", "", "frame")
    return {"seal": partial(cipher.seal, place=place), "unseal": partial(cipher.open, place=place)}


def test_a_restart_keeps_what_was_said_and_nobody_can_read_it_on_the_disk(tmp_path: Path) -> None:
    keys, file = seals(), tmp_path / "log.sqlite3"
    first = MemoryTurnLog()
    assert first.mirror_to(file, **keys) == []
    first.claim("t")
    for event in EVENTS:
        first.append("t", event)
    first.flush()
    second = MemoryTurnLog()
    assert second.mirror_to(file, **keys) == []
    assert b"".join(follow(second, "t", 0)) == b"".join(follow(first, "t", 0))
    on_disk = b"".join(part.read_bytes() for part in tmp_path.iterdir())
    assert b"piece" not in on_disk
    assert file.stat().st_mode & 0o077 == 0


def test_a_turn_that_a_dead_process_left_ends_with_interrupted(tmp_path: Path) -> None:
    keys, file = seals(), tmp_path / "log.sqlite3"
    first = MemoryTurnLog()
    first.mirror_to(file, **keys)
    first.claim("t")
    for event in EVENTS[:5]:
        first.append("t", event)
    first.flush()
    second = MemoryTurnLog()
    assert second.mirror_to(file, **keys) == ["t"]
    stream = b"".join(follow(second, "t", 0))
    assert b'"code":"interrupted"' in stream
    assert ids_of(stream) == [1, 2, 3, 4, 5, 6]


def test_a_turn_of_a_living_process_is_left_to_it(tmp_path: Path) -> None:
    keys, file = seals(), tmp_path / "log.sqlite3"
    first = MemoryTurnLog()
    first.mirror_to(file, **keys)
    first.claim("t")
    first.append("t", START)
    first.flush()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as living:
        with sqlite3.connect(file) as database:
            database.execute("update event set owner = ?", (living.pid,))
        assert MemoryTurnLog().mirror_to(file, **keys) == []
    assert turn_log.is_alive(os.getppid())


def test_a_locked_mirror_loses_nothing(tmp_path: Path) -> None:
    keys, file = seals(), tmp_path / "log.sqlite3"
    log = MemoryTurnLog()
    log.mirror_to(file, **keys)
    log.claim("t")
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("begin immediate")
        for event in EVENTS:
            log.append("t", event)
        log.flush()
        other.execute("rollback")
    log.flush()
    again = MemoryTurnLog()
    again.mirror_to(file, **keys)
    assert again.last_id("t") == (len(EVENTS), True)


def test_forgotten_turns_leave_the_disk(tmp_path: Path) -> None:
    keys, file = seals(), tmp_path / "log.sqlite3"
    log = MemoryTurnLog()
    log.mirror_to(file, **keys)
    log.claim("t")
    log.append("t", START)
    log.flush()
    log.forget(["t"])
    with sqlite3.connect(file) as database:
        assert database.execute("select count(*) from event").fetchone() == (0,)


# a turn whose log has gone


def stored(**changes: object) -> StoredTurn:
    fields: dict[str, object] = {
        "turn": "t",
        "conversation": "c",
        "question": "q",
        "reply": Reply("m", 0.5, ("f",)),
        "status": "done",
        "sources": (Source("s", "S", ""),),
        "stop_reason": "end_turn",
        "model": "m",
        **changes,
    }
    return StoredTurn(**fields)  # type: ignore[arg-type]


def test_an_expired_turn_is_told_by_one_replace() -> None:
    stream = b"".join(replay(stored(), 0)).decode()
    assert re.findall(r"^event: (\w+)$", stream, re.MULTILINE) == ["start", "replace", "sources", "done"]
    later = b"".join(replay(stored(), 7)).decode()
    assert ids_of(later.encode()) == [8, 9, 10]


def test_an_expired_turn_that_failed_ends_as_it_did() -> None:
    failed = b"".join(replay(stored(status="failed", error="overloaded", stop_reason=""), 0)).decode()
    assert '"code":"overloaded"' in failed
    orphan = b"".join(replay(stored(status="streaming", stop_reason="", reply=None, sources=()), 0)).decode()
    assert '"code":"interrupted"' in orphan
