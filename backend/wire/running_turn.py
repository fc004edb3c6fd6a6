"""A turn as this process knows it: its frames so far, who waits for more, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gevent.event import Event as Bell

from backend.domain.errors import Interrupted
from backend.domain.events import Delta, Event, Failed, Terminal
from backend.domain.ports import Outlet
from backend.domain.turn import Stop
from backend.wire.events import event_on_the_wire
from backend.wire.frame_store import ENDED, INTERRUPTED, Frames
from backend.wire.frames import WireError, encode_delta, encode_frame


@dataclass(slots=True)
class Sleeper:
    """A reader who sleeps while its outlet takes the frames; `has` is the number of the last one that it has."""

    outlet: Outlet
    has: int


@dataclass(slots=True)
class RunningTurn:
    """A turn of ours, or one of another process that somebody reads here."""

    is_ours: bool = True
    frames: list[bytes] = field(default_factory=list)
    end: str = ""
    earlier: int = 0  # no number above it was sent of the interrupted answer that this one takes the place of
    saved: int = 0  # how many of the frames are known to be in the frame store
    bell: Bell = field(default_factory=Bell)
    stop: Stop = field(default_factory=Stop)
    has_text: bool = False
    is_gone: bool = False
    readers: int = 0
    sleeper: Sleeper | None = None
    moved_at: float = 0.0  # when the newest event came
    seen_at: float = 0.0  # when a reader was last here, and when it ended: by the log's own clock
    ended_at: float = 0.0

    @property
    def is_written_here(self) -> bool:
        return self.is_ours and not self.end

    @property
    def is_followed(self) -> bool:
        return not self.is_ours and not self.end

    def add(self, event: Event, now: float) -> None:
        """Number and encode an event; raise WireError after the terminal one."""
        if self.end:
            raise WireError(f"the turn has ended; {type(event).__name__} comes too late")
        self.moved_at = now
        if isinstance(event, Delta):
            self.frames.append(encode_delta(event.json, number=len(self.frames) + 1))
            self.has_text = True
            return
        name, fields = event_on_the_wire(event)
        self.frames.append(encode_frame(name, fields, number=len(self.frames) + 1))
        if isinstance(event, Terminal):
            is_cut = isinstance(event, Failed) and event.code == Interrupted.code
            self.end, self.ended_at = INTERRUPTED if is_cut else ENDED, now

    def take(self, kept: Frames) -> None:
        """Become what the frame store has of this turn."""
        self.frames, self.end, self.earlier = list(kept.frames), kept.end, kept.earlier
        self.saved = len(self.frames)

    def tell(self) -> None:
        """Pass the newest frame on to whoever waits for it: straight into its connection where one reader sleeps that
        has all before it, else by waking them all."""
        sleeper = self.sleeper
        if sleeper is None or self.readers > 1 or self.end or sleeper.has != len(self.frames) - 1:
            self.ring()
            return
        sleeper.has += 1  # of a frame that is sent in part the rest is the outlet's own
        if not sleeper.outlet.takes(self.frames[-1]):
            self.ring()

    def ring(self) -> None:
        """Wake everybody who waits for this turn."""
        if self.readers:
            self.sleeper = None
            self.bell.set()
            self.bell = Bell()


class RunningTurns(dict[str, RunningTurn]):
    """The turns that this process knows, by id."""

    def followed(self) -> list[tuple[str, RunningTurn]]:
        """Return other processes' turns that have not ended."""
        return [(turn, found) for turn, found in self.items() if found.is_followed]

    def written_here(self) -> list[str]:
        return [turn for turn, found in self.items() if found.is_written_here]

    def drop(self, turn: str) -> None:
        """Forget a turn; its readers and its producer are told."""
        if found := self.pop(turn, None):
            found.is_gone = True
            found.stop.ask()
            found.ring()

    def ask_to_stop(self, turns: Iterable[str]) -> None:
        """Ask those of these turns that are written here to stop."""
        for turn in turns:
            found = self.get(turn)
            if found and found.is_written_here:
                found.stop.ask()
