"""A small HTTP/1.1 transport for long streams under gevent: the C parser of httptools over pooled sockets.

Why it is here and not the stock one: h11 costs most of the CPU of a streamed token, and reading in paced gulps saves
much of the rest (`make bench` sets the whole beside the SDK's own stream). HTTP/2 is no way out: under gevent its
streams starve each other and arrive as one burst.

1. A connection serves one request at a time and goes back to the pool only after its response was read to the end.
2. A pooled connection that is readable while idle is dead or confused: it is closed, never used.
3. The response's `extensions` carry `pieces` (the body's bytes as they come, without the client's layers above), `pace`
   (how long to rest before a read that would wait, and until when to wait at all) and `abort` (closes the connection at
   once, from any greenlet, waking whoever reads). Whoever may want to abort before there is a response asks for it with
   `when_connected`.
4. Nothing is sent twice: a request that fails on its way is the caller's to repeat.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import httptools
import httpx2

READ_BYTES = 65_536
IDLE_S = 90.0
MOST_IDLE = 200
LEAST_WAIT_S = 0.001  # what has come already is read, also past the time: 0 would mean to fail where it must wait


Abort = Callable[[], None]
_tell: ContextVar[Callable[[Abort], None] | None] = ContextVar("_tell", default=None)


@contextmanager
def when_connected(tell: Callable[[Abort], None]) -> Iterator[None]:
    """Have `tell` called with the `abort` of each request sent inside of the block, before its answer begins."""
    told_before = _tell.set(tell)
    try:
        yield
    finally:
        _tell.reset(told_before)


@dataclass(slots=True)
class Pace:
    """How long a reader rests before a read that would wait, so that many small pieces are read as one.

    `until` is when waiting ends, by the monotonic clock; None leaves it to the request's time-out for each read.
    `rest` rests for some seconds; beside an event loop that has many readers there is a better way than sleeping.
    """

    seconds: float = 0.0
    until: float | None = None
    rest: Callable[[float], None] = time.sleep


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    origin: tuple[str, str, int]
    idle_since: float = 0.0

    def is_stale(self, now: float) -> bool:
        if now - self.idle_since > IDLE_S:
            return True
        readable, _, _ = select.select([self.socket], [], [], 0)
        return bool(readable)  # an idle connection has nothing to say but good-bye

    def close(self) -> None:
        self.socket.close()


class StreamTransport(httpx2.BaseTransport):
    """Sends requests over kept connections and streams what comes back."""

    def __init__(self, *, verify: ssl.SSLContext | None = None) -> None:
        self._idle: dict[tuple[str, str, int], list[_Connection]] = {}
        self._verify = verify

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        timeout = request.extensions.get("timeout", {})
        connection = self._connect(request, timeout.get("connect"))
        body = _ResponseBody(connection, self)
        if tell := _tell.get():
            tell(body.abort)
        try:
            connection.socket.settimeout(timeout.get("write"))
            connection.socket.sendall(_head_of(request) + request.read())
            connection.socket.settimeout(timeout.get("read"))
            body.read_head()
        except TimeoutError as slow:
            connection.close()
            raise httpx2.ReadTimeout("no response in time", request=request) from slow
        except httptools.HttpParserError as broken:
            connection.close()
            raise httpx2.RemoteProtocolError(str(broken), request=request) from broken
        except OSError as lost:
            connection.close()
            raise httpx2.ReadError(str(lost), request=request) from lost
        except BaseException:
            connection.close()
            raise
        return httpx2.Response(
            body.status,
            headers=body.headers,
            stream=body,
            extensions={"pieces": body, "pace": body.pace, "abort": body.abort, "http_version": b"HTTP/1.1"},
        )

    def close(self) -> None:
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()

    def put_back(self, connection: _Connection) -> None:
        idle = self._idle.setdefault(connection.origin, [])
        if len(idle) >= MOST_IDLE:
            connection.close()
            return
        connection.idle_since = time.monotonic()
        idle.append(connection)

    def _connect(self, request: httpx2.Request, timeout_s: float | None) -> _Connection:
        url = request.url
        origin = (url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80))
        idle = self._idle.get(origin, [])
        while idle:
            connection = idle.pop()
            if not connection.is_stale(time.monotonic()):
                return connection
            connection.close()
        try:
            return _Connection(self._open(origin, timeout_s), origin)
        except TimeoutError as slow:
            raise httpx2.ConnectTimeout("no connection in time", request=request) from slow
        except OSError as refused:
            raise httpx2.ConnectError(str(refused), request=request) from refused

    def _open(self, origin: tuple[str, str, int], timeout_s: float | None) -> socket.socket:
        scheme, host, port = origin
        plain = socket.create_connection((host, port), timeout_s)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if scheme == "http":
            return plain
        if self._verify is None:
            self._verify = httpx2.create_ssl_context()
        try:
            return self._verify.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise


class _ResponseBody(httpx2.SyncByteStream):
    """The body of one response, read as it is asked for. The parser calls the `on_…` methods."""

    def __init__(self, connection: _Connection, transport: StreamTransport) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.pace = Pace()
        self._connection = connection
        self._transport = transport
        self._parser = httptools.HttpResponseParser(self)
        self._chunks: list[bytes] = []
        self._has_head = False
        self._is_complete = False
        self._may_be_kept = False
        self._is_closed = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        if self.status >= 200:  # 100 and 103 come before the real head
            self._has_head = True
            self._may_be_kept = self._parser.should_keep_alive()  # the parser forgets it when the message has ended
        else:
            self.headers.clear()

    def on_body(self, body: bytes) -> None:
        self._chunks.append(body)

    def on_message_complete(self) -> None:
        self._is_complete = self._has_head

    def read_head(self) -> None:
        while not self._has_head:
            self._receive()

    def __iter__(self) -> Iterator[bytes]:
        try:
            while True:
                if self._chunks:
                    piece = b"".join(self._chunks)
                    self._chunks.clear()
                    yield piece
                if self._is_complete:
                    return
                if self.pace.seconds:
                    self.pace.rest(self.pace.seconds)
                self._receive()
        except TimeoutError as slow:
            raise httpx2.ReadTimeout("nothing came in time") from slow
        except httptools.HttpParserError as broken:
            raise httpx2.RemoteProtocolError(str(broken)) from broken
        except OSError as lost:
            raise httpx2.ReadError(str(lost)) from lost

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        if self._is_complete and self._may_be_kept:
            self._transport.put_back(self._connection)
        else:
            self._connection.close()

    def abort(self) -> None:
        """Close the connection now; whoever reads from it wakes. Nothing happens once the body was read to its end."""
        if self._is_closed or self._is_complete:
            return  # the connection may serve somebody else by now
        with contextlib.suppress(OSError):  # gone already, which is what was wanted
            self._connection.socket.shutdown(socket.SHUT_RDWR)

    def _receive(self) -> None:
        """Read what has come, all of it, waiting for the first byte only."""
        if self.pace.until is not None:
            self._connection.socket.settimeout(max(LEAST_WAIT_S, self.pace.until - time.monotonic()))
        received = self._connection.socket.recv(READ_BYTES)
        if not received:
            self._end_of_stream()
            return
        self._parser.feed_data(received)
        if isinstance(self._connection.socket, ssl.SSLSocket):
            self._drain_records()

    def _drain_records(self) -> None:
        """Read the TLS records that are already here: one `recv` returns one record, however many have come."""
        channel = self._connection.socket
        timeout = channel.gettimeout()
        channel.settimeout(0.0)
        try:
            while not self._is_complete:
                received = channel.recv(READ_BYTES)
                if not received:
                    self._end_of_stream()
                    return
                self._parser.feed_data(received)
        except (BlockingIOError, ssl.SSLWantReadError):
            pass  # that was all
        finally:
            channel.settimeout(timeout)

    def _end_of_stream(self) -> None:
        if self._is_complete:
            return
        names = {name.lower() for name, _ in self.headers}
        if self._has_head and not names & {b"content-length", b"transfer-encoding"}:
            self._is_complete = True  # a body that ends with its connection
            return
        raise httpx2.RemoteProtocolError("the connection was closed before the response was complete")


def _head_of(request: httpx2.Request) -> bytes:
    target = request.url.raw_path
    lines = [b"%s %s HTTP/1.1" % (request.method.encode("ascii"), target)]
    lines += [b"%s: %s" % (name, value) for name, value in request.headers.raw]
    return b"\r\n".join(lines) + b"\r\n\r\n"
