"""Who is prepared next, where many ask at once."""

from __future__ import annotations

import time

import gevent
import pytest
from gevent.event import Event

from backend.domain.errors import Busy, RateLimited
from backend.http.fair_gate import AT_ONCE, LONG, LONG_RESTS, FairGate


def order_of(gate: FairGate, asked: list[tuple[str, int]], hold: int = AT_ONCE) -> list[str]:
    """Fill the gate, let all of these come, open it, and return the addresses in the order in which they got in."""
    opened, order = Event(), []

    def fill(number: int) -> None:
        with gate.preparing(f"first {number}", 0):
            opened.wait(10)

    def ask(address: str, characters: int) -> None:
        with gate.preparing(address, characters):
            order.append(address)

    inside = [gevent.spawn(fill, number) for number in range(hold)]
    gevent.idle()
    coming = [gevent.spawn(ask, *each) for each in asked]
    gevent.idle()
    opened.set()
    gevent.joinall([*inside, *coming], timeout=20, raise_error=True)
    return order


def test_of_many_that_come_at_once_few_are_prepared_together_and_in_their_order() -> None:
    gate, order, inside, most = FairGate(), [], 0, 0

    def prepare(number: int) -> None:
        nonlocal inside, most
        with gate.preparing(f"visitor {number}", 40):
            inside, most = inside + 1, max(most, inside + 1)
            gevent.sleep(0)
            order.append(number)
            inside -= 1

    gevent.joinall([gevent.spawn(prepare, number) for number in range(50)], timeout=20, raise_error=True)
    assert order == sorted(order)
    assert most == AT_ONCE


def test_whoever_has_asked_least_of_late_goes_first() -> None:
    asked = [("crowd", 40)] * 3 + [("now and then", 40)]
    assert order_of(FairGate(), asked).index("now and then") <= 1


def test_a_short_question_goes_before_long_ones() -> None:
    asked = [(f"long {number}", 8 * LONG) for number in range(5)] + [("short", 20)]
    assert order_of(FairGate(), asked)[0] == "short"


def test_one_long_question_at_most_is_prepared_so_that_a_short_one_need_not_wait() -> None:
    gate, inside = FairGate(), Event()

    def ask(characters: int) -> None:
        with gate.preparing(f"{characters}", characters):
            inside.set()
            gevent.sleep(0)

    with gate.preparing("long", 2 * LONG):
        second = gevent.spawn(ask, 3 * LONG)
        gevent.idle()
        assert not inside.is_set()
        gevent.spawn(ask, 10).join(timeout=10)
        assert inside.is_set()
    second.join(timeout=10)
    assert second.successful()


def test_after_a_long_question_the_next_long_one_waits_three_times_as_long_as_that_took() -> None:
    gate, began = FairGate(), time.monotonic()
    with gate.preparing("long", 2 * LONG):
        inside = time.monotonic()
        gevent.sleep(0.02)
        took = time.monotonic() - inside
    with gate.preparing("short", 10), gate.preparing("also long", 2 * LONG):
        assert time.monotonic() - began >= (1 + LONG_RESTS) * took


def test_what_was_asked_long_ago_counts_no_more() -> None:
    now = [0.0]
    gate = FairGate(now=lambda: now[0])
    for _ in range(20):
        with gate.preparing("busy yesterday", 400):
            pass
    now[0] = 3_600.0
    asked = [("busy yesterday", 10), ("new", 40), ("other", 40)]
    assert order_of(gate, asked)[0] == "busy yesterday"


def test_whoever_waits_too_long_is_told_when_to_come_again_and_leaves_no_gap() -> None:
    gate = FairGate(patience_s=0.01)
    with gate.preparing("one", 0), gate.preparing("two", 0), pytest.raises(Busy) as refused, gate.preparing("late", 0):
        pass
    assert refused.value.retry_after_s
    assert order_of(gate, [("next", 0)]) == ["next"]


def test_a_question_that_is_refused_or_given_up_gives_its_turn_to_the_next() -> None:
    gate = FairGate()
    for _ in range(2 * AT_ONCE):
        with pytest.raises(RateLimited), gate.preparing("refused", 0):
            raise RateLimited

    def wait() -> None:
        with gate.preparing("given up", 0):
            pass

    with gate.preparing("one", 0), gate.preparing("two", 0):
        gone = gevent.spawn(wait)
        gevent.idle()
        gone.kill()
    assert order_of(gate, [("next", 0)]) == ["next"]
