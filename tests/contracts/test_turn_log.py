"""The turn log of one process alone, on a SQLite file and on Redis. Two logs on one frame store are two workers."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import gevent
import pytest

from backend.domain.conversation import StoredTurn
from backend.domain.errors import NotFound
from backend.domain.events import Delta, Done, Event, Failed, Start
from backend.domain.reply import Reply, Usage
from backend.store.encryption import Cipher, Place, new_key
from backend.wire.frame_store import LEASE_S, RESERVE, Frames, FrameStore
from backend.wire.frames import RETRY, WireError
from backend.wire.leases import KEPT_HERE_S, UNATTENDED_S
from backend.wire.reader import follow
from backend.wire.redis_frame_store import RedisFrameStore, connect
from backend.wire.sqlite_frame_store import TURNS_AT_ONCE, SqliteFrameStore
from backend.wire.turn_log import SharedTurnLog, TurnTaken

START = Start("t", "c", None, "m")
DONE = Done("end_turn", True, False, 0.9, Usage())
EVENTS: list[Event] = [START, *(Delta(f"piece {number} ") for number in range(40)), DONE]
QUICK_LEASE_S = 0.3


def stored(status: str, reply: Reply | None = None, **changes: object) -> StoredTurn:
    return StoredTurn("t", "c", "q", reply, status, (), **changes)  # type: ignore[arg-type]


INTERRUPTED = stored("failed", error="interrupted")


class Clock:
    """Time that the test holds."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


class Workers:
    """Makes logs that share one frame store, as the workers of a server do, and closes them."""

    def __init__(self, save: Callable[[float], FrameStore | None]) -> None:
        self._save = save
        self._logs: list[SharedTurnLog] = []

    def log(self, end_left: object = None, lease_s: float = LEASE_S, clock: Clock | None = None) -> SharedTurnLog:
        made = SharedTurnLog(
            self._save(lease_s), end_left or (lambda _: INTERRUPTED), **({"monotonic": clock} if clock else {})
        )
        made.open()
        self._logs.append(made)
        return made

    def kill(self, log: SharedTurnLog) -> None:
        """End a worker as `kill -9` does: what it holds back is lost, its leases run out."""
        gevent.killall(log._greenlets)
        self._logs.remove(log)

    def close(self) -> None:
        for log in self._logs:
            log.close()


def keep_with(kind: str, tmp_path: Path, redis_url: Callable[[], str]) -> Callable[[float], FrameStore | None]:
    cipher, place = Cipher(new_key()), Place("", "turn_log", "", "frame")
    seal, unseal = partial(cipher.seal, place=place), partial(cipher.open, place=place)
    if kind == "alone":
        return lambda _: None
    if kind == "sqlite":
        return lambda lease_s: SqliteFrameStore(tmp_path / "log.sqlite3", seal, unseal, lease_s)
    url = redis_url()
    client = connect(url, 5)
    client.flushall()
    client.close()
    return lambda lease_s: RedisFrameStore(url, seal, unseal, lease_s)


@pytest.fixture(params=["alone", "sqlite", "redis"])
def workers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workers]:
    made = Workers(keep_with(request.param, tmp_path, lambda: request.getfixturevalue("redis_url")))
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "redis"])
def sharing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workers]:
    made = Workers(keep_with(request.param, tmp_path, lambda: request.getfixturevalue("redis_url")))
    yield made
    made.close()


@pytest.fixture
def log(workers: Workers) -> SharedTurnLog:
    return workers.log()


def fill(log: SharedTurnLog, events: list[Event], turn: str = "t") -> None:
    assert log.claim(turn)
    for event in events:
        log.append(turn, event)


def read(log: SharedTurnLog, after: int = 0, turn: str = "t") -> bytes:
    with gevent.Timeout(20):
        return b"".join(follow(log, turn, after)).removeprefix(RETRY)


def ids_of(stream: bytes) -> list[int]:
    return [int(number) for number in re.findall(rb"^id: (\d+)$", stream, re.MULTILINE)]


def names_of(stream: bytes) -> list[str]:
    return [name.decode() for name in re.findall(rb"^event: (\w+)$", stream, re.MULTILINE)]


def eventually(is_so: Callable[[], bool]) -> None:
    with gevent.Timeout(10):
        while not is_so():
            gevent.sleep(0.01)


# one worker


def test_events_are_numbered_without_a_gap(log: SharedTurnLog) -> None:
    fill(log, EVENTS)
    assert ids_of(read(log)) == list(range(1, len(EVENTS) + 1))
    assert log.last_id("t") == (len(EVENTS), True)


@pytest.mark.parametrize("after", [0, 1, 2, 20, len(EVENTS) - 1])
def test_a_reader_gets_exactly_what_stands_behind_the_cursor(log: SharedTurnLog, after: int) -> None:
    fill(log, EVENTS)
    rest = read(log, after)
    assert ids_of(rest) == list(range(after + 1, len(EVENTS) + 1))
    assert read(log).endswith(rest)


