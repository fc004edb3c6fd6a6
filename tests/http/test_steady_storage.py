"""Limits hold and end when they should, whatever happens to the clock on the wall."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from limits import RateLimitItemPerMinute
from limits.strategies import MovingWindowRateLimiter

from backend.http.steady_storage import MOST_DROPPED, SteadyStorage

TWO_A_MINUTE = RateLimitItemPerMinute(2)


class HeldClock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def limiter(clock: HeldClock) -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(SteadyStorage(monotonic=clock))


def test_a_window_moves_with_the_time_that_passes(limiter: MovingWindowRateLimiter, clock: HeldClock) -> None:
    assert limiter.hit(TWO_A_MINUTE, "visitor")
    clock.time += 30
    assert limiter.hit(TWO_A_MINUTE, "visitor")
    assert not limiter.hit(TWO_A_MINUTE, "visitor")
    assert limiter.hit(TWO_A_MINUTE, "another")
    clock.time += 30.5
    assert limiter.hit(TWO_A_MINUTE, "visitor")
    assert not limiter.test(TWO_A_MINUTE, "visitor")


@pytest.mark.parametrize("step_s", [-3600.0, 3600.0])
def test_a_clock_that_steps_neither_lifts_a_limit_nor_makes_it_longer(
    limiter: MovingWindowRateLimiter, clock: HeldClock, monkeypatch: pytest.MonkeyPatch, step_s: float
) -> None:
    limiter.hit(TWO_A_MINUTE, "visitor")
    limiter.hit(TWO_A_MINUTE, "visitor")
    stepped = time.time() + step_s
    monkeypatch.setattr(time, "time", lambda: stepped)

    assert not limiter.hit(TWO_A_MINUTE, "visitor")
    assert limiter.get_window_stats(TWO_A_MINUTE, "visitor").reset_time - stepped == pytest.approx(60, abs=1)
    clock.time += 61
    assert limiter.hit(TWO_A_MINUTE, "visitor")


def test_what_counts_no_more_takes_no_room(limiter: MovingWindowRateLimiter, clock: HeldClock) -> None:
    for number in range(1000):
        limiter.hit(TWO_A_MINUTE, f"visitor {number}")
    clock.time += 200
    limiter.hit(TWO_A_MINUTE, "visitor")
    assert isinstance(limiter.storage, SteadyStorage)
    assert limiter.storage.keys() == 1


def test_no_hit_pays_for_all_that_came_before(limiter: MovingWindowRateLimiter, clock: HeldClock) -> None:
    for number in range(3 * MOST_DROPPED):
        limiter.hit(TWO_A_MINUTE, f"visitor {number}")
    clock.time += 200
    limiter.hit(TWO_A_MINUTE, "visitor")
    assert isinstance(limiter.storage, SteadyStorage)
    assert limiter.storage.keys() == 2 * MOST_DROPPED + 1


def test_a_key_that_was_hit_again_is_not_dropped_with_those_of_its_time(
    limiter: MovingWindowRateLimiter, clock: HeldClock
) -> None:
    for name in ("early", "late", "early"):
        limiter.hit(TWO_A_MINUTE, name)
        clock.time += 25
    limiter.hit(TWO_A_MINUTE, "other")
    clock.time += 20
    limiter.hit(TWO_A_MINUTE, "other")
    assert isinstance(limiter.storage, SteadyStorage)
    assert limiter.storage.keys() == 2  # late is gone
    assert limiter.hit(TWO_A_MINUTE, "early")
    assert not limiter.hit(TWO_A_MINUTE, "early")


def test_looking_takes_no_room(limiter: MovingWindowRateLimiter) -> None:
    assert limiter.test(TWO_A_MINUTE, "visitor")
    assert isinstance(limiter.storage, SteadyStorage)
    assert limiter.storage.keys() == 0


def test_what_is_kept_of_one_visitor_is_small() -> None:
    storage, many = SteadyStorage(), 5_000
    keys = [f"LIMITS:LIMITER/deskbell/1/visitor/{number:022}/200/1/day" for number in range(many)]
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for key in keys:
        storage.acquire_entry(key, 200, 86_400)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert storage.keys() == many
    assert (after - before) / many < 400
