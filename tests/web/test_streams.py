"""Frames that go straight into a connection are chunks of HTTP, whole and in order, also where it is full."""

from __future__ import annotations

import re
from collections.abc import Iterator

import gevent
import pytest
from gevent import socket

from backend.web.streams import ChunkOutlet

FRAMES = [b"id: %d\nevent: delta\ndata: %s\n\n" % (number, b"x" * (number * 37 % 5_000)) for number in range(1, 200)]
CHUNK = re.compile(rb"([0-9A-F]+)\r\n")


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
    yield ours, theirs
    ours.close()
    theirs.close()


def body_of(written: bytes) -> bytes:
    """Return what HTTP's chunks hold."""
    body, at = b"", 0
    while at < len(written):
        size = CHUNK.match(written, at)
        assert size, written[at : at + 20]
        end = size.end() + int(size[1], 16)
        assert written[end : end + 2] == b"\r\n"
        body, at = body + written[size.end() : end], end + 2
    return body


def read_all(theirs: socket.socket) -> bytes:
    read = b""
    while piece := theirs.recv(1_000):
        read += piece
        gevent.sleep(0)
    return read


def test_a_slow_reader_gets_every_frame_whole(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    outlet, was_full = ChunkOutlet(ours), 0
    reading = gevent.spawn(read_all, theirs)
    for frame in FRAMES:
        if not outlet.takes(frame):
            was_full += 1
            outlet.flush()
    ours.close()
    assert body_of(reading.get(timeout=20)) == b"".join(FRAMES)
    assert was_full


def test_a_reader_who_has_left_is_found_out_by_the_one_who_serves_it(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    outlet = ChunkOutlet(ours)
    theirs.close()
    assert not outlet.takes(FRAMES[0])
    with pytest.raises(OSError, match="Broken pipe"):
        outlet.flush()
