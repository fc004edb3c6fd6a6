"""Follows other processes' turns that somebody reads here, from the frame store: one greenlet for all of them."""

from __future__ import annotations

from collections.abc import Callable

import gevent
from gevent.event import Event as Bell

from backend.domain.errors import Busy
from backend.wire.contact import Contact
from backend.wire.frame_store import INTERRUPTED, Frames, StoreAway
from backend.wire.running_turn import RunningTurn, RunningTurns

AWAY_PAUSE_S = 0.5
WAIT_S = 1.0
SOON_S = 2


class Following:
    def __init__(self, turns: RunningTurns, contact: Contact, monotonic: Callable[[], float]) -> None:
        self._turns, self._contact, self._now = turns, contact, monotonic
        self._has_more = Bell()

    def begin(self) -> None:
        """Look anew at what is to be followed: there is more."""
        self._has_more.set()
        self._contact.tell(lambda store: store.wake())

    def find(self, turn: str) -> RunningTurn | None:
        """Return a turn as it is known here, else as the frame store has it; raise Busy where that is away."""
        found = self._turns.get(turn)
        if self._contact.store is None:
            return found
        if found is None or (found.end == INTERRUPTED and found.saved == len(found.frames)):
            return self._fetch(turn)  # an interrupted turn may have been begun anew by another process
        return found

    def _fetch(self, turn: str) -> RunningTurn | None:
        """Return a turn as the frame store has it, followed from here on."""
        assert self._contact.store is not None  # noqa: S101 - asked by the caller
        try:
            kept = self._contact.store.fetch(turn)
        except StoreAway as problem:
            self._contact.is_lost(problem)
            raise Busy("the turn log cannot be reached", retry_after_s=SOON_S) from problem
        known = self._turns.get(turn)
        if known and known.end != INTERRUPTED:
            return known  # somebody else has fetched it meanwhile
        if kept is None:
            self._turns.pop(turn, None)
            return None
        found = self._turns[turn] = RunningTurn(is_ours=False, seen_at=self._now(), ended_at=self._now())
        found.take(kept)
        if not kept.end:
            self.begin()
        return found

    def run(self) -> None:
        """Read what comes, for ever."""
        store = self._contact.store
        while store:
            self._has_more.clear()
            cursors = {turn: len(found.frames) for turn, found in self._turns.followed()}
            if not cursors and not store.has_calls:
                self._has_more.wait()
                continue
            try:
                news = store.read(cursors, WAIT_S)
            except StoreAway as problem:
                self._contact.is_lost(problem)
                gevent.sleep(AWAY_PAUSE_S)
                continue
            for each in news.frames:
                self._hear(each)
            self._turns.ask_to_stop(news.stops)

    def _hear(self, news: Frames) -> None:
        found = self._turns.get(news.turn)
        if found is None or not found.is_followed:
            return
        known = len(found.frames) - (news.first - 1)
        if known < 0:
            return
        found.frames += news.frames[known:]
        found.saved = len(found.frames)
        found.end, found.ended_at = news.end, self._now()
        found.ring()
