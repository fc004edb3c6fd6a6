"""A small client for many streams at once: asks, notes when a first character can be seen, reads to the proven end.

The reply is a JSON document whose first deltas are its head, `{"message": "`. What a visitor waits for is the first
character behind it, so this is what is timed, for every part alike.
"""

from __future__ import annotations

import json
import random
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import gevent

READ_BYTES = 65_536
TIMEOUT_S = 60.0
ARRIVE_WITHIN_S = 1.0
FIRST_SHOWN = "★"  # begins every scripted message and stands nowhere else
FIRST_MARK = FIRST_SHOWN.encode()


class StreamBroke(Exception):
    """A stream that did not end as it should: what it said last."""


@dataclass(frozen=True)
class Target:
    """Who is asked: where, with which body for a script, and the bytes that prove the end of a whole reply."""

    name: str
    url: str
    path: str
    body_of: Callable[[Mapping[str, object]], Mapping[str, object]]
    proven_end: bytes


def ask(target: Target, script: Mapping[str, object]) -> float:
    """Ask once over a new connection, read to the end; return the seconds to the first character. Raise StreamBroke."""
    body = json.dumps(target.body_of(script)).encode()
    address = urlsplit(target.url)
    request = (
        f"POST {target.path} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
        f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    began = time.perf_counter()
    with socket.create_connection((address.hostname, address.port), timeout=TIMEOUT_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(request)
        return read(connection, target, began)


def read(connection: socket.socket, target: Target, began: float) -> float:
    first_s: float | None = None
    tail = b""
    while True:
        piece = connection.recv(READ_BYTES)
        # The overlap finds a mark that two reads have cut through.
        tail = tail[-200:] + piece
        if first_s is None and FIRST_MARK in tail:
            first_s = time.perf_counter() - began
        if first_s is not None and target.proven_end in tail:
            return first_s
        if not piece:
            raise StreamBroke(f"{target.name}: {tail[-200:]!r}")


def ask_in_turn(target: Target, script: Mapping[str, object], times: int) -> list[float]:
    """Ask one question after the other; return the seconds of `ask` for each."""
    return [ask(target, script) for _ in range(times)]


def ask_at_once(target: Target, script: Mapping[str, object], streams: int, rounds: int) -> list[float]:
    """Keep so many streams open, each visitor asking again after an answer; return the seconds of `ask` of them all.

    Visitors come one after the other, as they would, and not in one burst.
    """
    chance = random.Random(streams)

    def visitor(delay_s: float) -> list[float]:
        gevent.sleep(delay_s)
        return ask_in_turn(target, script, rounds)

    visitors = [gevent.spawn(visitor, chance.uniform(0, ARRIVE_WITHIN_S)) for _ in range(streams)]
    gevent.joinall(visitors, raise_error=True)
    return [first_s for each in visitors for first_s in each.get()]
