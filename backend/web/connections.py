"""The connections of a worker: how long a request's head may take, and how many may wait at once.

1. From the first byte of a request to the end of its head pass HEAD_S at most; between requests `keepalive` seconds.
2. A connection waits while no whole head has come. Of the worker's places the waiting ones of one address take half at
   most, and all waiting ones together four fifths: who comes beyond that takes the place of the one of them that has
   waited longest.
3. One address has at most four fifths of the places in all; one connection more is closed at once, unless one that
   waits can make room.
4. A trusted proxy speaks for many: its connections are not counted by address, and never closed for another's sake.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from socket import SHUT_RD
from typing import Any

import gevent
from gevent.socket import socket

HEAD_S = 10.0
HALF, MOST = 1 / 2, 4 / 5


class Connection(socket):
    """A client's socket that knows whether a request has begun to arrive."""

    def __init__(self, client: socket, address: str, is_trusted: bool) -> None:
        super().__init__(client.family, client.type, client.proto, fileno=client.detach())
        self.address, self.is_trusted = address, is_trusted
        self.is_idle = False  # between two requests
        self.is_heard = True
        self.limit: gevent.Timeout | None = None  # while a head is waited for

    def recv(self, *arguments: Any) -> bytes:
        received: bytes = super().recv(*arguments)
        if self.is_idle and self.limit is not None:
            self.is_idle = False
            self.limit.close()
            self.limit = gevent.Timeout.start_new(HEAD_S)  # a request has begun: from here on its own limit counts
        return received

    def hear_no_more(self) -> None:
        """End the wait for a request. One that has come whole meanwhile is answered all the same."""
        self.is_heard = False
        with contextlib.suppress(OSError):  # they have left already
            self.shutdown(SHUT_RD)


class Connections:
    """All connections of a worker; `is_trusted` tells of an address whether a proxy of ours speaks from it."""

    def __init__(self, places: int, keepalive_s: float, is_trusted: Callable[[str], bool]) -> None:
        self._keepalive_s, self._is_trusted = keepalive_s, is_trusted
        self._most_waiting_of_address, self._most = int(places * HALF), int(places * MOST)
        self._here: dict[Any, Connection] = {}  # by greenlet
        self._of_address: Counter[str] = Counter()
        self._waiting: dict[Connection, None] = {}  # the longest first
        self._waiting_of_address: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._here)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @contextlib.contextmanager
    def open(self, client: socket, address: str) -> Iterator[Connection | None]:
        """Count this connection while the block runs; give None, having closed it, where its address has too many."""
        is_trusted = not address or self._is_trusted(address)
        if not is_trusted and self._of_address[address] >= self._most and not self._end_longest_of(address):
            client.close()
            yield None
            return
        greenlet = gevent.getcurrent()
        connection = self._here[greenlet] = Connection(client, address, is_trusted)
        with counted(self._of_address, address):
            try:
                yield connection
            finally:
                del self._here[greenlet]

    @contextlib.contextmanager
    def wait_for_head(self) -> Iterator[None]:
        """Wait for a request's whole head, in the block; the block ends early where that takes too long."""
        connection = self._here[gevent.getcurrent()]
        seconds = self._keepalive_s if connection.is_idle else HEAD_S
        connection.limit = gevent.Timeout.start_new(seconds)
        self._waiting[connection] = None
        try:
            with counted(self._waiting_of_address, connection.address):
                self._make_room(connection)
                yield
        except gevent.Timeout as ended:
            if ended is not connection.limit:
                raise
        finally:
            del self._waiting[connection]
            connection.limit.close()
            connection.limit, connection.is_idle = None, True

    def close_waiting(self) -> None:
        """Close every connection on which nobody asks for anything."""
        for connection in list(self._waiting):
            connection.hear_no_more()

    def _make_room(self, newest: Connection) -> None:
        """End the longest wait of this address, or of all, where too many wait."""
        if newest.is_trusted:
            return
        if self._waiting_of_address[newest.address] > self._most_waiting_of_address:
            self._end_longest_of(newest.address)
        elif len(self._waiting) > self._most:
            self._end_longest(lambda each: not each.is_trusted)

    def _end_longest_of(self, address: str) -> bool:
        return self._end_longest(lambda each: each.address == address)

    def _end_longest(self, is_meant: Callable[[Connection], bool]) -> bool:
        """End the longest of these waits that goes on; False where there is none."""
        longest = next((each for each in self._waiting if is_meant(each) and each.is_heard), None)
        if longest is None:
            return False
        longest.hear_no_more()
        return True


@contextlib.contextmanager
def counted(counter: Counter[str], name: str) -> Iterator[None]:
    counter[name] += 1
    try:
        yield
    finally:
        counter[name] -= 1
        if not counter[name]:
            del counter[name]
