"""Redis goes away under four workers, and comes back."""

from __future__ import annotations

from tests.hardening.conftest import WORKERS
from tests.hardening.test_limits import PER_MINUTE, ask_at_once
from tests.servers import Deskbell, RedisServer, wait_until_ready


def test_without_redis_the_gates_are_neither_shut_nor_open(four_workers: Deskbell, redis: RedisServer) -> None:
    redis.end()
    try:
        told = ask_at_once(four_workers, "127.0.1.9")
    finally:
        redis.start()
        wait_until_ready(four_workers)
    assert set(told) == {"answered", "rate_limited"}
    assert told["answered"] <= PER_MINUTE + WORKERS - 2  # three from each of four workers
