"""Puts what is written here into the frame store, in batches, beside the streams.

1. A batch goes when the frame store's own pause is over, and at once where a turn is more than RESERVE events ahead. A
   turn's end need not hurry: the book has it before anybody is told, and whoever takes a turn over looks there.
2. A frame store that is away gets everything later; nobody waits for it longer than WAIT_S.
3. A turn that was taken from us is left off: its readers here go on with what the frame store says.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from gevent.event import Event as Bell
from gevent.lock import RLock

from backend.wire.contact import Contact
from backend.wire.frame_store import LOST, Frames, FrameStore, StoreAway
from backend.wire.running_turn import RunningTurn, RunningTurns

AWAY_PAUSE_S = 0.5
WAIT_S = 1.0
MOST_IN_A_WRITE = 500

log = structlog.get_logger("wire")


class Saving:
    """`was_taken` is told of a turn that another process has taken over."""

    def __init__(
        self,
        turns: RunningTurns,
        contact: Contact,
        monotonic: Callable[[], float],
        was_taken: Callable[[], None],
    ) -> None:
        self._turns, self._contact, self._now, self._was_taken = turns, contact, monotonic, was_taken
        self._to_save: set[str] = set()
        self._has_work, self._hurry, self._saved = Bell(), Bell(), Bell()
        self._one_writer = RLock()
        self.is_running = False

    def note(self, turn: str) -> None:
        """Remember that this turn has something to save."""
        if self._contact.store and turn not in self._to_save:
            self._to_save.add(turn)
            self._has_work.set()

    def is_waiting(self, turn: str) -> bool:
        return turn in self._to_save

    def is_behind(self) -> bool:
        return bool(self._to_save)

    def wait_for(self, found: RunningTurn, behind: int) -> None:
        """Wait until the frame store is at most so many events behind, but not for one that is away."""
        if not self.is_running or len(found.frames) - found.saved <= behind:
            return
        self._hurry.set()
        deadline = self._now() + WAIT_S
        while len(found.frames) - found.saved > behind and not self._contact.problem and self._now() < deadline:
            self._saved.wait(WAIT_S)

    def run(self) -> None:
        """Save what comes, for ever."""
        while True:
            self._has_work.wait()
            self._has_work.clear()
            self.flush()
            if self._to_save:
                self._has_work.set()
            if self._hurry.wait(self._pause_s()):
                self._hurry.clear()

    def _pause_s(self) -> float:
        return AWAY_PAUSE_S if self._contact.problem or not self._contact.store else self._contact.store.pause_s

    def flush(self) -> None:
        """Save what has not been yet; a frame store that is away gets it later."""
        if self._contact.store is None:
            return
        with self._one_writer:
            self._save(self._contact.store)
        self._saved.set()
        self._saved = Bell()

    def _save(self, store: FrameStore) -> None:
        turns, self._to_save = self._to_save, set()
        batch = [_unsaved(turn, found) for turn in turns if (found := self._turns.get(turn))]
        try:
            kept = store.write([each for each in batch if each.frames])
        except StoreAway as problem:
            self._to_save |= turns
            self._contact.is_lost(problem)
            return
        self._contact.problem = None
        for turn, last in kept.items():
            self._note_saved(turn, last)

    def _note_saved(self, turn: str, last: int) -> None:
        found = self._turns.get(turn)
        if found is None:
            return
        if last == LOST:
            self._leave_off(turn, found)
            return
        found.saved = last
        if last < len(found.frames):
            self._to_save.add(turn)

    def _leave_off(self, turn: str, found: RunningTurn) -> None:
        log.warning("wire.turn_taken", turn=turn)
        found.stop.ask()
        found.is_ours, found.end = False, ""
        del found.frames[found.saved :]
        if not self._contact.has(turn):
            self._turns.drop(turn)  # erased
        found.ring()
        self._was_taken()


def _unsaved(turn: str, found: RunningTurn) -> Frames:
    """Return what the frame store does not have of a turn of ours."""
    end = found.saved + MOST_IN_A_WRITE
    return Frames(
        turn,
        found.saved + 1,
        found.frames[found.saved : end] if found.is_ours else (),
        found.end if end >= len(found.frames) else "",
    )
