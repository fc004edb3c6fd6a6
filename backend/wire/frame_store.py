"""Where the turn log keeps frames for whoever comes after this process, or works beside it.

1. A turn has one owner at a time: the process that claimed it, or the one that took it over when its lease lapsed. Only
   the owner's frames are taken; whoever writes on after it lost the turn is told so, and changes nothing.
2. Frames are numbered from 1 without a gap. Writing a number that is there already changes nothing, so that a write
   whose answer was lost can be made again.
3. A lapsed lease is taken by exactly one process.
4. A frame store that cannot be reached raises StoreAway, soon: a stream must not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

LEASE_S = 4.0
KEPT_S = 600.0
RESERVE = 16  # a turn's owner may be so many events ahead of the frame store: what a crash may lose of them
LONGEST_KEPT_S = 3600.0  # of a turn that has not ended: whatever happened to it, it is forgotten in the end
LOST = -1

ENDED = "ended"
INTERRUPTED = "interrupted"

Seal = Callable[[bytes], bytes]


class StoreAway(Exception):
    """The frame store cannot be read or written now; its text says why, for an operator."""


@dataclass(frozen=True, slots=True)
class Frames:
    """Frames of one turn from number `first` on; `end` is empty while more may come, else how the turn ended."""

    turn: str
    first: int
    frames: Sequence[bytes]
    end: str = ""
    earlier: int = 0  # no number above it was sent of an interrupted answer that this one takes the place of


@dataclass(frozen=True, slots=True)
class News:
    """News from other processes: frames of turns that we follow, and turns of ours that are to stop."""

    frames: Sequence[Frames] = ()
    stops: Sequence[str] = ()


class FrameStore(Protocol):
    """Frames, owners and leases of turns. Implementations: a SQLite file, Redis."""

    pause_s: float  # between two writes, of what is not urgent: what a crash may lose
    has_calls: bool  # other processes' wishes come with `read`, which is therefore always waiting

    def claim(self, turn: str) -> bool:
        """Become the owner of a turn that nobody knows; False where somebody does."""

    def claim_again(self, turn: str) -> int | None:
        """Become the owner of an interrupted turn, dropping its frames; None for every other turn.

        Return the highest number that any reader may have of what was interrupted: up to RESERVE events were sent and
        never kept, and the turn may have been interrupted more than once.
        """

    def release(self, turn: str) -> None:
        """Give back a claim of ours for which nothing was written."""

    def knows(self, turn: str) -> bool: ...

    def write(self, batch: Sequence[Frames]) -> Mapping[str, int]:
        """Keep these frames; return for each turn the last number that is kept now, or LOST."""

    def fetch(self, turn: str) -> Frames | None:
        """Return all frames of a turn, None where nobody knows it."""

    def read(self, cursors: Mapping[str, int], wait_s: float) -> News:
        """Return what stands after these cursors, waiting for it up to `wait_s`."""

    def wake(self) -> None:
        """Make a waiting `read` of ours return, since there is more to follow."""

    def renew(self, owned: Collection[str], attended: Collection[str]) -> Sequence[str]:
        """Renew the leases of our turns, say which turns have readers here; return turns of ours that are to stop."""

    def is_attended(self, turn: str) -> bool:
        """Tell whether a reader of another process was there within the last minute."""

    def take_lapsed(self) -> Sequence[str]:
        """Become the owner of turns whose owner did not renew its lease."""

    def ask_to_stop(self, turn: str) -> None: ...

    def forget(self, turns: Sequence[str]) -> None:
        """Erase these turns' frames, and take no more from their owners."""

    def sweep(self) -> None:
        """Erase what is older than KEPT_S."""

    def close(self) -> None: ...
