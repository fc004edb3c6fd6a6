"""Visitors who come, drop their line, come again or not, and go: what they leave behind in the worker."""

from __future__ import annotations

import time

import gevent
from gevent.pool import Pool

from backend.wire.leases import KEPT_HERE_S, SWEEP_S
from tests.servers import ModelServer
from tests.tools.matrix.answers import BRIEF, dice_of, mark_of, question_of
from tests.tools.matrix.figures import Count, Figure
from tests.tools.matrix.houses import SQLITE, House
from tests.tools.matrix.visits import Leave, Visit

AT_ONCE = 40
WARMING = 6_000  # by then pools, caches and the allocator have their size, whoever else comes
ADDRESSES = 250  # of all: what is kept of an address has its room by then, too
FORGET_EVERY = 500
SETTLES_S = KEPT_HERE_S + SWEEP_S + 5
PATIENCE_S = 60.0
FIRST_MARK = 80_000
MOST_MORE = 0.025  # of the memory before: what a worker breathes, however many have been here
COUNTS_MB = 0.0009  # of each visitor, for a day where there is no Redis: how much was asked (`steady_storage.py`)


def measure_leavers(house: House, visitors: int, seed: int, model: ModelServer) -> Figure:
    """Let so many visitors come and go, and compare what the workers hold with what they held before."""
    come_and_go(house, WARMING, seed, model)
    gevent.sleep(SETTLES_S)
    before = held_by(house)
    come_and_go(house, visitors, seed + 1, model)
    gevent.sleep(SETTLES_S)
    after = settled(house, before)
    return Figure(
        f"{visitors:,} visitors who come, drop their line and go",
        house.log,
        (
            Count("greenlets more than before", sum(after["greenlets"]) - sum(before["greenlets"]), most=0),
            Count("connections more than before", sum(after["connections"]) - sum(before["connections"]), most=0),
            Count(
                "MB more than before",
                round(megabytes(after) - megabytes(before), 1),
                most=round(MOST_MORE * megabytes(before) + (COUNTS_MB * visitors if house.log == SQLITE else 0), 1),
            ),
            Count("MB before", round(megabytes(before), 1)),
        ),
    )


def come_and_go(house: House, visitors: int, seed: int, model: ModelServer) -> None:
    pool = Pool(AT_ONCE)
    for number in range(visitors):
        if number % FORGET_EVERY == 0:
            model.forget()
        pool.spawn(come_and_go_once, house, number, seed)
    pool.join()


def come_and_go_once(house: House, number: int, seed: int) -> None:
    dice = dice_of(seed, "leavers", number)
    visit = Visit(house.site, question_of(mark_of(FIRST_MARK + number), BRIEF))
    visit.address = f"127.0.1.{1 + number % ADDRESSES}"
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        url = dice.choice(house.urls)
        visit.listen(url, Leave(events=dice.randrange(1, 4), resets=dice.random() < 0.5))
        if visit.end:
            return


Held = dict[str, list[int]]


def held_by(house: House) -> Held:
    """Return what each worker holds."""
    counted = house.counted()
    return {name: [each[name] for each in counted] for name in ("greenlets", "connections", "memory_bytes")}


def settled(house: House, before: Held) -> Held:
    """Return what the workers hold as soon as it is down to what it was, or patience ends."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        held = held_by(house)
        if all(sum(held[name]) <= sum(before[name]) for name in ("greenlets", "connections")):
            return held
        if time.monotonic() > deadline:
            return held
        gevent.sleep(1)


def megabytes(held: Held) -> float:
    return sum(held["memory_bytes"]) / 1e6
