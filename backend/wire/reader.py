"""A reader of a turn gets every event after its cursor, then each new one, until the terminal event."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from backend.domain.conversation import StoredTurn
from backend.domain.errors import Busy, Interrupted, InvalidRequest, NotFound
from backend.domain.events import Done, Event, Failed, Replace, Sources, Start
from backend.domain.ports import Outlet, TurnLog
from backend.domain.reply import Reply, Usage
from backend.domain.turn import AnswerKind
from backend.wire.events import event_on_the_wire
from backend.wire.frames import COMMENT, RETRY, encode_frame

HEARTBEAT_S = 12.0
LONGEST_CURSOR = 9
# What readers get, instead of an end of its own, of a turn whose conversation is erased while they read.
ERASED = Done(stop_reason="stopped", is_valid=False, is_flagged=False, confidence=0.0, usage=Usage())
FRAME_END = b"\n\n"
VISITOR = re.compile(rb'"visitor":"[^"]*",')  # a signed token, in which no quotation mark stands


def read_cursor(text: str | None) -> int:
    """Return the number of the last event that a reader has, 0 for none; raise InvalidRequest for anything else."""
    if text is None or text == "":
        return 0
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_CURSOR:
        raise InvalidRequest(
            f"Last-Event-ID: {text[:40]!r} is not the id of an event; send the last id that came, or none"
        )
    return int(text)


def check_cursor(after: int, last: int) -> None:
    """Raise InvalidRequest for a cursor that lies in the future."""
    if after > last:
        raise InvalidRequest(f"Last-Event-ID: {after} has not been sent yet; the last event so far is {last}")


def follow(
    log: TurnLog,
    turn: str,
    after: int,
    has_left: Callable[[], bool] = lambda: False,
    outlet: Outlet | None = None,
) -> Iterator[bytes]:
    """Yield the frames after a cursor as they come, with a comment whenever nothing came for a while.

    `has_left` tells whether the reader is gone; it is asked whenever the turn's bell rings. Frames that come while the
    reader waits may go through its `outlet`, and are not yielded.
    """
    yield RETRY
    while True:
        try:
            batch = log.wait(turn, after, HEARTBEAT_S, outlet)
        except Busy:
            return  # the log is out of reach: a reader who comes again is told so
        except NotFound:
            if after:  # erased while it was read
                yield encode_event(ERASED, after + 1)
            return
        if has_left():
            return
        if outlet:
            outlet.flush()
        if batch is None:
            yield COMMENT
            continue
        yield batch.frames or COMMENT
        if batch.has_ended:
            return
        after = batch.last_id


def without_visitor(frames: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the frames of a turn from its start, its first event without the token of a new visitor."""
    has_started = False
    for piece in frames:
        if has_started or piece in (RETRY, COMMENT):
            yield piece
            continue
        start, end, rest = piece.partition(FRAME_END)
        yield VISITOR.sub(b"", start, count=1) + end + rest
        has_started = True


def wait_then_replay(
    log: TurnLog, turn: str, after: int, stored: Callable[[], StoredTurn | None], has_left: Callable[[], bool]
) -> Iterator[bytes]:
    """Yield comments until the turn has ended, then its stored reply, numbered on from `after`.

    For a cursor that may be of the interrupted answer which this turn has taken the place of: what follows it there
    and here are different texts, and joining them would show a text that nobody wrote.
    """
    commented_at, last = time.monotonic(), 0
    for is_news in follow_silently(log, turn, last, has_left):
        # Woken without news: it is time for a heartbeat, or somebody doubts that the reader is there, which a comment
        # finds out.
        if not is_news or time.monotonic() - commented_at >= HEARTBEAT_S:
            commented_at = time.monotonic()
            yield COMMENT
    if has_left():
        return
    kept = stored()
    if kept is None:
        yield encode_event(ERASED, after + 1)
    else:
        yield from replay(kept, after)


def follow_silently(log: TurnLog, turn: str, after: int, has_left: Callable[[], bool]) -> Iterator[bool]:
    """Yield at each event, and now and then without one (False), until the turn has ended."""
    while not has_left():
        try:
            batch = log.wait(turn, after, HEARTBEAT_S)
        except (NotFound, Busy):
            return
        if batch and batch.has_ended:
            return
        after = batch.last_id if batch else after
        yield batch is not None


def replay(stored: StoredTurn, after: int) -> Iterator[bytes]:
    """Yield a turn whose log has gone: its stored reply as one `replace`, then its end."""
    frames = [RETRY]
    for number, event in enumerate(events_of(stored, from_start=after == 0), start=after + 1):
        frames.append(encode_event(event, number))
    yield b"".join(frames)


def encode_event(event: Event, number: int) -> bytes:
    name, fields = event_on_the_wire(event)
    return encode_frame(name, fields, number=number)


def events_of(stored: StoredTurn, *, from_start: bool) -> Iterator[Event]:
    if from_start:
        yield Start(stored.turn, stored.conversation, None, stored.model)
    if stored.reply:
        yield Replace(Reply(stored.reply.message, stored.reply.confidence, stored.reply.followups), "", "stored")
    if stored.sources:
        yield Sources(stored.sources)
    if stored.status == "failed" or not stored.stop_reason:
        interrupted = Failed.because(Interrupted())
        yield replace(interrupted, code=stored.error) if stored.error else interrupted
        return
    confidence = stored.reply.confidence if stored.reply else 0.0
    confidence = confidence if stored.calibrated is None else stored.calibrated
    usage = Usage(**stored.usage)  # type: ignore[arg-type]
    kind: AnswerKind = "nothing" if stored.found_nothing else "answer"
    yield Done(stored.stop_reason, stored.is_valid, stored.is_flagged, confidence, usage, kind)
