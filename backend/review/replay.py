"""A turn played again: what stood on the visitor's screen at any moment, and where something happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.domain.timeline import Moment

STALL_MS = 1_000  # without anything new, once the question is asked
NAMED = frozenset({"truncated", "disclaimer", "degraded", "done", "stopped", "error", "resumed"})


@dataclass(frozen=True, slots=True)
class Stop:
    """A place of the time line; `name` is that of its words, `lasted_ms` how long something stood or was missing.

    `text` is what was read until it was taken back.
    """

    ms: int
    name: str
    lasted_ms: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a visitor saw: the text, and the kinds of what was said beside it."""

    text: str
    notices: tuple[str, ...]


def stops_of(moments: Sequence[Moment]) -> list[Stop]:
    """Return where something happened in a turn, in its order."""
    return sorted(_stops(moments), key=lambda stop: stop.ms)


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
        elif moment.event in NAMED:
            yield Stop(moment.ms, moment.event)
        last = moment.ms
