"""A visitor on a bad line: asks, is cut off where the matrix wants it, comes again wherever it is sent.

Written on bare sockets with nothing of the product, so that what is counted is what went over the wire.
"""

from __future__ import annotations

import json
import socket
import struct
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import gevent
import httptools

READ_BYTES = 65_536
SILENCE_S = 30.0
PAUSE_S = 0.1
MOST_WAITS = 5
ANNOUNCED = ("shutting_down", "busy")
TERMINAL = ("done", "error")


@dataclass(frozen=True)
class Leave:
    """When a visitor's line breaks: after so many events of this connection, or so many bytes; never without either."""

    events: int | None = None
    bytes: int | None = None
    resets: bool = False


STAY = Leave()


@dataclass(frozen=True)
class Event:
    """One event as it came: its number, its name, its data, and its bytes."""

    id: int
    name: str
    data: dict[str, Any]
    frame: bytes


class Gone(Exception):
    """The connection could not be had, or broke by itself."""


class Visit:
    """One visitor's turn. `events` are those taken in, by number; `doubled` and `gaps` should stay 0."""

    def __init__(self, site: str, message: str, turn: str = "", token: str | None = None) -> None:
        self.site, self.message, self.token = site, message, token
        self.turn = turn or str(uuid.uuid4())
        self.address = "127.{}.{}.{}".format(*uuid.UUID(self.turn).bytes[-3:])  # its own: what one may ask is limited
        self.asked_with = token  # the same question again must carry the same identity
        self.events: list[Event] = []
        self.times: list[float] = []
        self.doubled = self.gaps = self.connections = 0
        self.wrong_answers: list[str] = []  # answers that nobody should get
        self.refused = 0  # announced refusals

    @property
    def cursor(self) -> int:
        return self.events[-1].id if self.events else 0

    @property
    def end(self) -> str:
        """The terminal event's name; empty while there is none."""
        return self.events[-1].name if self.events and self.events[-1].name in TERMINAL else ""

    @property
    def document(self) -> str:
        return "".join(event.data["json"] for event in self.events if event.name == "delta")

    @property
    def frames(self) -> bytes:
        return b"".join(event.frame for event in self.events)

    def listen(self, url: str, leave: Leave = STAY) -> None:
        """Connect once, and take in what comes until the line breaks or the turn ends."""
        self.connections += 1
        first = len(self.events)
        try:
            for event in events_of(answer_of(url, self._request(url), leave, self.address)):
                self._take_in(event)
                if self.end or (leave.events is not None and len(self.events) - first >= leave.events):
                    return
        except Refused as refused:
            self._note(refused)
            gevent.sleep(PAUSE_S)
        except (OSError, Gone, httptools.HttpParserError):
            gevent.sleep(PAUSE_S / 2)

    def listen_to_the_end(self, urls: list[str], within_s: float = 60.0) -> None:
        """Come again, each time at the next address, until the turn has ended."""
        deadline = time.monotonic() + within_s
        while not self.end and not self.wrong_answers and time.monotonic() < deadline:
            self.listen(urls[self.connections % len(urls)])

    def _request(self, url: str) -> bytes:
        if self.token and self.events:
            lines = [f"GET /v1/turns/{self.turn}/events HTTP/1.1", f"Last-Event-ID: {self.cursor}"]
            return head_of(url, lines, self.token)
        body = json.dumps({"site": self.site, "message": self.message, "turn": self.turn}).encode()
        lines = ["POST /v1/chat HTTP/1.1", "Content-Type: application/json", f"Content-Length: {len(body)}"]
        return head_of(url, lines, self.asked_with) + body

    def _take_in(self, event: Event) -> None:
        if event.id <= self.cursor:
            self.doubled += 1
            return
        if event.id > self.cursor + 1:
            self.gaps += 1
        if event.name == "start":
            self.token = event.data.get("visitor", self.token)
        self.events.append(event)
        self.times.append(time.monotonic())

    def _note(self, refused: Refused) -> None:
        if refused.is_announced:
            self.refused += 1
        else:
            self.wrong_answers.append(f"{refused.status} {refused.body[:200]!r} at cursor {self.cursor}")


