"""What every breaker and every retry budget does, wherever it keeps its counts."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.domain.ports import Breaker, RetryBudget
from backend.domain.turn import Permission
from backend.providers.breaker import MemoryBreaker
from backend.providers.call_rules import BudgetRules, read_call_rules
from backend.providers.redis_breaker import RedisBreaker
from backend.providers.retry_budget import MemoryRetryBudget
from tests.servers import redis_server

MODEL = "claude-haiku-4-5"
RULES = read_call_rules().breaker
BUDGET = BudgetRules(at_start=2, most=3, per_success=0.1, per_minute=1)


class HeldClock:
    """Seconds that the test moves."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def changes() -> list[tuple[str, str]]:
    return []


@pytest.fixture(params=["memory", "redis"])
def breaker(request: pytest.FixtureRequest, clock: HeldClock, changes: list[tuple[str, str]]) -> Iterator[Breaker]:
    def note(model: str, state: str) -> None:
        changes.append((model, state))

    if request.param == "memory":
        yield MemoryBreaker(RULES, clock, note)
        return
    shared = RedisBreaker(request.getfixturevalue("redis_url"), uuid.uuid4().hex, RULES, clock, note)
    yield shared
    shared.close()


@pytest.fixture(params=[MemoryRetryBudget])
def budget(request: pytest.FixtureRequest, clock: HeldClock) -> RetryBudget:
    make: Callable[[BudgetRules, Callable[[], float]], RetryBudget] = request.param
    return make(BUDGET, clock)


def leave(breaker: Breaker) -> Permission:
    permission = breaker.ask(MODEL)
    assert permission is not None
    return permission


def fail(breaker: Breaker, times: int = 1) -> None:
    for permission in [leave(breaker) for _ in range(times)]:
        breaker.failed(permission)


def succeed(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        breaker.succeeded(leave(breaker))


def test_four_failures_may_be_chance_and_five_are_not(breaker: Breaker, changes: list[tuple[str, str]]) -> None:
    fail(breaker, 4)
    assert breaker.state(MODEL) == "closed"
    fail(breaker)
    assert breaker.state(MODEL) == "open"
    assert breaker.ask(MODEL) is None
    assert changes == [(MODEL, "open")]


def test_a_model_that_mostly_answers_is_not_left_alone(breaker: Breaker) -> None:
    succeed(breaker, 6)
    fail(breaker, 5)
    assert breaker.state(MODEL) == "closed"
    fail(breaker)
    assert breaker.state(MODEL) == "open"


def test_failures_of_long_ago_are_forgotten(breaker: Breaker, clock: HeldClock) -> None:
    fail(breaker, 4)
    clock.seconds += 21
    fail(breaker, 4)
    assert breaker.state(MODEL) == "closed"


def test_one_models_failures_are_not_anothers(breaker: Breaker) -> None:
    fail(breaker, 5)
    assert breaker.ask("claude-opus-4-6") is not None


def test_exactly_one_probe_is_sent_in_each_interval(breaker: Breaker, clock: HeldClock) -> None:
    fail(breaker, 5)
    clock.seconds += 9.9
    assert breaker.ask(MODEL) is None
    for _ in range(3):  # a probe that never reports blocks nothing for longer than the interval
        clock.seconds += 10
        asked = [breaker.ask(MODEL) for _ in range(100)]
        assert [permission for permission in asked if permission] == [Permission(MODEL, is_probe=True)]
        assert breaker.state(MODEL) == "half_open"


def test_a_probe_that_succeeds_lets_everybody_in(
    breaker: Breaker, clock: HeldClock, changes: list[tuple[str, str]]
) -> None:
    fail(breaker, 5)
    clock.seconds += 10
    breaker.succeeded(leave(breaker))
    assert breaker.state(MODEL) == "closed"
    fail(breaker, 4)  # the failures of before count no more
    assert breaker.state(MODEL) == "closed"
    assert [state for _, state in changes] == ["open", "half_open", "closed"]


def test_a_probe_that_fails_makes_the_wait_begin_anew(breaker: Breaker, clock: HeldClock) -> None:
    fail(breaker, 5)
    clock.seconds += 10
    breaker.failed(leave(breaker))
    assert breaker.state(MODEL) == "open"
    clock.seconds += 9.9
    assert breaker.ask(MODEL) is None
    clock.seconds += 0.2
    assert leave(breaker).is_probe


def test_a_stream_of_better_times_opens_and_closes_nothing(breaker: Breaker, clock: HeldClock) -> None:
    old = [leave(breaker) for _ in range(3)]
    fail(breaker, 5)
    breaker.succeeded(old[0])
    assert breaker.state(MODEL) == "open"
    clock.seconds += 9
    breaker.failed(old[1])
    clock.seconds += 1
    assert breaker.ask(MODEL) is not None


def test_a_refusal_opens_at_once_and_for_longer(breaker: Breaker, clock: HeldClock) -> None:
    succeed(breaker, 50)
    breaker.failed(leave(breaker), opens_at_once=True)
    clock.seconds += 59
    assert breaker.ask(MODEL) is None
    clock.seconds += 1
    assert leave(breaker).is_probe


def test_workers_open_one_circuit_and_send_one_probe(redis_url: str, clock: HeldClock) -> None:
    scope = uuid.uuid4().hex
    workers = [RedisBreaker(redis_url, scope, RULES, clock) for _ in range(4)]
    for worker in [*workers, workers[0]]:
        fail(worker)
    assert [worker.ask(MODEL) for worker in workers] == [None] * 4
    clock.seconds += 10
    asked: list[Permission | None] = []
    threads = [
        threading.Thread(target=lambda worker=worker: asked.extend(worker.ask(MODEL) for _ in range(20)))
        for worker in workers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 80
    assert [permission for permission in asked if permission] == [Permission(MODEL, is_probe=True)]
    workers[3].succeeded(Permission(MODEL, is_probe=True))
    assert all(worker.ask(MODEL) for worker in workers)
    for worker in workers:
        worker.close()


def test_while_redis_is_away_each_worker_counts_for_itself(tmp_path: Path, clock: HeldClock) -> None:
    with redis_server(tmp_path) as redis:
        worker = RedisBreaker(redis.url, "anthropic", RULES, clock)
        succeed(worker)
        redis.end()
        fail(worker, 5)
        assert worker.ask(MODEL) is None
        assert worker.state(MODEL) == "open"
        redis.start()
        clock.seconds += 3
        assert worker.ask(MODEL) == Permission(MODEL)  # Redis knows of no failure
        assert worker.state(MODEL) == "closed"
        worker.close()


def test_a_quiet_site_may_retry_before_it_has_earned_anything(budget: RetryBudget) -> None:
    assert [budget.take() for _ in range(3)] == [True, True, False]


def test_retries_are_a_tenth_of_the_successes(budget: RetryBudget) -> None:
    while budget.take():
        pass
    for _ in range(20):
        budget.earn()
    assert [budget.take() for _ in range(4)].count(True) in (1, 2)  # 20 tenths, as floats add up


def test_good_days_are_not_saved_up(budget: RetryBudget) -> None:
    for _ in range(1_000):
        budget.earn()
    assert [budget.take() for _ in range(4)] == [True, True, True, False]


def test_a_quiet_site_has_one_retry_a_minute(budget: RetryBudget, clock: HeldClock) -> None:
    while budget.take():
        pass
    clock.seconds += 61
    assert [budget.take(), budget.take()] == [True, False]