def test_nothing_comes_after_the_end(log: SharedTurnLog) -> None:
    fill(log, EVENTS)
    with pytest.raises(WireError):
        log.append("t", Delta("more"))
    assert log.last_id("t") == (len(EVENTS), True)


def test_a_refused_question_can_be_asked_again(log: SharedTurnLog) -> None:
    assert log.claim("t")
    waiting = gevent.spawn(log.wait, "t", 0, 5)
    gevent.sleep(0)
    log.release("t")
    with pytest.raises(NotFound):
        waiting.get(timeout=5)
    assert not log.knows("t")
    assert log.claim("t")


def test_an_erased_turn_is_gone_for_its_readers_and_its_writer(log: SharedTurnLog) -> None:
    fill(log, [START])
    log.flush()
    log.forget(["t"])
    assert not log.knows("t")
    with pytest.raises(NotFound):
        log.last_id("t")
    with pytest.raises(NotFound):
        log.append("t", Delta("more"))


def test_an_interrupted_turn_can_be_answered_anew_once(log: SharedTurnLog) -> None:
    fill(log, [START, Delta("half an ans"), Failed("interrupted", "…", True)])
    log.flush()
    assert log.claim_again("t")
    assert not log.claim_again("t")
    assert log.earlier("t") == 3
    for event in EVENTS:
        log.append("t", event)
    stream = read(log)
    assert ids_of(stream) == list(range(1, len(EVENTS) + 1))
    assert b"half an ans" not in stream


def test_a_cursor_of_the_first_of_two_interrupted_answers_is_still_known_as_old(log: SharedTurnLog) -> None:
    fill(log, [START, *[Delta("half an ans")] * 9, Failed("interrupted", "…", True)])
    log.flush()
    assert log.claim_again("t")
    for event in [START, Failed("interrupted", "…", True)]:
        log.append("t", event)
    log.flush()
    assert log.claim_again("t")
    assert log.earlier("t") == 11


@pytest.mark.parametrize("end", [DONE, Failed("overloaded", "…", True), None])
def test_no_other_turn_is_answered_anew(log: SharedTurnLog, end: Event | None) -> None:
    fill(log, [START, end] if end else [START])
    log.flush()
    assert not log.claim_again("t")
    assert not log.claim_again("nobody's")


def test_a_turn_that_nobody_reads_before_its_first_word_is_stopped_after_a_minute(workers: Workers) -> None:
    clock = Clock()
    log = workers.log(clock=clock)
    fill(log, [START], "silent")
    fill(log, [START, Delta("words")], "talking")
    clock.at += UNATTENDED_S - 1
    log.tick()
    assert not log.stop_of("silent").is_asked
    clock.at += 2
    log.tick()
    assert log.stop_of("silent").is_asked
    assert not log.stop_of("talking").is_asked


def test_a_turn_that_somebody_waits_for_is_not_stopped(workers: Workers) -> None:
    clock = Clock()
    log = workers.log(clock=clock)
    fill(log, [START])
    reader = gevent.spawn(log.wait, "t", 1, 30)
    gevent.sleep(0)
    clock.at += 10 * UNATTENDED_S
    log.tick()
    assert not log.stop_of("t").is_asked
    reader.kill()


# several workers


def test_the_same_turn_sent_to_many_workers_is_begun_by_one(sharing: Workers) -> None:
    logs = [sharing.log() for _ in range(4)]
    for number in range(25):
        claims = [gevent.spawn(log.claim, f"t{number}") for log in logs for _ in range(3)]
        gevent.joinall(claims, timeout=10, raise_error=True)
        assert sum(claim.value for claim in claims) == 1


def test_readers_at_other_workers_see_the_same_stream(sharing: Workers) -> None:
    writer, other = sharing.log(), sharing.log()
    writer.claim("t")
    dice = random.Random(4)
    seen: list[list[int]] = []

    def come_and_go(seed: int) -> None:
        """Read to the end, leaving after a random number of batches and coming back at another worker."""
        dice, ids = random.Random(seed), []
        while not ids or ids[-1] < len(EVENTS):
            for chunk in follow(dice.choice([writer, other]), "t", ids[-1] if ids else 0):
                ids += ids_of(chunk)
                if dice.random() < 0.3:
                    break
        seen.append(ids)

    readers = [gevent.spawn(come_and_go, seed) for seed in range(12)]
    for event in EVENTS:
        writer.append("t", event)
        gevent.sleep(dice.random() * 0.01)
    gevent.joinall(readers, timeout=20, raise_error=True)
    assert seen == [list(range(1, len(EVENTS) + 1))] * 12
    assert read(other) == read(writer)


