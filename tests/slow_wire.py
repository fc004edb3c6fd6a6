"""A long wire: everything that passes it arrives half a round trip later, and opening a connection takes a whole one.

It can also be cut, as by a tunnel that a train goes through, and mended.

Rules that this file keeps:

1. It carries bytes as they are; what is encrypted stays so.
2. Bytes are put off, never held up: a second piece need not wait for the first to arrive.
3. Connections are counted. A cut ends those that are open, and nobody gets through until it is mended.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from types import TracebackType

PIECE = 65_536


class SlowWire:
    """Listens on a port of 127.0.0.1 and leads to another. `round_trip_s` may be changed at any time."""

    def __init__(self, upstream_port: int, round_trip_s: float = 0.0) -> None:
        self.round_trip_s = round_trip_s
        self.connections = 0
        self._is_cut = False
        self._upstream_port = upstream_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()

    def __enter__(self) -> SlowWire:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.cut()
        close(self._listener)

    def cut(self) -> None:
        self._is_cut = True
        for each in list(self._open):
            close(each)
        self._open.clear()

    def mend(self) -> None:
        self._is_cut = False

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # closed: nobody comes any more
            if self._is_cut:
                client.close()
                continue
            self.connections += 1
            server = socket.create_connection(("127.0.0.1", self._upstream_port))
            for each in (client, server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open |= {client, server}
            opened_at = time.monotonic() + self.round_trip_s  # the two ends have shaken hands
            self._carry(client, server, opened_at)
            self._carry(server, client, opened_at)

    def _carry(self, source: socket.socket, sink: socket.socket, opened_at: float) -> None:
        due: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()

        def take() -> None:
            with contextlib.suppress(OSError):
                while piece := source.recv(PIECE):
                    due.put((max(time.monotonic(), opened_at) + self.round_trip_s / 2, piece))
            due.put((0.0, b""))

        def give() -> None:
            with contextlib.suppress(OSError):
                while True:
                    at, piece = due.get()
                    time.sleep(max(0.0, at - time.monotonic()))
                    if not piece:
                        return sink.shutdown(socket.SHUT_WR)
                    sink.sendall(piece)

        for each in (take, give):
            threading.Thread(target=each, daemon=True).start()


def close(connection: socket.socket) -> None:
    """Close a connection that another thread may be waiting on."""
    with contextlib.suppress(OSError):  # it may be closed already
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
