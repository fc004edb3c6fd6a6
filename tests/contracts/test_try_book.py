"""The book of tries to guess, on every database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from backend.domain.accounts import BackOff
from backend.store import Store
from tests.contracts.people import HeldClock, add_person

RULE = BackOff(free=5, first_wait_s=1, longest_wait_s=900, forgotten_s=86_400)


def test_a_few_tries_are_free_and_then_each_waits_twice_as_long_up_to_a_quarter_of_an_hour(
    timed: Store, clock: HeldClock
) -> None:
    assert [timed.tries.begin(["mk"], RULE) for _ in range(5)] == [0.0] * 5
    waits = []
    for _ in range(13):
        waits.append(round(timed.tries.begin(["mk"], RULE)))
        clock.wait(waits[-1])
        assert timed.tries.begin(["mk"], RULE) == 0
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
    assert timed.tries.failed("mk") == 18


def test_a_try_that_must_wait_is_counted_nowhere(timed: Store) -> None:
    for _ in range(5):
        timed.tries.begin(["b"], RULE)
    for _ in range(20):
        assert timed.tries.begin(["a", "b", "c"], RULE) == 1
    assert [timed.tries.failed(key) for key in "abc"] == [0, 5, 0]


def test_of_a_hundred_tries_at_once_five_are_let_in(timed: Store) -> None:
    with ThreadPoolExecutor(20) as threads:
        waits = list(threads.map(lambda keys: timed.tries.begin(keys, RULE), [["a", "b"], ["b", "a"]] * 50))
    assert waits.count(0.0) == 5
    assert timed.tries.failed("a") == timed.tries.failed("b") == 5


def test_tries_are_taken_back_and_forgotten(timed: Store, clock: HeldClock) -> None:
    for _ in range(5):
        timed.tries.begin(["a", "b"], RULE)
    timed.tries.take_back(["a"])
    assert timed.tries.failed("a") == 4
    assert timed.tries.begin(["a"], RULE) == 0
    timed.tries.forget(["a"])
    assert (timed.tries.failed("a"), timed.tries.failed("b")) == (0, 5)
    clock.wait(RULE.forgotten_s + 1)
    timed.tries.begin(["a"], RULE)
    assert timed.tries.failed("b") == 0


def test_a_person_is_known_where_they_were_right_for_a_while(timed: Store, clock: HeldClock) -> None:
    mk, jt = (add_person(timed, f"{name}@shop.example") for name in ("mk", "jt"))
    timed.tries.know(mk, "here", clock.now + timedelta(days=1))
    timed.tries.know(mk, "here", clock.now + timedelta(days=2))
    assert timed.tries.is_known(mk.id, "here")
    assert not timed.tries.is_known(mk.id, "elsewhere")
    assert not timed.tries.is_known(jt.id, "here")
    assert not timed.tries.is_known(0, "here")
    clock.wait(2 * 86_400)
    assert not timed.tries.is_known(mk.id, "here")
