"""The time line of a replay: where each mark stands, which have room for their words, and the drawing of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from backend.review import Stop

Anchor = Literal["start", "middle", "end"]
DRAWINGS: Mapping[str, str] = {
    "asked": "chat",
    "first_text": "list",
    "stall": "slow",
    "lost": "slow",
    "resumed": "check",
    "opened_anew": "undo",
    "taken_back": "swap",
    "stopped": "stop",
    "done": "check",
    "error": "alert",
}
OTHERWISE = "alert"  # what is said beside the reply
LONG = frozenset({"stall", "lost"})
BAD = frozenset({"taken_back", "error"})
# Which words stand below the line where not all have room, the most telling first.
TELLING = ("asked", "done", "stopped", "error", "taken_back", "lost", "opened_anew", "stall", "first_text")
A_CHARACTER = 0.85  # of a hundred of the line's width, where it is 800 pixels wide
EDGE = 12.0  # so near an end words begin or end at their mark


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the line, in hundredths of it; `words` are empty where they have no room."""

    stop: Stop
    x: float
    width: float
    words: str
    anchor: Anchor

    @property
    def is_long(self) -> bool:
        return self.stop.name in LONG

    @property
    def is_bad(self) -> bool:
        return self.stop.name in BAD


def drawing_of(stop: Stop) -> str:
    return DRAWINGS.get(stop.name, OTHERWISE)


def marks_of(stops: Sequence[Stop], words: Sequence[str], total: int) -> list[Mark]:
    """Return a mark for each stop, with its words where they lie over no more telling ones."""
    places = [(100 * stop.ms / total if total else 0.0, _width_of(stop, total)) for stop in stops]
    order = sorted(range(len(stops)), key=lambda at: (_rank(stops[at]), at))
    taken, shown = list[tuple[float, float]](), set[int]()
    for at in order:
        x, width = places[at]
        left, right = _reach(x + width / 2, len(words[at]))
        if all(right <= start or left >= end for start, end in taken):
            taken.append((left, right))
            shown.add(at)
    return [
        Mark(stop, round(x, 2), round(width, 2), words[at] if at in shown else "", _anchor(x + width / 2))
        for at, (stop, (x, width)) in enumerate(zip(stops, places, strict=True))
    ]


def _width_of(stop: Stop, total: int) -> float:
    return 100 * stop.lasted_ms / total if stop.name in LONG and total else 0.0


def _rank(stop: Stop) -> int:
    return TELLING.index(stop.name) if stop.name in TELLING else len(TELLING)


def _anchor(x: float) -> Anchor:
    return "start" if x < EDGE else "end" if x > 100 - EDGE else "middle"


def _reach(x: float, characters: int) -> tuple[float, float]:
    width = characters * A_CHARACTER
    match _anchor(x):
        case "start":
            return x, x + width
        case "end":
            return x - width, x
    return x - width / 2, x + width / 2
