"""Many visitors at once, in a process of their own: `python -m tests.tools.bench.asking_crowd < PLAN.json`.

The plan is {"host", "port", "path", "visitors": [{"name", "at", "bodies": [...], "address"?, "pause"?}]}. A visitor
begins at `at` seconds and asks one body after the other, each over a new connection, `pause` seconds apart. What each
saw is printed as JSON: {"name", "number", "asked", "first", "ended", "status", "retry_after", "problem", "arrivals"},
times by the monotonic clock, `arrivals` as [time, characters of the message so far].
"""

from __future__ import annotations

import heapq
import json
import re
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import Any

TEXT = re.compile(rb'"json":\s*"((?:[^"\\]|\\.)*)"')
FIRST_SHOWN = "★".encode()
STATUS = re.compile(rb"HTTP/1\.1 (\d+)")
RETRY_AFTER = re.compile(rb"retry-after: (\d+)", re.IGNORECASE)
LONGEST_ANSWER_S = 150.0


@dataclass
class Turn:
    """One question and what came of it."""

    name: str
    visitor: dict[str, Any]
    number: int
    socket: socket.socket
    unsent: bytes
    asked: float
    seen: dict[str, Any] = field(default_factory=dict)
    rest: bytes = b""
    characters: int = 0
    has_begun: bool = False


class Crowd:
    def __init__(self, plan: dict[str, Any]) -> None:
        self._plan = plan
        self._selector = selectors.DefaultSelector()
        self._began = time.monotonic()
        self._due = [(visitor["at"], number, visitor, 0) for number, visitor in enumerate(plan["visitors"])]
        self._count = len(self._due)
        heapq.heapify(self._due)
        self._open = 0
        self.seen: list[dict[str, Any]] = []

    def ask(self) -> None:
        """Do all that is planned."""
        deadline = self._began + self._plan.get("longest_s", LONGEST_ANSWER_S)
        while (self._due or self._open) and time.monotonic() < deadline:
            wait_s = self._began + self._due[0][0] - time.monotonic() if self._due else 1.0
            for key, _ in self._selector.select(max(0.0, min(1.0, wait_s))):
                self._go_on(key.data)
            while self._due and self._began + self._due[0][0] <= time.monotonic():
                _, _, visitor, number = heapq.heappop(self._due)
                self._begin(visitor, number)
        for key in list(self._selector.get_map().values()):
            self._end(key.data, "no end came")

    def _begin(self, visitor: dict[str, Any], number: int) -> None:
        connection = socket.socket()
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.connect_ex((self._plan["host"], self._plan["port"]))
        body = json.dumps(visitor["bodies"][number]).encode()
        head = f"POST {self._plan['path']} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        if "address" in visitor:
            head += f"X-Forwarded-For: {visitor['address']}\r\n"
        head += f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        turn = Turn(visitor["name"], visitor, number, connection, head.encode() + body, time.monotonic())
        turn.seen = {"name": turn.name, "number": number, "asked": turn.asked, "status": 0, "arrivals": []}
        self._open += 1
        self._selector.register(connection, selectors.EVENT_WRITE, turn)

    def _go_on(self, turn: Turn) -> None:
        try:
            if turn.unsent:
                turn.unsent = turn.unsent[turn.socket.send(turn.unsent) :]
                if not turn.unsent:
                    self._selector.modify(turn.socket, selectors.EVENT_READ, turn)
                return
            came = turn.socket.recv(65_536)
        except BlockingIOError:
            return
        except OSError as problem:
            self._end(turn, str(problem))
            return
        if came:
            self._hear(turn, came)
        else:
            self._end(turn, "" if turn.seen.get("is_whole") or turn.seen["status"] >= 300 else "cut off")

    def _hear(self, turn: Turn, came: bytes) -> None:
        now, seen = time.monotonic(), turn.seen
        if not seen["status"] and (status := STATUS.match(came)):
            seen["status"] = int(status[1])
            after = RETRY_AFTER.search(came)
            seen["retry_after"] = int(after[1]) if after else None
        events, mark, turn.rest = (turn.rest + came).rpartition(b"\n\n")
        if not mark:
            return
        if b"event: done" in events:
            seen["is_whole"] = True
        elif b"event: error" in events:
            seen["problem"] = events[-200:].decode("utf-8", "replace")
        text = b"".join(TEXT.findall(events))
        if not turn.has_begun:
            _, mark, text = text.partition(FIRST_SHOWN)
            if not mark:
                return
            turn.has_begun, seen["first"] = True, now
        turn.characters += len(text)
        seen["arrivals"].append((now, turn.characters))

    def _end(self, turn: Turn, problem: str) -> None:
        self._selector.unregister(turn.socket)
        turn.socket.close()
        self._open -= 1
        turn.seen["ended"] = time.monotonic()
        if problem:
            turn.seen.setdefault("problem", problem)
        self.seen.append(turn.seen)
        if turn.number + 1 < len(turn.visitor["bodies"]):
            at = time.monotonic() - self._began + turn.visitor.get("pause", 0.0)
            self._count += 1
            heapq.heappush(self._due, (at, self._count, turn.visitor, turn.number + 1))


def main() -> None:
    crowd = Crowd(json.load(sys.stdin))
    crowd.ask()
    json.dump(crowd.seen, sys.stdout)


if __name__ == "__main__":
    main()
