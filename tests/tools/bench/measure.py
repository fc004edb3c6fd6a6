"""One server under load: its CPU for a delta and for a turn, and how soon a first character can be seen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import gevent

from tests.tools.bench.load import FIRST_SHOWN, Target, ask_at_once, ask_in_turn
from tests.tools.bench.worker import cpu_seconds

CHUNK = 4
PACE_MS = 20
STREAMS = 50
SHORT_DELTAS, SHORT_ROUNDS = 40, 3
LONG_DELTAS, LONG_ROUNDS = 200, 1
REPEATS = 2
BRIEF_TURNS = 60
WARMING_TURNS = 8
USUAL_DELTAS, USUAL_PER_SECOND = 400, 50  # what "a stream" is where streams are counted


def script(name: str, deltas: int, pace_ms: int = PACE_MS) -> dict[str, object]:
    """Return a script that plays when its name stands in the question: a reply of exactly so many deltas."""
    head, end = '{"message": "' + FIRST_SHOWN, '", "confidence": 0.9, "followups": []}'
    words = "You can do that in the settings of your site and it takes a moment. "
    room = deltas * CHUNK - len(head) - len(end)
    text = head + (words * math.ceil(room / len(words)))[:room] + end
    return {"match": name, "text": text, "chunk": CHUNK, "pace_ms": pace_ms}


BRIEF = script("brief-reply", 20, pace_ms=2)
SHORT = script("short-reply", SHORT_DELTAS)
LONG = script("long-reply", LONG_DELTAS)


@dataclass(frozen=True)
class Cost:
    """What a server's worker uses, in microseconds of CPU."""

    delta_us: float
    turn_us: float

    @property
    def streams(self) -> float:
        """How many streams one core could carry: from the CPU, which a busy machine changes least."""
        reply_s = USUAL_DELTAS / USUAL_PER_SECOND
        return 1e6 / (self.delta_us * USUAL_PER_SECOND + self.turn_us / reply_s)


@dataclass(frozen=True)
class FirstToken:
    """Milliseconds from the question to the first character of the message that a visitor can see."""

    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Measured:
    alone: FirstToken
    together: FirstToken
    cost: Cost | None  # None for the model server, which is not a gunicorn worker


def measure(target: Target, worker: int | None) -> Measured:
    """Warm the server up, then ask it alone, and with many replies at once, short ones and long ones.

    Of repeated runs the cheapest counts: neighbours on the machine can only add to what a run costs.
    """
    ask_in_turn(target, BRIEF, WARMING_TURNS)
    alone = ask_in_turn(target, BRIEF, BRIEF_TURNS)
    together: list[float] = []
    short_us, long_us = math.inf, math.inf
    for _ in range(REPEATS):
        firsts, used_us = _under_load(target, SHORT, SHORT_ROUNDS, worker)
        together += firsts
        short_us = min(short_us, used_us)
        if worker:
            _, used_us = _under_load(target, LONG, LONG_ROUNDS, worker)
            long_us = min(long_us, used_us)
    return Measured(first_token(alone), first_token(together), cost_of(short_us, long_us) if worker else None)


def _under_load(
    target: Target, played: Mapping[str, object], rounds: int, worker: int | None
) -> tuple[list[float], float]:
    """Return the seconds to each first character, and the worker's microseconds of CPU for a turn."""
    before = cpu_seconds(worker) if worker else 0.0
    firsts = ask_at_once(target, played, STREAMS, rounds)
    gevent.sleep(0.3)  # what a turn still writes after its last event is part of its price
    used = (cpu_seconds(worker) if worker else 0.0) - before
    return firsts, used / len(firsts) * 1e6


def cost_of(short_us: float, long_us: float) -> Cost:
    """Split the price of a turn: what grows with the reply's length is for deltas, the rest for the turn."""
    delta_us = (long_us - short_us) / (LONG_DELTAS - SHORT_DELTAS)
    return Cost(delta_us, short_us - SHORT_DELTAS * delta_us)


def first_token(seconds: Sequence[float]) -> FirstToken:
    return FirstToken(quantile(seconds, 0.5) * 1000, quantile(seconds, 0.99) * 1000)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