def test_a_reader_may_be_ahead_of_what_another_worker_has_heard(sharing: Workers) -> None:
    writer, other = sharing.log(), sharing.log()
    fill(writer, EVENTS[:5])
    writer.flush()
    assert other.last_id("t") == (5, False)
    assert other.may_come("t", 8)
    assert not other.may_come("t", 6 + RESERVE)
    assert not writer.may_come("t", 6)
    waiting = gevent.spawn(read, other, 8)
    for event in EVENTS[5:]:
        writer.append("t", event)
    assert ids_of(waiting.get(timeout=10)) == list(range(9, len(EVENTS) + 1))


def test_a_wish_to_stop_reaches_the_worker_that_answers(sharing: Workers) -> None:
    writer, other = sharing.log(), sharing.log()
    fill(writer, [START])
    writer.flush()
    gevent.sleep(0.1)
    other.ask_to_stop("t")
    eventually(lambda: writer.stop_of("t").is_asked)


def test_a_refused_question_is_gone_at_other_workers(sharing: Workers) -> None:
    writer, other = sharing.log(), sharing.log()
    writer.claim("t")
    waiting = gevent.spawn(other.wait, "t", 0, 10)
    gevent.sleep(0.05)
    writer.release("t")
    with pytest.raises(NotFound):
        waiting.get(timeout=10)
    assert other.claim("t")


def test_an_erased_turn_is_written_no_more(sharing: Workers) -> None:
    writer, other = sharing.log(), sharing.log()
    fill(writer, [START])
    writer.flush()
    other.forget(["t"])
    writer.append("t", Delta("secret"))
    writer.flush()
    with pytest.raises((TurnTaken, NotFound)):
        writer.append("t", Delta("more"))
    assert not other.knows("t")
    assert not writer.knows("t")


def test_a_reader_elsewhere_counts_as_somebody_who_waits(sharing: Workers) -> None:
    clock = Clock()
    writer, other = sharing.log(clock=clock), sharing.log()
    fill(writer, [START])
    writer.flush()
    reader = gevent.spawn(other.wait, "t", 1, 30)
    gevent.sleep(0.05)
    other.tick()
    clock.at += 2 * UNATTENDED_S
    writer.tick()
    assert not writer.stop_of("t").is_asked
    reader.kill()


def test_what_ended_a_while_ago_is_held_in_no_memory_and_still_told(sharing: Workers) -> None:
    clock = Clock()
    log = sharing.log(clock=clock)
    fill(log, EVENTS)
    log.flush()
    told = read(log)
    clock.at += KEPT_HERE_S + 1
    log.sweep()
    assert not log._turns
    assert log.knows("t")
    assert not log.claim("t")
    assert read(log) == told
    assert read(log, 20) == told[told.index(b"id: 21\n") :]


def test_a_crowd_that_comes_at_once_is_told_the_truth(sharing: Workers) -> None:
    writer, other = sharing.log(), sharing.log()
    for number in range(20):
        fill(writer, EVENTS, f"t{number}")
    writer.flush()
    asked = [gevent.spawn(other.knows, f"t{number % 20}") for number in range(300)]
    gevent.joinall(asked, timeout=20, raise_error=True)
    assert [each.value for each in asked] == [True] * 300
    assert other.problem() is None


# a worker that dies


def test_while_what_many_turns_brought_is_kept_others_go_on(tmp_path: Path) -> None:
    store, turned = keep_with("sqlite", tmp_path, str)(LEASE_S), []
    assert store
    turns = [f"t{number}" for number in range(4 * TURNS_AT_ONCE)]
    assert all(store.claim(turn) for turn in turns)

    def turn_on() -> None:
        while True:
            turned.append(1)
            gevent.sleep(0.0001)

    beside = gevent.spawn(turn_on)
    kept = store.write([Frames(turn, 1, [turn.encode()], "") for turn in turns])
    beside.kill()
    assert len(turned) >= 3, "all others waited until everything was kept"
    assert kept == dict.fromkeys(turns, 1)
    assert [store.fetch(turn) for turn in turns] == [Frames(turn, 1, [turn.encode()], "") for turn in turns]
    store.close()


def test_what_a_dead_worker_left_ends_once_and_is_told_as_interrupted(sharing: Workers) -> None:
    ended: list[str] = []

    def end_left(turn: str) -> StoredTurn:
        ended.append(turn)
        return INTERRUPTED

    dying = sharing.log(lease_s=QUICK_LEASE_S)
    others = [sharing.log(end_left, QUICK_LEASE_S) for _ in range(3)]
    fill(dying, EVENTS[:10])
    dying.flush()
    exact = read_frames(dying)
    waiting = [gevent.spawn(read, log) for log in others]
    gevent.sleep(0.05)
    sharing.kill(dying)
    streams = [each.get(timeout=10) for each in waiting]
    assert len(set(streams)) == 1
    assert ended == ["t"]
    assert streams[0].startswith(exact)
    assert names_of(streams[0])[10:] == ["delta"] * RESERVE + ["error"]
    assert ids_of(streams[0]) == list(range(1, 10 + RESERVE + 2))
    assert b'"code":"interrupted"' in streams[0]
    later = sharing.log(end_left, QUICK_LEASE_S)
    assert read(later) == streams[0]