class Refused(Exception):
    """An answer that is no stream."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        super().__init__(status)
        self.status, self.body = status, body
        self.retry_after_s = int(headers.get("retry-after", 0))
        is_problem = headers.get("content-type") == "application/problem+json"
        code = json.loads(body).get("code") if is_problem else ""
        self.is_announced = status == 503 and code in ANNOUNCED and "retry-after" in headers


class _Answer:
    """The parser's callbacks."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.pieces: list[bytes] = []
        self.is_complete = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode().lower()] = value.decode()

    def on_body(self, body: bytes) -> None:
        self.pieces.append(body)

    def on_message_complete(self) -> None:
        self.is_complete = True


def head_of(url: str, lines: list[str], token: str | None) -> bytes:
    always = [f"Host: {urlsplit(url).netloc}", "Connection: close"]
    always += [f"Authorization: Bearer {token}"] if token else []
    return "\r\n".join([*lines, *always, "", ""]).encode()


def answer_of(url: str, request: bytes, leave: Leave = STAY, source: str = "127.0.0.1") -> Iterator[bytes]:
    """Yield the body of a stream as it comes, no more of it than `leave` allows, asked for from the address `source`;
    raise Refused for another answer."""
    address, left = urlsplit(url), leave.bytes
    answer = _Answer()
    parser = httptools.HttpResponseParser(answer)
    with socket.create_connection((address.hostname, address.port), SILENCE_S, (source, 0)) as connection:
        if leave.resets:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(request)
        while not answer.is_complete:
            received = connection.recv(READ_BYTES)
            if not received:
                raise Gone
            parser.feed_data(received)
            if not answer.headers or (answer.headers.get("content-type", "").split(";")[0] != "text/event-stream"):
                continue
            piece = b"".join(answer.pieces)
            answer.pieces.clear()
            yield piece if left is None else piece[:left]
            if left is not None and (left := left - len(piece)) <= 0:
                return
        if answer.headers.get("content-type", "").split(";")[0] != "text/event-stream":
            raise Refused(parser.get_status_code(), answer.headers, b"".join(answer.pieces))


def events_of(pieces: Iterator[bytes]) -> Iterator[Event]:
    """Yield the whole events of a stream; what stands before a cut in the middle of one is dropped."""
    rest = b""
    for piece in pieces:
        *frames, rest = (rest + piece).split(b"\n\n")
        for frame in frames:
            lines = dict(line.split(b": ", 1) for line in frame.split(b"\n") if b": " in line and line[0] != ord(":"))
            if b"data" in lines:
                name, data = lines[b"event"].decode(), json.loads(lines[b"data"])
                yield Event(int(lines[b"id"]), name, data, frame + b"\n\n")


def ask_for(url: str, path: str, token: str | None = None) -> Any:
    """Return the JSON document at a path; an address that has asked too often waits as long as it is told."""
    for _ in range(MOST_WAITS):
        answer = refusal_of(url, path, token)
        if answer.status != 429:
            break
        gevent.sleep(answer.retry_after_s)
    if answer.status != 200:
        raise AssertionError(f"{path}: {answer.status} {answer.body[:200]!r}")
    return json.loads(answer.body)


def refusal_of(url: str, path: str, token: str | None) -> Refused:
    """Return the answer at a path that is no stream."""
    try:
        for _ in answer_of(url, head_of(url, [f"GET {path} HTTP/1.1"], token)):
            pass
    except Refused as answer:
        return answer
    raise AssertionError(f"{path} is a stream")


def tally(visits: list[Visit]) -> Counter[str]:
    """Return how visits ended: `done`, `error`, or nothing."""
    return Counter(visit.end for visit in visits)
