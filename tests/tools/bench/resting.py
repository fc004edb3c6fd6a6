"""What one rest of a stream costs, of many that run: `python -m tests.tools.bench.resting`.

By a timer of its own, by the one timer of all (`backend/http/rests.py`), and what it would cost if one greenlet called
each stream in turn, without a switch: the least that a pump for all streams could cost. Least of ROUNDS, in µs of CPU.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import gevent

from backend.http.rests import Rests

STREAMS, RESTS, REST_S, ROUNDS = 200, 50, 0.04, 3


def cost_us(rest: Callable[[float], None], rests: int = RESTS) -> float:
    """Return the CPU of one rest where STREAMS greenlets rest again and again."""

    def stream(number: int) -> None:
        gevent.sleep(number * REST_S / STREAMS)  # they have begun one after the other
        for _ in range(rests):
            rest(REST_S)

    before = time.process_time()
    gevent.joinall([gevent.spawn(stream, number) for number in range(STREAMS)])
    return (time.process_time() - before) / (STREAMS * rests) * 1e6


def cost_of_calls_us() -> float:
    """Return the CPU of going on with one stream by calling it."""

    def go_on(number: int) -> int:
        return number

    before = time.process_time()
    for _ in range(RESTS):
        gevent.sleep(REST_S)
        for number in range(STREAMS):
            go_on(number)
    return (time.process_time() - before) / (STREAMS * RESTS) * 1e6


def main() -> None:
    own, shared = (min(cost_us(rest) for _ in range(ROUNDS)) for rest in (gevent.sleep, Rests()))
    called = min(cost_of_calls_us() for _ in range(ROUNDS))
    print(f"a timer for each stream {own:.1f} µs, one timer for all {shared:.1f} µs, a call instead {called:.1f} µs")


if __name__ == "__main__":
    main()