def read_frames(log: SharedTurnLog) -> bytes:
    batch = log.wait("t", 0, 1)
    assert batch
    return batch.frames


def test_a_reader_who_was_ahead_of_the_frame_store_gets_an_end_with_a_number_of_its_own(sharing: Workers) -> None:
    dying, other = sharing.log(lease_s=QUICK_LEASE_S), sharing.log(lease_s=QUICK_LEASE_S)
    fill(dying, EVENTS[:5])
    dying.flush()
    sharing.kill(dying)
    for after in (4, 5, 6, 5 + RESERVE):
        rest = read(other, after)
        assert ids_of(rest) == list(range(after + 1, 5 + RESERVE + 2))
        assert names_of(rest)[-1] == "error"
        assert b"piece" not in rest or after == 4


def test_an_answer_that_was_kept_before_its_worker_died_is_told_whole(sharing: Workers) -> None:
    whole = stored("done", Reply("the whole answer", 0.8), stop_reason="end_turn")
    dying, other = sharing.log(lease_s=QUICK_LEASE_S), sharing.log(lambda _: whole, QUICK_LEASE_S)
    fill(dying, EVENTS[:5])
    dying.flush()
    sharing.kill(dying)
    stream = read(other, 5)
    assert names_of(stream)[-2:] == ["replace", "done"]
    assert b"the whole answer" in stream
    assert not other.claim_again("t")


def test_a_turn_that_died_before_its_first_event_was_saved_still_ends(sharing: Workers) -> None:
    dying, other = sharing.log(lease_s=QUICK_LEASE_S), sharing.log(lease_s=QUICK_LEASE_S)
    dying.claim("t")
    sharing.kill(dying)
    assert names_of(read(other)) == ["start", *["delta"] * RESERVE, "error"]
    assert names_of(read(other, 6))[-1] == "error"  # somebody may have had six that nobody kept
    assert other.claim_again("t")
    assert other.earlier("t") >= 6


def test_a_claim_that_nobody_knows_of_is_given_back(sharing: Workers) -> None:
    dying, other = sharing.log(lease_s=QUICK_LEASE_S), sharing.log(lambda _: None, QUICK_LEASE_S)
    dying.claim("t")
    sharing.kill(dying)
    eventually(lambda: not other.knows("t"))
    assert other.claim("t")


def test_a_worker_that_slept_through_its_lease_leaves_off(sharing: Workers) -> None:
    asleep, other = sharing.log(lease_s=QUICK_LEASE_S), sharing.log(lease_s=QUICK_LEASE_S)
    fill(asleep, EVENTS[:5])
    asleep.flush()
    gevent.killall(asleep._greenlets)
    ended = read(other, 5)
    asleep.append("t", Delta("too late"))
    asleep.flush()
    assert asleep.stop_of("t").is_asked
    with pytest.raises(WireError):
        asleep.append("t", Delta("later still"))
    assert b"too late" not in read(sharing.log())
    assert read(other, 5) == ended


def test_a_silent_model_does_not_look_dead(sharing: Workers) -> None:
    writer, other = sharing.log(lease_s=1.5), sharing.log(lease_s=1.5)
    fill(writer, [START])
    gevent.sleep(2.5)
    other.tick()
    assert other.last_id("t") == (1, False)


def test_what_visitors_read_lies_nowhere_in_the_open(tmp_path: Path, redis_url: str) -> None:
    for kind in ("sqlite", "redis"):
        workers = Workers(keep_with(kind, tmp_path, lambda: redis_url))
        log = workers.log()
        fill(log, EVENTS)
        log.flush()
        on_disk = b"".join(part.read_bytes() for part in tmp_path.iterdir())
        client = connect(redis_url, 5)
        in_redis = b"".join(b"".join(fields.values()) for _, fields in client.xrange("deskbell:frames:t"))
        client.close()
        assert len(on_disk) + len(in_redis) > 1_000
        assert b"piece" not in on_disk + in_redis
        workers.close()
    assert (tmp_path / "log.sqlite3").stat().st_mode & 0o077 == 0


def test_no_thread_is_needed(workers: Workers) -> None:
    before = set(threading.enumerate())  # of other tests
    log = workers.log()
    fill(log, EVENTS)
    log.flush()
    assert set(threading.enumerate()) <= before
