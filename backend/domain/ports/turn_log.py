"""The log of running turns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.domain.events import Batch, Event
from backend.domain.turn import Stop


class Outlet(Protocol):
    """A reader's own connection, which takes frames as they are made while the reader sleeps."""

    def takes(self, frame: bytes) -> bool:
        """Send a frame without waiting; False where the reader is to wake: it was not sent, or not all of it."""

    def flush(self) -> None:
        """Send what is left of the last frame; the reader calls it when it wakes."""


class TurnLog(Protocol):
    """Every event of every running turn, numbered 1, 2, 3 …, kept until a while after the turn's end.

    Readers replay from a cursor and then follow. Where it cannot say what another process knows, it raises Busy.
    """

    def claim(self, turn: str) -> bool:
        """Take a turn id for this producer; False when it is already taken. Atomic."""

    def claim_again(self, turn: str) -> bool:
        """Take a turn that ended `interrupted`, dropping its events; False for every other turn. Atomic."""

    def earlier(self, turn: str) -> int:
        """Return the highest number that was sent of the interrupted answer before this one, 0 without one."""

    def release(self, turn: str) -> None:
        """Give a claim back because the question was refused; waiting readers are told that there is no turn."""

    def append(self, turn: str, event: Event) -> None: ...

    def knows(self, turn: str) -> bool: ...

    def last_id(self, turn: str) -> tuple[int, bool]:
        """Return the number of the last event so far, and whether it is terminal."""

    def may_come(self, turn: str, after: int) -> bool:
        """Tell whether a cursor beyond the last event can be true: the process that writes may be ahead of us."""

    def was_interrupted(self, turn: str) -> bool: ...

    def wait(self, turn: str, after: int, timeout_s: float, outlet: Outlet | None = None) -> Batch | None:
        """Return what stands after `after`, waiting up to `timeout_s` for more; None when nothing came in time.

        What comes meanwhile may go to an `outlet` at once: the batch then begins behind it, and may be empty.
        """

    def nudge(self, turn: str) -> None:
        """Wake the turn's readers here, so that each may look whether it is still wanted."""

    def stop_of(self, turn: str) -> Stop:
        """Return the wish to stop that the turn's producer listens to."""

    def ask_to_stop(self, turn: str) -> None: ...

    def forget(self, turns: Sequence[str]) -> None:
        """Erase these turns' events everywhere."""

    def close(self) -> None:
        """Keep what is not kept yet, and share no more: the process ends."""

    def problem(self) -> str | None:
        """Return what keeps the log from being kept or shared, for an operator; None when nothing does."""
