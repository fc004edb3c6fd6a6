"""A TCP proxy that mistreats connections the same way for the same seed.

    with ChaosProxy(port_of_the_server, seed=4) as proxy:
        ...  # talk to proxy.port

What it does to a connection is drawn from the seed and the connection's number:

    slices      the server's bytes come one at a time
    jitter      every piece comes late, by up to JITTER_S
    reset       after N bytes of the server's the connection is reset
    cut         after N bytes it is closed in an orderly way
    black_hole  after N bytes nothing more comes, for BLACK_HOLE_S, then it is reset
    half_close  the client's side is closed once its request is through, and the server's bytes go on
    whole       nothing is done to it
"""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
import time
from types import TracebackType

KINDS = ("slices", "jitter", "reset", "cut", "black_hole", "half_close", "whole")
JITTER_S = 0.004
BLACK_HOLE_S = 0.3
REQUEST_S = 0.05
PIECE = 4096


class ChaosProxy:
    """Listens on `port`; `met` lists what was done to each connection, in order."""

    def __init__(self, upstream: int, seed: int, kinds: tuple[str, ...] = KINDS, most_bytes: int = 4_000) -> None:
        self._upstream, self._seed, self._kinds, self._most_bytes = upstream, seed, kinds, most_bytes
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.met: list[tuple[str, int]] = []
        self._open: set[socket.socket] = set()

    def __enter__(self) -> ChaosProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listener.close()
        for connection in list(self._open):
            close(connection)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            dice = random.Random(f"{self._seed}/{len(self.met)}")
            fate = dice.choice(self._kinds), dice.randrange(1, self._most_bytes)
            self.met.append(fate)
            threading.Thread(target=self._serve, args=(client, *fate, dice), daemon=True).start()

    def _serve(self, client: socket.socket, kind: str, after: int, dice: random.Random) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._upstream))
        except OSError:
            client.close()
            return
        self._open |= {client, server}
        threading.Thread(target=self._carry_request, args=(client, server, kind), daemon=True).start()
        try:
            self._carry_answer(client, server, kind, after, dice)
        except OSError:
            pass  # one of the two left
        finally:
            close(client)
            close(server)
            self._open -= {client, server}

    def _carry_request(self, client: socket.socket, server: socket.socket, kind: str) -> None:
        try:
            while piece := client.recv(PIECE):
                server.sendall(piece)
                if kind == "half_close":
                    time.sleep(REQUEST_S)  # the body may come in a piece of its own
                    client.setblocking(False)
                    with contextlib.suppress(BlockingIOError):
                        server.sendall(client.recv(PIECE))
                    client.setblocking(True)
                    break
            server.shutdown(socket.SHUT_WR)
        except OSError:
            close(server)

    def _carry_answer(
        self, client: socket.socket, server: socket.socket, kind: str, after: int, dice: random.Random
    ) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        left = after if kind in ("reset", "cut", "black_hole") else None
        while piece := server.recv(PIECE):
            if left is not None and len(piece) >= left:
                client.sendall(piece[:left])
                self._break(client, kind)
                return
            left = None if left is None else left - len(piece)
            if kind == "jitter":
                time.sleep(dice.random() * JITTER_S)
            for part in [piece[at : at + 1] for at in range(len(piece))] if kind == "slices" else [piece]:
                client.sendall(part)

    def _break(self, client: socket.socket, kind: str) -> None:
        if kind == "black_hole":
            time.sleep(BLACK_HOLE_S)
        if kind != "cut":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def close(connection: socket.socket) -> None:
    """Close a connection that another thread may be waiting on."""
    with contextlib.suppress(OSError):  # it may be closed already
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
