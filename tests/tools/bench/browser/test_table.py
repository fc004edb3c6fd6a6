"""The widget's table: its arithmetic, and a wire that is as long as it says."""

from __future__ import annotations

import socket
import threading
import time
import tomllib
from pathlib import Path

import pytest

from tests.slow_wire import SlowWire
from tests.tools.bench.browser.answering import ANSWER, END, Answering
from tests.tools.bench.browser.asking import Asking, Press
from tests.tools.bench.browser.loading import Loading
from tests.tools.bench.browser.main_thread import Cost, typical
from tests.tools.bench.browser.table import Measured, Row, is_missed, lines_of, rows_of
from tests.tools.bench.table import NOT_MEASURED

LIMITS: dict[str, float] = tomllib.loads(Path(__file__).with_name("limits.toml").read_text())
ANSWERING = Answering(Cost(5000, 3, 0), Cost(1500, 0, 0), 40)
MEASURED = Measured(
    Loading(Cost(100, 1, 0), Cost(150, 1, 0)),
    ANSWERING,
    ANSWERING,
    {
        "ours": {4096: 20, 16384: 20, 1048576: 60},
        "river": {4096: 300, 16384: 260, 1048576: 300},
        "other": {4096: 200, 16384: 400, 1048576: 500},
    },
    Asking(Press(0, 0, 0, 0), Press(1.02, 1, 0, 0)),
)


def row(key: str, measured: Measured = MEASURED) -> Row:
    return next(row for row in rows_of(measured) if row.key == key)


def test_what_the_widget_costs_is_set_against_the_bare_page() -> None:
    assert row("load_cpu").judged == pytest.approx(1.5)
    assert row("answer_cpu").judged == pytest.approx(0.3)
    assert row("answer_lag").judged == 40


def test_a_long_task_that_the_blank_page_has_too_is_not_the_widgets() -> None:
    assert row("load_long_tasks").judged == 0
    assert row("answer_long_tasks").judged == 0


def test_a_task_that_is_long_in_one_run_alone_was_interrupted_by_somebody_else() -> None:
    runs = [Cost(90, 1, 0), Cost(100, 0, 0.2), Cost(400, 3, 0)]

    assert typical(runs) == Cost(100, 0, 0.2)


def test_the_parser_is_set_against_the_fastest_of_the_others() -> None:
    assert row("parser").judged == pytest.approx(20 / 200)  # 0.077, 0.1, 0.2: the one in the middle
    assert row("parser_linear").judged == pytest.approx(3)


@pytest.mark.parametrize("measured", [MEASURED, Measured()])
def test_every_row_has_a_limit_and_every_limit_a_row(measured: Measured) -> None:
    assert {row.key for row in rows_of(measured)} == set(LIMITS)


def test_what_keeps_its_limit_is_not_said_to_miss_it() -> None:
    assert [row.key for row in rows_of(MEASURED) if is_missed(row, LIMITS)] == []
    assert is_missed(row("answer_cpu"), {**LIMITS, "answer_cpu": 0.29})


def test_what_could_not_be_measured_misses_its_limit_and_is_said() -> None:
    lines = lines_of(rows_of(Measured()), LIMITS)[1:]

    assert all(NOT_MEASURED in line and line.endswith("missed") for line in lines)


def test_the_answer_is_sixteen_kilobytes_and_its_end_stands_once() -> None:
    assert len(ANSWER) == 16 * 1024
    assert ANSWER.count(END) == 1


def test_a_long_wire_keeps_every_byte_back_for_its_time_and_no_longer_for_more_of_them() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=echo, args=(server,), daemon=True).start()
        with SlowWire(server.getsockname()[1], round_trip_s=0.1) as wire:
            with socket.create_connection(("127.0.0.1", wire.port)) as client:
                began = time.monotonic()
                client.sendall(b"one")
                first = client.recv(3)
                first_s = time.monotonic() - began
                client.sendall(b"two")
                client.sendall(b"six")
                rest = client.recv(6, socket.MSG_WAITALL)
            assert wire.connections == 1
    assert (first, rest) == (b"one", b"twosix")
    assert first_s >= 0.199  # clocks differ by a little: to shake hands, and to be answered


def echo(server: socket.socket) -> None:
    client, _ = server.accept()
    with client:
        while piece := client.recv(4096):
            client.sendall(piece)
