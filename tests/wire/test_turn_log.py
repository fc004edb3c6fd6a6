"""Readers of a turn, its producer, and a turn log whose file or Redis is in trouble (contracts/ has the rest)."""

from __future__ import annotations

import random
import re
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import gevent
import pytest
from gevent.event import Event as Bell

from backend.domain.conversation import StoredTurn
from backend.domain.errors import Busy
from backend.domain.events import Delta, Done, Event, Start
from backend.domain.reply import Reply, Source, Usage
from backend.domain.timeline import CameBack, Seen
from backend.store.encryption import Cipher, Place
from backend.wire.frames import COMMENT, RETRY
from backend.wire.producer import MOST_CAME_BACK, Producer
from backend.wire.reader import follow, replay, wait_then_replay
from backend.wire.redis_frame_store import RedisFrameStore
from backend.wire.sqlite_frame_store import SqliteFrameStore
from backend.wire.turn_log import SharedTurnLog
from tests.servers import redis_server

START = Start("t", "c", None, "m")
DONE = Done("end_turn", True, False, 0.9, Usage())
EVENTS: list[Event] = [START, *(Delta(f"piece {number} ") for number in range(20)), DONE]


def filled(events: list[Event]) -> SharedTurnLog:
    log = SharedTurnLog()
    assert log.claim("t")
    for event in events:
        log.append("t", event)
    return log


def ids_of(stream: bytes) -> list[int]:
    return [int(number) for number in re.findall(rb"^id: (\d+)$", stream, re.MULTILINE)]


def test_readers_who_come_and_go_all_see_one_whole_answer() -> None:
    # In a thread, and so in an event loop, of its own: what other tests have left running is not this one's.
    with ThreadPoolExecutor(1) as thread:
        seen = thread.submit(read_by_twenty).result(timeout=60)
    assert seen == [list(range(1, len(EVENTS) + 1))] * 20


def read_by_twenty() -> list[list[int]]:
    """Return the ids that each of twenty readers of one answer has seen."""
    log = SharedTurnLog()
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
    return seen


def slowly(events: list[Event]):
    for event in events:
        gevent.sleep(0.002)
        yield event


class Taking:
    """An outlet that keeps what it takes; of every frame whose number is in `in_part` it first takes half."""

    def __init__(self, in_part: frozenset[int] = frozenset()) -> None:
        self.sent, self.rest, self.wakes = b"", b"", 0
        self._in_part, self._count = in_part, 0

    def takes(self, frame: bytes) -> bool:
        assert not self.rest, "a frame went out before the one before it was whole"
        self._count += 1
        cut = len(frame) // 2 if self._count in self._in_part else len(frame)
        self.sent, self.rest = self.sent + frame[:cut], frame[cut:]
        return not self.rest

    def flush(self) -> None:
        self.wakes += 1
        self.sent, self.rest = self.sent + self.rest, b""


def read_through(outlet: Taking, log: SharedTurnLog, after: int = 0) -> None:
    """Read as a server does: what is yielded is written to the same connection."""
    for piece in follow(log, "t", after, outlet=outlet):
        assert not outlet.rest
        outlet.sent += piece


@pytest.mark.parametrize("in_part", [frozenset(), frozenset({1, 3, 4, 9}), frozenset(range(1, 40))])
def test_a_reader_whose_connection_takes_frames_itself_gets_the_same_stream(in_part: frozenset[int]) -> None:
    log, outlet = SharedTurnLog(), Taking(in_part)
    log.claim("t")
    reading = gevent.spawn(read_through, outlet, log)
    for event in slowly(EVENTS):
        log.append("t", event)
    reading.get(timeout=20)
    told = b"".join(follow(log, "t", 0))
    assert outlet.sent.replace(COMMENT, b"") == told
    if not in_part:
        assert outlet.wakes <= 3, "the reader was woken for frames that its connection took"


