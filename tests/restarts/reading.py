"""A visitor in the background: reads while the test does something to the server, and comes again by cursor."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from tests.api.client import Heard, Visitor, events_of
from tests.servers import Deskbell

LONGEST_S = 60.0


class Reading(threading.Thread):
    """Asks, reads to the terminal event, and resumes from its cursor whenever the stream breaks before that.

    `events` are those heard, in order; `resumes` how often it came again; `failed` what nobody should see.
    """

    def __init__(
        self, server: Deskbell, message: str, turn: str = "", leaves_after: int | None = None, url: str = ""
    ) -> None:
        super().__init__(daemon=True)
        self.visitor = Visitor(url or server.url, server.sites["larkmoor"])
        self.turn = turn or str(uuid.uuid4())
        self.message, self.leaves_after = message, leaves_after
        self.events: list[Heard] = []
        self.times: list[float] = []
        self.resumes = 0
        self.statuses: list[int] = []
        self.failed: str | None = None
        self.start()

    def run(self) -> None:
        deadline = time.monotonic() + LONGEST_S
        while not self.has_ended() and time.monotonic() < deadline and not self.failed:
            try:
                self._read_once()
            except (httpx2.TransportError, RuntimeError):  # RuntimeError: the test is over
                time.sleep(0.05)
            if self.leaves_after is not None and len(self.events) >= self.leaves_after:
                return
            self.resumes += 1
        if not self.has_ended() and not self.failed:
            self.failed = f"no end within {LONGEST_S:g} s; {self.statuses=}"

    def _read_once(self) -> None:
        with self._open() as response:
            self.statuses.append(response.status_code)
            if response.status_code == 503:
                time.sleep(0.1)
                return
            if response.status_code != 200:
                self.failed = f"{response.status_code}: {response.read()[:300]!r}"
                return
            for event in events_of(response.iter_lines()):
                self._hear(event)
                if self.leaves_after is not None and len(self.events) >= self.leaves_after:
                    return

    def _open(self) -> Any:
        if not self.visitor.token:
            return self.visitor.asking(self.message, turn=self.turn)
        headers = {**self.visitor.bearer(), "Last-Event-ID": str(self.cursor())}
        return self.visitor.http.stream("GET", f"/v1/turns/{self.turn}/events", headers=headers)

    def _hear(self, event: Heard) -> None:
        if event.event == "start":
            if self.events:
                return  # the same question sent twice, since its first answer never began
            self.visitor.token = event.data["visitor"]
        if event.id != self.cursor() + 1:
            self.failed = f"event {event.id} after {self.cursor()}"
        self.events.append(event)
        self.times.append(time.monotonic())

    def cursor(self) -> int:
        return self.events[-1].id if self.events else 0

    def has_ended(self) -> bool:
        return bool(self.events) and self.events[-1].event in ("done", "error")

    def end(self) -> Heard:
        """Wait for the terminal event, and return it."""
        self.join(LONGEST_S + 5)
        assert self.failed is None, self.failed
        assert self.has_ended(), self.events[-3:]
        return self.events[-1]

    def text(self) -> str:
        """Return the document's characters as they were heard."""
        return "".join(event.data["json"] for event in self.events if event.event == "delta")

    def wait_for_events(self, count: int) -> None:
        deadline = time.monotonic() + 60
        while len(self.events) < count:
            assert self.failed is None, self.failed
            assert time.monotonic() < deadline, f"{len(self.events)} of {count} events came"
            time.sleep(0.01)


def wait_until(is_so: Callable[[], bool], within_s: float = 15.0) -> None:
    """Return as soon as it is so; fail where it is not in time."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def workers_of(server: Deskbell) -> list[int]:
    """Return the processes that serve, the oldest first."""
    pid = server.process.pid
    return sorted(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def busiest_worker_of(server: Deskbell) -> int:
    """Return the process that has most visitors; one that was quicker to wake may have them all."""
    return max(workers_of(server), key=sockets_of)


def connections_of(server: Deskbell) -> int:
    """Return how many sockets the server's workers have open."""
    return sum(sockets_of(worker) for worker in workers_of(server))


def sockets_of(process: int) -> int:
    open_now = 0
    for entry in Path(f"/proc/{process}/fd").iterdir():
        try:
            open_now += os.readlink(entry).startswith("socket:")
        except OSError:
            continue  # closed while we looked
    return open_now
