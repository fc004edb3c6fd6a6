"""Many streams rest, one timer ends their rests, and the loop looks at its sockets meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable

import gevent
import pytest
from gevent.socket import socketpair

from backend.http.rests import EARLY_S, SLICE_S, Rests

WORK_S = 0.002  # of each stream when it goes on: longer than a slice for every two


def busy(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_a_stream_rests_as_long_as_it_wanted_but_for_what_is_not_worth_a_look_at_the_clock() -> None:
    rest = Rests()
    for seconds in (0.03, 0.01, 0.02):
        began = time.monotonic()
        rest(seconds)
        assert time.monotonic() - began >= seconds - EARLY_S


def test_who_has_rested_longest_goes_on_first() -> None:
    rest, went_on = Rests(), []

    def stream(seconds: float) -> None:
        rest(seconds)
        went_on.append(seconds)

    wanted = [0.09, 0.03, 0.06, 0.12, 0.0]
    gevent.joinall([gevent.spawn(stream, seconds) for seconds in wanted], raise_error=True)
    assert went_on == sorted(wanted)


def heard_after(rest: Rests) -> int:
    """Return how many of forty streams, whose time has come, went on before somebody was heard who asks meanwhile."""
    went_on, heard = [], []
    ours, theirs = socketpair()

    def stream(number: int) -> None:
        rest(0.02)
        if number == 0:
            theirs.send(b"?")  # somebody asks while the first of them goes on
        busy(WORK_S)
        went_on.append(number)

    def listen() -> None:
        ours.recv(1)
        heard.append(len(went_on))

    with ours, theirs:
        listener = gevent.spawn(listen)
        streams = [gevent.spawn(stream, number) for number in range(40)]
        gevent.joinall(streams, raise_error=True)
        listener.get()
    assert went_on == list(range(40))
    return heard[0]


def test_of_many_streams_whose_time_has_come_few_go_on_before_sockets_are_looked_at() -> None:
    nobody_is_late = Rests(late_s=float("inf"))
    assert heard_after(nobody_is_late) <= 2 * (SLICE_S / WORK_S + 1), "all of them went on before anybody was heard"


def test_who_is_late_goes_on_before_sockets_are_looked_at() -> None:
    everybody_is_late = Rests(late_s=-EARLY_S)
    assert heard_after(everybody_is_late) > 2 * (SLICE_S / WORK_S + 1)


def test_of_pieces_of_work_one_goes_on_before_sockets_are_looked_at() -> None:
    rest, done, heard = Rests(), [], []
    ours, theirs = socketpair()

    def work(number: int) -> None:
        rest.alone()
        if number == 0:
            theirs.send(b"?")
        done.append(number)

    def listen() -> None:
        ours.recv(1)
        heard.append(len(done))

    with ours, theirs:
        listener = gevent.spawn(listen)
        gevent.joinall([gevent.spawn(work, number) for number in range(10)], raise_error=True)
        listener.get()
    assert done == list(range(10))
    assert heard[0] <= 2, "others were not heard between two pieces"


def gone_on_before_work(rest: Rests) -> int:
    """Return how many of ten streams, all of them late, went on before a piece of work that has waited as long."""
    went_on: list[int] = []

    def stream(number: int) -> None:
        rest(0.01)
        busy(WORK_S)
        went_on.append(number)

    def work() -> int:
        rest.alone()
        return len(went_on)

    streams = [gevent.spawn(stream, number) for number in range(10)]
    worker = gevent.spawn(work)
    gevent.spawn(busy, 0.05)
    gevent.joinall(streams, raise_error=True)
    return int(worker.get())


def test_work_waits_until_no_stream_is_late() -> None:
    assert gone_on_before_work(Rests(late_s=float("inf"), patience_s=float("inf"))) == 10


def test_work_that_has_waited_long_enough_goes_on_also_where_streams_are_late() -> None:
    assert gone_on_before_work(Rests(late_s=float("inf"), patience_s=0.0)) <= SLICE_S / WORK_S + 1


def test_work_at_another_loop_just_sleeps() -> None:
    rest = Rests()
    rest.alone()
    began = time.monotonic()
    gevent.get_hub().threadpool.apply(rest.alone, (0.02,))
    assert time.monotonic() - began >= 0.02


def test_a_stream_that_is_ended_while_it_rests_keeps_nobody_from_going_on() -> None:
    rest, went_on = Rests(), []

    def stream(number: int) -> None:
        rest(0.01)
        went_on.append(number)

    streams = [gevent.spawn(stream, number) for number in range(3)]
    gevent.sleep(0)
    streams[0].kill()
    gevent.joinall(streams)
    assert went_on == [1, 2]


@pytest.mark.parametrize("broken", [KeyError, gevent.GreenletExit])
def test_a_stream_that_breaks_as_it_goes_on_keeps_nobody_from_going_on(broken: type[BaseException]) -> None:
    rest, went_on = Rests(), []

    def stream(then: Callable[[], None]) -> None:
        rest(0.01)
        then()

    def fail() -> None:
        raise broken

    streams = [gevent.spawn(stream, fail), gevent.spawn(stream, lambda: went_on.append(1))]
    gevent.joinall(streams)
    assert went_on == [1]


def test_at_another_loop_it_just_sleeps() -> None:
    rest = Rests()
    rest(0.001)
    began = time.monotonic()
    gevent.get_hub().threadpool.apply(rest, (0.02,))
    assert time.monotonic() - began >= 0.02
    rest(0.001)