def test_two_readers_of_a_turn_share_no_connection() -> None:
    log, outlets = SharedTurnLog(), [Taking(), Taking()]
    log.claim("t")
    reading = [gevent.spawn(read_through, outlets[0], log)]
    for number, event in enumerate(slowly(EVENTS)):
        if number == 7:
            reading.append(gevent.spawn(read_through, outlets[1], log))
            gevent.sleep(0)
        if number == 14:
            reading[0].kill()
        log.append("t", event)
    reading[1].get(timeout=20)
    told = b"".join(follow(log, "t", 0))
    assert outlets[1].sent.replace(COMMENT, b"") == told
    assert told.startswith(outlets[0].sent.replace(COMMENT, b""))
    assert ids_of(outlets[0].sent) == list(range(1, len(ids_of(outlets[0].sent)) + 1))


def test_a_turn_that_is_erased_tells_the_number_behind_what_the_connection_took() -> None:
    log, outlet = SharedTurnLog(), Taking()
    log.claim("t")
    reading = gevent.spawn(read_through, outlet, log)
    for event in slowly(EVENTS[:4]):
        log.append("t", event)
    log.forget(["t"])
    reading.get(timeout=20)
    assert ids_of(outlet.sent) == [1, 2, 3, 4, 5]


def test_a_silent_turn_whose_connection_took_frames_sends_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.wire.reader.HEARTBEAT_S", 0.05)
    log, outlet = SharedTurnLog(), Taking()
    log.claim("t")
    reading = gevent.spawn(read_through, outlet, log)
    for event in slowly(EVENTS[:4]):
        log.append("t", event)
    with gevent.Timeout(20):
        while outlet.sent.count(COMMENT) < 2:
            gevent.sleep(0.005)
    reading.kill()
    assert ids_of(outlet.sent) == [1, 2, 3, 4]


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

    log, ended = SharedTurnLog(), []
    log.claim("t")
    producer = Producer(log)
    producer.start("t", breaks(), lambda: ended.append(1))
    stream = b"".join(follow(log, "t", 0))
    with gevent.Timeout(5):
        while producer.running():
            gevent.sleep(0)
    assert b'"code":"internal"' in stream
    assert ids_of(stream) == [1, 2]
    assert ended == [1]


def test_who_reads_that_an_answer_ended_has_its_place_back_already() -> None:
    log, ended, places = SharedTurnLog(), [], []
    log.claim("t")
    Producer(log, lambda *_: gevent.sleep(0.05)).start("t", slowly(EVENTS), lambda: ended.append(1))
    for chunk in follow(log, "t", 0):
        places.append((len(EVENTS) in ids_of(chunk), len(ended)))
    assert (places[0], places[-1]) == ((False, 0), (True, 1))


def run_and_keep(keep: Callable[[str, Sequence[Seen]], None], *readers: int) -> bytes:
    """Run a turn to its end with readers that come back at these events; return what one reader got."""
    log = SharedTurnLog()
    log.claim("t")
    producer = Producer(log, keep)
    producer.start("t", slowly(EVENTS), lambda: None)
    gevent.sleep(0.005)
    for after in readers:
        producer.came_back("t", after)
    stream = b"".join(follow(log, "t", 0))
    with gevent.Timeout(5):
        while producer.running():
            gevent.sleep(0)
    producer.came_back("t", 1)  # too late: nothing is written any more
    return stream


def test_all_that_was_sent_is_kept_with_its_times_and_those_who_came_back() -> None:
    kept: list[Seen] = []

    run_and_keep(lambda _turn, seen: kept.extend(seen), 1)

    assert [event for _, event in kept if not isinstance(event, CameBack)] == EVENTS
    assert [event for _, event in kept if isinstance(event, CameBack)] == [CameBack(1)]
    assert [at for at, _ in kept] == sorted(at for at, _ in kept)


