"""A model server for many streams at once, in a process of its own: `python -m tests.tools.bench.writing_model`.

It prints its address. A question that holds `tale of N by NAME` is answered by N deltas of real sentences, PACE_S apart
by a clock that does not drift. `GET /begun` tells when each tale's first delta was due, by the monotonic clock that all
processes of a machine share; `GET /left` how many tales have not ended: a run that begins before the last one's tales
have ended would be charged for them.
"""

from __future__ import annotations

import heapq
import json
import math
import re
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import cycle, islice
from pathlib import Path

from tests.model_server import frames_of

PAGES = Path(__file__).parents[3] / "examples" / "help-centre" / "kb"
CHUNK = 4
PACE_S = 0.02
UNASKED = 20  # deltas of an answer to a question that holds no tale
FIRST_SHOWN = "★"
HEAD, TAIL = '{"message": "' + FIRST_SHOWN, '", "confidence": 0.9, "followups": []}'
TALE = re.compile(rb"tale of (\d+) by ([a-z]+)")
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
SENTENCE = re.compile(r"[A-Z][^.!?\n\"\\*\[\]()`<>#|:]{30,160}\.")
STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nrequest-id: req_bench\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)


@dataclass
class Client:
    """One connection: what it has asked, and the pieces of its tale that are still to be written."""

    socket: socket.socket
    asked: bytes = b""
    pieces: list[bytes] = field(default_factory=list)
    next: int = 0
    began: float = 0.0
    is_last: bool = False  # it wants to hear no more afterwards
    unsent: bytes = b""


class WritingModel:
    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._due: list[tuple[float, int, Client]] = []
        self._count = 0
        self._left = 0
        self._begun: dict[str, float] = {}
        self._door = socket.create_server(("127.0.0.1", 0), backlog=2048)
        self._door.setblocking(False)
        self._selector.register(self._door, selectors.EVENT_READ)

    def serve(self) -> None:
        print(f"http://127.0.0.1:{self._door.getsockname()[1]}", flush=True)
        while True:
            wait_s = max(0.0, self._due[0][0] - time.monotonic()) if self._due else None
            for key, _ in self._selector.select(wait_s):
                if key.data is None:
                    self._welcome()
                else:
                    self._hear(key.data)
            while self._due and self._due[0][0] <= time.monotonic():
                self._write_on(heapq.heappop(self._due)[2])

    def _welcome(self) -> None:
        connection, _ = self._door.accept()
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(connection, selectors.EVENT_READ, Client(connection))

    def _hear(self, client: Client) -> None:
        try:
            came = client.socket.recv(65_536)
        except OSError:
            came = b""
        if not came:
            self._drop(client)
            return
        client.asked += came
        head, mark, body = client.asked.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if mark and len(body) >= (int(length[1]) if length else 0):
            client.asked = b""
            self._answer(client, head, body)

    def _answer(self, client: Client, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET /begun"):
            self._tell(client, self._begun)
            self._begun = {}
        elif head.startswith(b"GET"):
            self._tell(client, self._left)
        else:
            tale = (TALE.findall(body) or [(b"%d" % UNASKED, b"")])[-1]
            client.pieces, client.next, client.began = pieces_of(int(tale[0])), 0, time.monotonic()
            self._begun[tale[1].decode()] = client.began
            client.is_last = b"onnection: close" in head
            self._left += 1
            client.unsent += STREAM_HEAD
            self._write_on(client)

    def _tell(self, client: Client, said: object) -> None:
        body = json.dumps(said).encode()
        client.unsent += b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
        self._send(client)

    def _write_on(self, client: Client) -> None:
        """Write the piece that is due; the last is followed by the end."""
        if client.next >= len(client.pieces):
            return
        client.unsent += client.pieces[client.next]
        client.next += 1
        self._send(client)
        if client.next < len(client.pieces):
            self._count += 1
            heapq.heappush(self._due, (client.began + client.next * PACE_S, self._count, client))
        else:
            self._left -= 1
            if client.is_last:
                self._drop(client)

    def _send(self, client: Client) -> None:
        try:
            sent = client.socket.send(client.unsent)
            client.unsent = client.unsent[sent:]
        except BlockingIOError:
            pass
        except OSError:
            self._drop(client)

    def _drop(self, client: Client) -> None:
        if client.socket.fileno() >= 0:
            self._selector.unregister(client.socket)
            client.socket.close()
        if client.next < len(client.pieces):
            self._left -= 1
            client.next = len(client.pieces)


@lru_cache(maxsize=32)
def pieces_of(deltas: int) -> list[bytes]:
    """Return what is written for a tale, as chunks of HTTP: one for each delta, with the stream's own ends."""
    text = text_of(deltas)
    before, frames, after = frames_of({"chunk": CHUNK}, "claude-haiku-4-5", text)
    pieces = [b"%x\r\n%s\r\n" % (len(frame), frame) for frame in frames]
    return [
        b"%x\r\n%s\r\n" % (len(b"".join(before)), b"".join(before)) + pieces[0],
        *pieces[1:-1],
        pieces[-1] + b"%x\r\n%s\r\n" % (len(b"".join(after)), b"".join(after)) + b"0\r\n\r\n",
    ]


def text_of(deltas: int) -> str:
    """Return a reply of exactly so many deltas, made of the sentences of the example's pages."""
    room = deltas * CHUNK - len(HEAD) - len(TAIL)
    words = " ".join(islice(cycle(sentences()), math.ceil(room / 30)))[:room]
    return HEAD + words + TAIL


@lru_cache(maxsize=1)
def sentences() -> tuple[str, ...]:
    texts = [page.read_text("utf-8") for page in sorted(PAGES.glob("*.md"))]
    return tuple(each for text in texts for each in SENTENCE.findall(text)[:3] if each.isascii())


if __name__ == "__main__":
    try:
        WritingModel().serve()
    except KeyboardInterrupt:
        sys.exit(0)
