"""Answers at once, counted by workers that share a Redis; two counters on one Redis are two workers."""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import gevent
import pytest

from backend.domain.errors import Busy, TooManyStreams
from backend.domain.site import Limits, Site, SiteSettings
from backend.http.limits import LiveStreams
from backend.http.live_streams import SharedLiveStreams
from tests.servers import redis_server

LIMITS = Limits(streams_per_visitor=3, streams_per_address=10)
QUICK_LEASE_S = 0.4
Opens = Callable[..., LiveStreams]


@pytest.fixture
def site() -> Site:
    settings = replace(SiteSettings(name="Tea Shop", origins=()), limits=LIMITS)
    return Site(id=uuid.uuid4().int % 10**9, key="pk_tea", settings=settings, version=1)


@pytest.fixture
def open_worker(redis_url: str) -> Iterator[Opens]:
    opened: list[SharedLiveStreams] = []

    def open_it(url: str = redis_url, lease_s: float = 12.0, most: int = 500) -> LiveStreams:
        opened.append(SharedLiveStreams(url, lease_s))
        return LiveStreams(most, opened[-1])

    yield open_it
    for each in opened:
        each.close()


def a_turn() -> str:
    return str(uuid.uuid4())


def count(workers: list[LiveStreams], site: Site, times: int, address: str = "") -> int:
    """Return how many of so many questions, sent to all workers at once, are let in; each by a visitor of its own."""
    let_in = 0

    def ask(number: int) -> None:
        nonlocal let_in
        worker, visitor = workers[number % len(workers)], f"v{number}" if address else "v"
        try:
            worker.begin(site, visitor, address or f"a{number}", a_turn())
        except TooManyStreams:
            return
        let_in += 1

    gevent.joinall([gevent.spawn(ask, number) for number in range(times)], raise_error=True)
    return let_in


def test_a_visitor_has_three_answers_at_once_however_many_workers_there_are(open_worker: Opens, site: Site) -> None:
    workers = [open_worker() for _ in range(4)]
    assert count(workers, site, 40) == LIMITS.streams_per_visitor
    assert count(workers, site, 80, address="office") == LIMITS.streams_per_address


def test_what_has_ended_makes_room_at_every_worker(open_worker: Opens, site: Site) -> None:
    one, other = open_worker(), open_worker()
    ends = [one.begin(site, "v", "a", a_turn()) for _ in range(LIMITS.streams_per_visitor)]
    with pytest.raises(TooManyStreams):
        other.begin(site, "v", "a", a_turn())
    ends[0]()
    eventually_begins(other, site)
    with pytest.raises(TooManyStreams):
        other.begin(site, "v", "a", a_turn())


def test_a_refused_answer_takes_no_room(open_worker: Opens, site: Site) -> None:
    one, other = open_worker(), open_worker()
    for _ in range(LIMITS.streams_per_visitor):
        one.begin(site, "v", "office", a_turn())
    for _ in range(20):
        with pytest.raises(TooManyStreams):
            other.begin(site, "v", "office", a_turn())
    left = LIMITS.streams_per_address - LIMITS.streams_per_visitor
    assert count([other], site, 20, address="office") == left


def test_a_dead_workers_answers_hold_no_room_for_long_and_a_living_ones_do(open_worker: Opens, site: Site) -> None:
    dying, living, other = (open_worker(lease_s=QUICK_LEASE_S) for _ in range(3))
    for _ in range(2):
        dying.begin(site, "v", "a", a_turn())
    living.begin(site, "v", "a", a_turn())
    with pytest.raises(TooManyStreams):
        other.begin(site, "v", "a", a_turn())
    assert dying._shared
    dying._shared.close()
    for _ in range(2):
        eventually_begins(other, site)
    gevent.sleep(2 * QUICK_LEASE_S)
    with pytest.raises(TooManyStreams):
        other.begin(site, "v", "a", a_turn())


def test_a_turn_that_died_with_its_worker_takes_its_own_place_again(open_worker: Opens, site: Site) -> None:
    dying, other = open_worker(), open_worker()
    turns = [a_turn() for _ in range(LIMITS.streams_per_visitor)]
    for turn in turns:
        dying.begin(site, "v", "a", turn)
    for turn in turns:
        other.begin(site, "v", "a", turn)
    with pytest.raises(TooManyStreams):
        other.begin(site, "v", "a", a_turn())


def test_while_redis_is_away_each_worker_counts_for_itself_and_tells_it_later(
    open_worker: Opens, site: Site, tmp_path: Path
) -> None:
    with redis_server(tmp_path) as redis:
        one, other = open_worker(redis.url, QUICK_LEASE_S), open_worker(redis.url, QUICK_LEASE_S)
        one.begin(site, "v", "a", a_turn())
        redis.end()
        began = time.monotonic()
        for _ in range(2):
            one.begin(site, "v", "a", a_turn())
        with pytest.raises(TooManyStreams):
            one.begin(site, "v", "a", a_turn())
        other.begin(site, "w", "b", a_turn())
        assert time.monotonic() - began < 2
        redis.start()
        deadline = time.monotonic() + 30
        while other_lets_in(other, site):
            assert time.monotonic() < deadline
            gevent.sleep(0.1)


def test_a_redis_that_takes_a_connection_and_says_nothing_holds_nobody_up(open_worker: Opens, site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        worker = open_worker(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        began = time.monotonic()
        assert count([worker], site, 40) == LIMITS.streams_per_visitor
        assert time.monotonic() - began < 5


def other_lets_in(worker: LiveStreams, site: Site) -> bool:
    try:
        worker.begin(site, "v", "a", a_turn())()
    except TooManyStreams:
        return False
    return True


def test_a_worker_takes_no_more_than_it_may_in_all(open_worker: Opens, site: Site) -> None:
    worker = open_worker(most=2)
    ends = [worker.begin(site, f"v{number}", f"a{number}", a_turn()) for number in range(2)]
    with pytest.raises(Busy):
        worker.begin(site, "v", "a", a_turn())
    ends[0]()
    worker.begin(site, "v", "a", a_turn())


def eventually_begins(worker: LiveStreams, site: Site) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            worker.begin(site, "v", "a", a_turn())
        except TooManyStreams:
            assert time.monotonic() < deadline
            gevent.sleep(0.02)
        else:
            return