def test_a_page_that_is_opened_again_and_again_is_kept_a_few_times_alone() -> None:
    kept: list[Seen] = []

    run_and_keep(lambda _turn, seen: kept.extend(seen), *[0] * 1_000)

    assert [event for _, event in kept if isinstance(event, CameBack)] == [CameBack(0)] * MOST_CAME_BACK
    assert [event for _, event in kept if not isinstance(event, CameBack)] == EVENTS


def test_a_visitor_has_the_whole_answer_where_it_cannot_be_kept_for_staff() -> None:
    def breaks(_turn: str, _seen: Sequence[Seen]) -> None:
        raise RuntimeError("the disk is full")

    assert ids_of(run_and_keep(breaks)) == list(range(1, len(EVENTS) + 1))


def test_a_stream_whose_conversation_is_erased_ends_with_an_event() -> None:
    log = filled(EVENTS[:4])
    held = gevent.spawn(lambda: b"".join(wait_then_replay(log, "t", 7, lambda: None, lambda: False)))
    reading = gevent.spawn(lambda: b"".join(follow(log, "t", 2)))
    gevent.sleep(0)
    log.forget(["t"])
    for stream, ids in ((reading.get(timeout=5), [3, 4, 5]), (held.get(timeout=5), [8])):
        assert ids_of(stream) == ids
        assert stream.count(b"event: done") == 1
        assert b'"stop_reason":"stopped"' in stream


def test_a_held_reader_gets_the_answer_in_one_piece_and_no_part_of_it_before() -> None:
    log = filled(EVENTS[:5])
    held = wait_then_replay(log, "t", 7, stored, lambda: False)
    reading = gevent.spawn(lambda: b"".join(held))
    for event in EVENTS[5:]:
        gevent.sleep(0)
        log.append("t", event)
    stream = reading.get(timeout=5)
    assert b"piece" not in stream
    assert ids_of(stream) == [8, 9, 10]


def test_a_reader_who_has_gone_is_let_go_of() -> None:
    log, left = filled([START]), []
    reading = gevent.spawn(list, follow(log, "t", 1, lambda: bool(left)))
    gevent.sleep(0)
    left.append(True)
    log.nudge("t")
    assert reading.get(timeout=5) == [RETRY]


def test_a_held_reader_of_whom_somebody_doubts_that_he_is_there_is_sent_something() -> None:
    log, left = filled([START]), []
    held = wait_then_replay(log, "t", 7, stored, lambda: bool(left))
    reading = gevent.spawn(next, held)
    gevent.sleep(0)
    log.append("t", Delta("silently"))
    gevent.sleep(0)
    assert not reading.ready()
    log.nudge("t")
    assert reading.get(timeout=5) == COMMENT
    left.append(True)
    log.nudge("t")
    assert list(held) == []


# a frame store in trouble


def on_a_file(path: Path) -> SharedTurnLog:
    cipher, place = Cipher(bytes(32)), Place("", "turn_log", "", "frame")
    store = SqliteFrameStore(path, partial(cipher.seal, place=place), partial(cipher.open, place=place))
    return SharedTurnLog(store, lambda _: stored(status="failed", error="interrupted", reply=None))


def test_a_restart_keeps_what_was_said(tmp_path: Path) -> None:
    first = on_a_file(tmp_path / "log")
    first.claim("t")
    for event in EVENTS:
        first.append("t", event)
    told = b"".join(follow(first, "t", 0))
    first.close()
    second = on_a_file(tmp_path / "log")
    assert b"".join(follow(second, "t", 0)) == told
    second.close()


def test_a_locked_file_holds_up_nobody_and_loses_nothing(tmp_path: Path) -> None:
    log = on_a_file(tmp_path / "log")
    log.open()
    with sqlite3.connect(tmp_path / "log", isolation_level=None) as other:
        other.execute("begin immediate")
        assert log.claim("t")
        began = time.monotonic()
        for event in EVENTS:
            log.append("t", event)
        assert ids_of(b"".join(follow(log, "t", 0))) == list(range(1, len(EVENTS) + 1))
        assert time.monotonic() - began < 0.5
        assert "locked" in (log.problem() or "")
        other.execute("rollback")
    other.close()
    log.flush()
    assert log.problem() is None
    successor = on_a_file(tmp_path / "log")
    assert b"".join(follow(successor, "t", 0)) == b"".join(follow(log, "t", 0))
    successor.close()
    log.close()


