"""What it costs to count a question beside few addresses and beside many."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from limits import RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.strategies import MovingWindowRateLimiter

from backend.http.steady_storage import SteadyStorage
from tests.tools.bench.table import Row, divide

FEW, MANY = 100, 100_000
HITS, TRIES = 2_000, 7
WINDOWS = (RateLimitItemPerMinute(1_000_000), RateLimitItemPerHour(1_000_000), RateLimitItemPerDay(1_000_000))


def measure_limiting() -> dict[str, float]:
    """Return the microseconds of CPU for one question, counted in its address's three windows: beside few, beside many.

    Of several tries the least counts, each beside the other's: others use the machine too.
    """
    crowds = {"bare": beside(FEW), "ours": beside(MANY)}
    best = dict.fromkeys(crowds, float("inf"))
    for _ in range(TRIES):
        for name, limiter in crowds.items():
            best[name] = min(best[name], cost_of_hits(limiter))
    return best


def beside(addresses: int) -> MovingWindowRateLimiter:
    limiter = MovingWindowRateLimiter(SteadyStorage())
    for number in range(addresses):
        count_question(limiter, f"address {number}")
    return limiter


def cost_of_hits(limiter: MovingWindowRateLimiter) -> float:
    began = time.process_time()
    for number in range(HITS):
        count_question(limiter, f"address {number % FEW}")
    return (time.process_time() - began) / HITS * 1e6


def count_question(limiter: MovingWindowRateLimiter, address: str) -> None:
    for window in WINDOWS:
        limiter.hit(window, "1", "address", address)


def rows_of_limiting(measured: Mapping[str, float]) -> Sequence[Row]:
    title = f"count beside {MANY:,} addresses, µs ({FEW})"
    return [Row("limiter", title, measured, 1, divide(measured, "ours", "bare"), "few")]
