"""Event streams as responses."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import gevent
from flask import Request, Response, request
from gevent.socket import socket as Socket  # noqa: N812 - the kind of connection that our worker has
from gevent.socket import wait_read

from backend.domain.conversation import StoredTurn
from backend.domain.errors import Busy, NotFound
from backend.domain.ports import Outlet, TurnLog
from backend.domain.site import Site
from backend.web.parts import parts
from backend.wire.reader import follow, replay, wait_then_replay, without_visitor

HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx as it comes would replay_at_end the stream back and send it as one
    "X-Content-Type-Options": "nosniff",
}
SOON_S = 2
DOUBT_S = 0.2
EVENT_STREAM = "text/event-stream; charset=utf-8"
TCP_CLOSE = 7  # of the kernel's tcp_states.h


def event_stream(turn: str, after: int = 0, *, has_token: bool = True) -> Response:
    """Return the stream of a turn in the log, from after a cursor, with or without the token of a new visitor."""
    log, reader = parts().log, Reader(request.environ.get("gunicorn.socket"))
    if has_token:
        return stream_to(reader, log, turn, follow(log, turn, after, reader.has_left, outlet_of(request)))
    return stream_to(reader, log, turn, without_visitor(follow(log, turn, after, reader.has_left)))


def stream_at_end(site: Site, turn: str, after: int) -> Response:
    """Return a stream that is silent until the turn has ended, and then tells its stored reply."""
    log, book, reader = parts().log, parts().book, Reader(request.environ.get("gunicorn.socket"))
    return stream_to(
        reader, log, turn, wait_then_replay(log, turn, after, lambda: book.turn(site, turn), reader.has_left)
    )


def stored_stream(site: Site, turn: str, after: int = 0) -> Response:
    """Return the stream of a turn whose log has gone, from its stored reply."""
    return Response(replay(stored_turn(site, turn), after), headers=HEADERS, content_type=EVENT_STREAM)


def stored_turn(site: Site, turn: str) -> StoredTurn:
    """Return the turn as the book has it; one that nobody writes any more is ended there first.

    Raise Busy where it may be running in a worker that the log cannot ask.
    """
    stored = parts().book.turn(site, turn)
    if stored and stored.status == "streaming":
        if parts().log.problem():
            raise Busy("the answer is being written, and cannot be reached just now", retry_after_s=SOON_S)
        parts().book.end_interrupted([turn])
        stored = parts().book.turn(site, turn)
    if stored is None:
        raise NotFound("turn: there is no such turn of this visitor")
    return stored


def stream_to(reader: Reader, log: TurnLog, turn: str, frames: Iterator[bytes]) -> Response:
    return Response(reader.watched(frames, lambda: log.nudge(turn)), headers=HEADERS, content_type=EVENT_STREAM)


def outlet_of(asked: Request) -> Outlet | None:
    """Return the outlet of a request whose response is written in chunks over a plain connection of ours, else None."""
    connection = asked.environ.get("gunicorn.socket")
    is_chunked = asked.environ.get("SERVER_PROTOCOL") == "HTTP/1.1" and asked.method != "HEAD"
    return ChunkOutlet(connection) if is_chunked and isinstance(connection, Socket) else None


class ChunkOutlet:
    """Writes frames into a response that the server has begun, as chunks of HTTP; implements the port `Outlet`.

    The server writes nothing of its own meanwhile: the reader, for which it would, sleeps.
    """

    def __init__(self, connection: Socket) -> None:
        self._connection = connection
        self._rest = b""

    def takes(self, frame: bytes) -> bool:
        chunk = b"%X\r\n%s\r\n" % (len(frame), frame)
        try:
            # A time-out of 0: nobody else is held up. gevent's own type does not know of it.
            sent = self._connection.send(chunk, 0, 0.0)  # type: ignore[call-arg]
        except OSError:  # full, or closed: the reader finds out which
            sent = 0
        self._rest = chunk[sent:]
        return not self._rest

    def flush(self) -> None:
        rest, self._rest = self._rest, b""
        if rest:
            self._connection.sendall(rest)


class Reader:
    """The client that reads a stream. It is known within a second that the client has gone, also while nothing is sent.

    A client that ends its side of the connection may still be listening. What it is sent next tells: a connection
    that is closed answers with a reset, one that is half closed does not.
    """

    def __init__(self, connection: socket.socket | None) -> None:
        self._connection = connection
        self._is_gone = False

    def has_left(self) -> bool:
        return self._is_gone

    def watched(self, frames: Iterator[bytes], nudge: Callable[[], None]) -> Iterator[bytes]:
        """Yield the frames, watching the connection meanwhile; `nudge` makes a silent stream look at `has_left`."""
        if self._connection is None:  # a test's client, or another server
            yield from frames
            return
        watcher = gevent.spawn(self._watch, self._connection, nudge)
        try:
            yield from frames
        finally:
            watcher.kill(block=False)

    def _watch(self, connection: socket.socket, nudge: Callable[[], None]) -> None:
        try:
            wait_read(connection.fileno())
            if connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                return  # the next request is waiting already: whoever sent it is there
            nudge()  # sends a comment, which a closed connection answers with a reset
            while not is_closed(connection):
                gevent.sleep(DOUBT_S)
        except (OSError, ValueError):
            pass  # reset, or closed by us
        self._is_gone = True
        nudge()


def is_closed(connection: socket.socket) -> bool:
    """Tell whether the other side has reset a TCP connection; raise OSError for one that is no TCP connection."""
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == TCP_CLOSE