def test_a_file_that_is_no_database_is_started_anew(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "log")
    old.execute("create table event (turn text, number integer)")
    old.close()
    log = on_a_file(tmp_path / "log")
    assert log.claim("t")
    log.close()


class SlowToAnswer(SqliteFrameStore):
    """A frame store that gives a turn away at once, and says so only when it is let."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, seal=bytes, unseal=bytes)
        self.has_claimed, self.may_answer = Bell(), Bell()

    def claim(self, turn: str) -> bool:
        is_won = super().claim(turn)
        if is_won:
            self.has_claimed.set()
            self.may_answer.wait(10)
        return is_won


def test_whoever_waits_for_a_turn_before_its_owner_knows_that_it_is_theirs_is_told_of_its_start(tmp_path: Path) -> None:
    store = SlowToAnswer(tmp_path / "turns.db")
    log = SharedTurnLog(store)
    owner = gevent.spawn(log.claim, "t")
    store.has_claimed.wait(10)
    assert not log.claim("t")
    reader = gevent.spawn(log.wait, "t", 0, 30)
    gevent.idle()
    store.may_answer.set()
    assert owner.get(timeout=10)
    log.append("t", START)
    batch = reader.get(timeout=10)
    assert batch is not None
    assert batch.last_id == 1
    log.close()


def test_redis_may_go_and_come_back_with_nothing(tmp_path: Path) -> None:
    """What was written meanwhile, and what Redis has lost, is there again for the other workers."""
    with redis_server(tmp_path) as redis:
        cipher, place = Cipher(bytes(32)), Place("", "turn_log", "", "frame")
        seals = (partial(cipher.seal, place=place), partial(cipher.open, place=place))
        writer = SharedTurnLog(RedisFrameStore(redis.url, *seals), lambda _: None)
        other = SharedTurnLog(RedisFrameStore(redis.url, *seals), lambda _: None)
        writer.open()
        other.open()
        writer.claim("before")
        writer.append("before", START)
        writer.flush()
        redis.end()
        began = time.monotonic()
        assert writer.claim("during")
        writer.append("during", START)
        for turn in ("before", "during"):
            for event in EVENTS[1:]:
                writer.append(turn, event)
            assert ids_of(b"".join(follow(writer, turn, 0))) == list(range(1, len(EVENTS) + 1))
        assert time.monotonic() - began < 1
        with pytest.raises(Busy):
            other.last_id("before")
        assert writer.problem()
        redis.start()
        with gevent.Timeout(10):
            while writer.problem() or other.problem():
                gevent.sleep(0.05)
        for turn in ("before", "during"):
            assert b"".join(follow(other, turn, 0)) == b"".join(follow(writer, turn, 0))
        writer.close()
        other.close()


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


def test_turns_that_end_together_are_kept_one_at_a_time_and_in_all_steps() -> None:
    log, at_work, done = SharedTurnLog(), 0, []

    def keep(step: str, turn: str, _seen: Sequence[Seen]) -> None:
        nonlocal at_work
        at_work += 1
        gevent.sleep(0.001)
        done.append((turn, step, at_work))
        at_work -= 1
        if turn == "b":
            raise RuntimeError("one step that breaks keeps nobody from the next")

    producer = Producer(log, partial(keep, "first"), partial(keep, "second"))
    for turn in "abc":
        log.claim(turn)
        producer.start(turn, iter(EVENTS), lambda: None)
    with gevent.Timeout(5):
        while producer.running():
            gevent.sleep(0.001)
    assert sorted(done) == [(turn, step, 1) for turn in "abc" for step in ("first", "second")]
