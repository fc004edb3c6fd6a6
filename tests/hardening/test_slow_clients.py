"""Who is slow, or opens many lines, keeps nobody else from being answered."""

from __future__ import annotations

import contextlib
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from backend.web.connections import HEAD_S
from tests.servers import Deskbell, deskbell

LINES = 1_100  # more than a worker has places
BEGUN = b"GET /healthz HTTP/1.1\r\nX-Slow: "
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deskbell]:
    with deskbell(tmp_path_factory.mktemp("slow"), TRUSTED_PROXIES="127.0.0.2") as running:
        yield running


@pytest.fixture
def lines() -> Iterator[list[socket.socket]]:
    """Return a list of sockets that are closed when the test ends."""
    opened: list[socket.socket] = []
    yield opened
    for line in opened:
        line.close()


@pytest.fixture
def open_line(server: Deskbell, lines: list[socket.socket]) -> Callable[..., socket.socket]:
    """Return what opens a line to the server and says something on it."""
    address = urlsplit(server.url)

    def opened(said: bytes = BEGUN, source: str = "127.0.0.1") -> socket.socket:
        line = socket.create_connection((address.hostname, address.port), 10, (source, 0))
        lines.append(line)
        with contextlib.suppress(OSError):
            line.sendall(said)
        return line

    return opened


def seconds_of_an_answer(server: Deskbell) -> float:
    began = time.monotonic()
    with urllib.request.urlopen(f"{server.url}/healthz", timeout=20) as answer:
        assert answer.read() == b"ok\n"
    return time.monotonic() - began


def assert_answered(line: socket.socket) -> None:
    """Read one whole answer of /healthz."""
    answer = b""
    while not answer.endswith(b"ok\n"):
        received = line.recv(4096)
        assert received, answer
        answer += received
    assert answer.startswith(b"HTTP/1.1 200")


def is_closed(line: socket.socket, within_s: float) -> bool:
    line.settimeout(within_s)
    try:
        return line.recv(1) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


def test_a_thousand_slow_heads_from_one_address_close_the_door_to_nobody(
    server: Deskbell, open_line: Callable[..., socket.socket]
) -> None:
    slow = [open_line() for _ in range(LINES)]
    assert seconds_of_an_answer(server) < HEAD_S / 2
    assert is_closed(slow[0], HEAD_S)
    assert seconds_of_an_answer(server) < HEAD_S / 2


def test_a_head_that_trickles_is_given_up_however_steadily_it_comes(open_line: Callable[..., socket.socket]) -> None:
    line, began = open_line(), time.monotonic()
    with contextlib.suppress(ConnectionError):
        while time.monotonic() - began < HEAD_S * 2:
            line.sendall(b"x")
            time.sleep(0.2)
    assert HEAD_S - 1 < time.monotonic() - began < HEAD_S * 2


def test_a_second_request_has_as_little_time_as_the_first(open_line: Callable[..., socket.socket]) -> None:
    line = open_line(WHOLE)
    assert_answered(line)
    began = time.monotonic()
    line.sendall(BEGUN)
    assert is_closed(line, HEAD_S * 2)
    assert time.monotonic() - began > HEAD_S - 1


def test_an_idle_connection_is_kept_for_its_next_request(open_line: Callable[..., socket.socket]) -> None:
    line = open_line(WHOLE)
    assert_answered(line)
    assert not is_closed(line, HEAD_S + 2)
    line.sendall(WHOLE)
    assert_answered(line)


def test_the_lines_of_a_trusted_proxy_are_never_closed_for_others(
    server: Deskbell, open_line: Callable[..., socket.socket]
) -> None:
    proxy = open_line(WHOLE, source="127.0.0.2")
    assert_answered(proxy)
    for _ in range(LINES):
        open_line()
    assert seconds_of_an_answer(server) < HEAD_S / 2
    proxy.sendall(WHOLE)
    assert_answered(proxy)
