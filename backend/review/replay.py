"""A turn played again: what stood on the visitor's screen at any moment, and where something happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from backend.domain.timeline import Moment

STALL_MS = 1_000  # without anything new, once the question is asked
NAMED = frozenset({"truncated", "disclaimer", "degraded", "done", "error"})
CAME_BACK = "resumed"


@dataclass(frozen=True, slots=True)
class Stop:
    """A place of the time line; `name` is that of its words, `lasted_ms` how long something stood or was missing.

    `text` is what was read until it was taken back; `count` is the event behind which a reader went on, or the words
    that stood there when the visitor stopped it.
    """

    ms: int
    name: str
    lasted_ms: int = 0
    text: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Connection:
    """One of the connections over which a turn came: its events from number `first` to `last`, counted from 1.

    It was answered so many milliseconds after the question. Where a reader lost it, `cut_ms` is when at the latest
    something was sent that did not arrive.
    """

    answered_ms: int
    cut_ms: int | None
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Screen:
    """What a visitor saw: the text, and the kinds of what was said beside it."""

    text: str
    notices: tuple[str, ...]


def stops_of(moments: Sequence[Moment]) -> list[Stop]:
    """Return where something happened in a turn, in its order; a stall that nobody was connected to see is none."""
    lost = list(_lost(moments))
    seen = [
        stop for stop in _stops(moments) if not (stop.name == "stall" and any(map(partial(_is_within, stop), lost)))
    ]
    return sorted([*seen, *lost], key=lambda stop: stop.ms)


def _is_within(stop: Stop, lost: Stop) -> bool:
    return lost.ms <= stop.ms and stop.ms + stop.lasted_ms <= lost.ms + lost.lasted_ms


def connections_of(moments: Sequence[Moment]) -> list[Connection]:
    """Return the connections of a turn, one after the other; together they bring each event once."""
    sent = [moment for moment in moments if moment.event != CAME_BACK]
    found, first, answered = list[Connection](), 1, 0
    for moment in moments:
        last = int(moment.text) if moment.event == CAME_BACK else 0
        if not first <= last < len(sent):
            continue  # nothing came back: another page read along, or all had arrived
        cut = max(min(sent[last].ms, moment.ms), answered)
        found.append(Connection(answered, cut, first, last))
        first, answered = last + 1, moment.ms
    return [*found, Connection(answered, None, first, len(sent))]


def screen_at(moments: Sequence[Moment], ms: int) -> Screen:
    """Return what stood on the screen so many milliseconds after the question."""
    text, notices = "", list[str]()
    for moment in moments:
        if moment.ms > ms:
            break
        match moment.event:
            case "delta":
                text += moment.text
            case "replace":
                text, notices = moment.text, [*notices, moment.event]
            case "restarted":
                text, notices = "", [*notices, moment.event]
            case "truncated" | "disclaimer" | "degraded" | "stopped" | "error":
                notices.append(moment.event)
    return Screen(text, tuple(notices))


def _stops(moments: Sequence[Moment]) -> Iterator[Stop]:
    last, first_text_at, began_at = 0, -1, 0
    for moment in moments:
        if moment.ms - last >= STALL_MS and first_text_at >= 0:
            yield Stop(last, "stall", moment.ms - last)
        if moment.event == "start":
            yield Stop(moment.ms, "asked")
        elif moment.event == "delta" and moment.text and first_text_at < 0:
            first_text_at = began_at = moment.ms
            yield Stop(moment.ms, "first_text")
        elif moment.event in ("replace", "restarted"):
            read = screen_at(moments, max(0, moment.ms - 1)).text
            yield Stop(moment.ms, "taken_back", moment.ms - began_at if read else 0, read)
            began_at = moment.ms
        elif moment.event == CAME_BACK:
            yield Stop(moment.ms, "resumed" if int(moment.text) else "opened_anew", count=int(moment.text))
        elif moment.event == "stopped":
            yield Stop(moment.ms, moment.event, count=len(screen_at(moments, moment.ms).text.split()))
        elif moment.event in NAMED:
            yield Stop(moment.ms, moment.event)
        last = moment.ms


def _lost(moments: Sequence[Moment]) -> Iterator[Stop]:
    """Yield where a connection was lost, and how long nothing came."""
    connections = connections_of(moments)
    for lost, behind in pairwise(connections):
        cut = lost.cut_ms or 0
        if behind.answered_ms > cut:
            yield Stop(cut, "lost", behind.answered_ms - cut)
