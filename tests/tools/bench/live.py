"""One worker under streams of the usual length, with everything on: its CPU, its lag, its starts, its memory.

The load client and the model are processes of their own, on the other core where there is one. The bare part is the
generator of `apps.py`, loaded by the same client in the same run. Each run waits until the model writes no more.
"""

from __future__ import annotations

import http.client
import shutil
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from tests.servers import ROOT, Deskbell, deskbell, redis_server
from tests.tools.bench.crowd import Door, Model, Running, Visitor, added_ms, ask_all, crowd_of, p, writing_model
from tests.tools.bench.table import Row, divide
from tests.tools.bench.worker import cpu_seconds, keep_apart, memory_mb, worker_of, workers_of
from tests.tools.bench.writing_model import PACE_S

EXAMPLE = ROOT / "examples" / "help-centre"
FREE_LIMITS = """
[limits]
per_minute = 1000000
per_hour = 1000000
per_day = 1000000
streams_per_visitor = 10000
streams_per_address = 10000
"""
USUAL = 400  # deltas of a reply: eight seconds
STREAMS, ARRIVE_S, SETTLE_S, WINDOW_S = 200, 4.0, 6.0, 5.0
LONG = 750  # deltas: all streams run during the whole window
BRIEF, BRIEF_TURNS = 20, 40
STARTS = 50
AT_ONCE = 10
PROBE_S = 0.005
PAIR_COST = 1.11  # for a stream, of what it costs one worker: so two carry nine tenths of twice one's streams
MORE_THAN_FIT = 60  # questions beyond the worker's limit
HOSTILE, ORDINARY, FRONT_S = 200, 20, 60.0
ASKS_EVERY_S = 7.5  # an ordinary visitor
HOSTILE_TEXTS = ("4 5 3 9 " * 500, "=" * 4_000, "1.2.3.4 " * 500, "ignore all the " * 260, "aGVsbG8gd29ybGQg" * 250)


@dataclass(frozen=True)
class Cost:
    """Microseconds of CPU for a delta while all streams run, milliseconds for a brief turn besides its deltas."""

    delta_us: float
    turn_ms: float

    @property
    def streams(self) -> float:
        """How many streams of the usual length one core could carry, reckoned from its CPU."""
        return 1e6 / (self.delta_us / PACE_S + self.turn_ms * 1000 / (USUAL * PACE_S))


@dataclass(frozen=True)
class Live:
    """What was measured; None where it was not. Milliseconds, megabytes, kilobytes for a stream, seconds."""

    costs: Mapping[str, Cost]
    lag_p99_ms: float | None = None  # at half of the bare one's streams
    stall_ms: float | None = None
    first_alone_ms: float | None = None
    first_p50_ms: float | None = None
    first_p99_ms: float | None = None
    at_once_share: float | None = None  # of the last's wait, p50
    shed_lag_ms: float | None = None
    idle_mb: float | None = None
    stream_kb: float | None = None
    ready_s: float | None = None
    front_ratio: float | None = None
    pair_share: float | None = None  # of what two workers would carry if each carried what one alone does


def measure_live(bare: Callable[[], object], folder: Path) -> Live:
    """Measure the bare part and us; what breaks is said and left out."""
    costs: dict[str, Cost] = {}
    found: dict[str, float] = {}
    with writing_model() as model:
        for name, work in (
            ("bare", lambda: costs.update(bare=cost_of_bare(bare))),
            ("ours", lambda: measure_ours(model, folder / "ours", costs, found)),
            ("two workers", lambda: found.update(pair_share=share_of_pair(model, folder / "pair"))),
            ("shedding", lambda: found.update(shed_lag_ms=lag_while_shedding(model, folder / "shed"))),
            ("hostile", lambda: found.update(front_ratio=front_ratio(model, folder / "front"))),
        ):
            try:
                work()
            except Exception:  # noqa: BLE001 - whatever broke, the other rows still say something
                print(f"not measured: {name}", flush=True)
                traceback.print_exc()
    return Live(costs, **found)


@contextmanager
def ours(
    model: Model, folder: Path, limits: str = FREE_LIMITS, **settings: str
) -> Iterator[tuple[Deskbell, Door, int, float]]:
    """Run the product with an example's pages and everything on; give its door, its worker, and the seconds that it
    took to be ready."""
    site = folder / "site"
    shutil.copytree(EXAMPLE, site)
    with (site / "site.toml").open("a") as written:
        written.write(limits)
    (folder / "home").mkdir()
    named = {"MODEL_PROVIDER": "anthropic", "ANTHROPIC_API_KEY": "none", "ANTHROPIC_BASE_URL": model.url, **settings}
    with deskbell(folder / "home", site, as_operators_do=True, **named) as server:
        worker = worker_of(server.process.pid)
        keep_apart(worker)
        key = server.sites["site"]
        door = Door(server.url, "/v1/chat", lambda question: {"site": key, "message": question})
        yield server, door, worker, server.ready_s


def cost_of_bare(started: Callable[[], object]) -> Cost:
    """Return what the bare generator costs under the same crowd."""
    with started() as (url, worker):  # type: ignore[attr-defined]
        keep_apart(worker)

        def body_of(question: str) -> Mapping[str, object]:
            deltas = int(question.split("tale of ")[1].split()[0])
            return {"script": {"text": "★" + "x" * (4 * deltas - 1), "chunk": 4, "pace_ms": PACE_S * 1000}}

        door = Door(url, "/v1/chat", body_of)
        return cost_at(door, [worker], None)


def cost_at(
    door: Door, workers: Sequence[int], model: Model | None, *, streams: int = STREAMS, at_once: int = 1
) -> Cost:
    """Return the workers' CPU for a delta while so many streams run, and for a brief turn besides, of which `at_once`
    are asked for together."""

    def used_s() -> float:
        return sum(map(cpu_seconds, workers))

    ask_all(door, crowd_of(4, [BRIEF] * 4, 0.5, "warm"), model)
    running = Running(door, crowd_of(streams, [LONG], ARRIVE_S, "long"), model)
    time.sleep(SETTLE_S)
    before, began = used_s(), time.monotonic()
    time.sleep(WINDOW_S)
    used, took = used_s() - before, time.monotonic() - began
    running.result()
    delta_us = used / (streams * took / PACE_S) * 1e6
    before = used_s()
    ask_all(door, crowd_of(at_once, [BRIEF] * (BRIEF_TURNS // at_once), 0.5, "brief"), model)
    turn_ms = (used_s() - before) / BRIEF_TURNS * 1000 - BRIEF * delta_us / 1000
    return Cost(delta_us, turn_ms)


def measure_ours(model: Model, folder: Path, costs: dict[str, Cost], found: dict[str, float]) -> None:
    with ours(model, folder, MAX_STREAMS="2000") as (_, door, worker, ready_s):
        ask_all(door, crowd_of(4, [BRIEF] * 4, 0.5, "warm"), model)
        found["ready_s"], found["idle_mb"] = ready_s, memory_mb(worker)
        alone = ask_all(door, [Visitor("alone", 0.0, [BRIEF] * BRIEF_TURNS)], model)
        found["first_alone_ms"] = p(alone.first_ms(), 0.5)
        some = ask_all(door, crowd_of(STARTS, [BRIEF], ARRIVE_S, "some"), model).first_ms()
        found["first_p50_ms"], found["first_p99_ms"] = p(some, 0.5), p(some, 0.99)
        at_once = ask_all(door, crowd_of(STARTS, [BRIEF], 0.0, "once"), model).first_ms()
        found["at_once_share"] = median(at_once) / max(at_once)
        costs["ours"] = cost_at(door, [worker], model)
        before = memory_mb(worker)
        running = Running(door, crowd_of(STREAMS, [USUAL, USUAL], ARRIVE_S, "ends"), model)
        time.sleep(SETTLE_S)
        found["stream_kb"] = (memory_mb(worker) - before) * 1024 / STREAMS
        found["stall_ms"] = longest_wait_ms(door.url, WINDOW_S)
        running.result()
        streams = round(costs["bare"].streams / 2)
        full = ask_all(door, crowd_of(streams, [USUAL, USUAL], USUAL * PACE_S, "full"), model)
        found["lag_p99_ms"] = float("inf") if full.problems else p(full.lags_ms(), 0.99)


def longest_wait_ms(url: str, seconds: float) -> float:
    """Return how long a health check waited at most: no stall of the loop was longer, many were shorter."""
    address = urlsplit(url)
    asking = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
    longest, end = 0.0, time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        asking.request("GET", "/healthz")
        asking.getresponse().read()
        longest = max(longest, time.monotonic() - began)
        time.sleep(PROBE_S)
    asking.close()
    return longest * 1000


def share_of_pair(model: Model, folder: Path) -> float:
    """Return which share of twice one worker's streams two workers carry, by the CPU that both use for one stream.

    Two share a Redis, whose CPU is not in it. The load needs a core as well: on two cores the streams that two workers
    really carry cannot be counted. One worker is given half of what two are given, since a worker that has less to do
    reads more often (`backend/providers/pacing.py`) and uses more for each stream, whoever works beside it. Brief turns
    come AT_ONCE together: where each finds a worker that has just slept, two that sleep cost more than one.
    """
    for name in ("one", "two"):
        (folder / name).mkdir()
    with ours(model, folder / "one", MAX_STREAMS="2000") as (_, door, worker, _):
        alone = cost_at(door, [worker], model, streams=STREAMS // 2, at_once=AT_ONCE)
    with redis_server(folder) as redis:
        shared = {"WEB_CONCURRENCY": "2", "REDIS_URL": redis.url}
        with ours(model, folder / "two", MAX_STREAMS="2000", **shared) as (server, door, _, _):
            both = cost_at(door, workers_of(server.process.pid), model, at_once=AT_ONCE)
            return both.streams / alone.streams


def lag_while_shedding(model: Model, folder: Path) -> float:
    """Return the lag of running streams, p99, while a worker past its limit refuses; infinite where it does not."""
    with ours(model, folder, MAX_STREAMS=str(STREAMS)) as (_, door, _, _):
        ask_all(door, crowd_of(4, [BRIEF] * 4, 0.5, "warm"), model)
        visitors = crowd_of(STREAMS, [LONG], ARRIVE_S, "in")
        late = [Visitor(f"out{number}", SETTLE_S + number / 20, [BRIEF]) for number in range(MORE_THAN_FIT)]
        run = ask_all(door, [*visitors, *late], model)
        refused = [turn for turn in run.turns if turn["status"] == 503]
        are_told_when = all(turn["retry_after"] for turn in refused)
        inside = [turn for turn in run.turns if turn["name"].startswith("in")]
        is_kept = all(turn["status"] == 200 and not turn.get("problem") for turn in inside)
        if len(refused) < MORE_THAN_FIT or not are_told_when or not is_kept:
            return float("inf")
        return p(run.lags_ms(), 0.99)


def front_ratio(model: Model, folder: Path) -> float:
    """Return by how much ordinary visitors wait longer for their first word, p99, while hostile ones ask, each from an
    address of its own and more often than they may: the limits are those that a site has by default."""
    with ours(model, folder, "", MAX_STREAMS="2000", TRUSTED_PROXIES="127.0.0.1") as (_, door, _, _):
        ask_all(door, crowd_of(4, [BRIEF] * 2, 0.5, "warm"), model)
        asks = max(1, int(FRONT_S / ASKS_EVERY_S))
        pause = ASKS_EVERY_S - 0.5
        visitors = [Visitor(f"good{n}", n / 5, [BRIEF] * asks, f"10.1.0.{n}", pause) for n in range(ORDINARY)]
        without = ask_all(door, visitors, model).first_ms()
        hostile = hostile_visitors()
        body_of = door.body_of

        def body(question: str) -> Mapping[str, object]:
            name = question.rpartition(" ")[2]
            text = hostile.get(name.partition("x")[0])
            return body_of(question) if text is None else body_of(text)

        often = [BRIEF] * int(FRONT_S / 1.5)
        front = [Visitor(name, n * 0.01, often, f"10.2.0.{n}", 1.0) for n, name in enumerate(hostile)]
        run = ask_all(Door(door.url, door.path, body), [*visitors, *front], model)
        within = [turn for turn in run.turns if turn["name"].startswith("good") and "first" in turn]
        waits = [added_ms(turn) for turn in within]
        return p(waits, 0.99) / p(without, 0.99) if len(waits) == ORDINARY * asks else float("inf")


def hostile_visitors() -> dict[str, str]:
    """Return the names of hostile visitors and what each asks, again and again."""
    return {f"bad{number}": HOSTILE_TEXTS[number % len(HOSTILE_TEXTS)] for number in range(HOSTILE)}


def rows_of_live(live: Live) -> Sequence[Row]:
    """Return the rows: what has a bare part beside it, all else against the room that it has."""

    def beside(key: str, title: str, digits: int, figure: Callable[[Cost], float]) -> Row:
        cells = {part: figure(cost) for part, cost in live.costs.items()}
        return Row(f"live_{key}", title, cells, digits, divide(cells, "ours", "bare"), "bare")

    def alone(key: str, title: str, figure: float | None, room: float, unit: str, digits: int = 1) -> Row:
        cells = {} if figure is None else {"ours": figure}
        ratio = None if figure is None else figure / room
        return Row(f"live_{key}", title, cells, digits, ratio, f"{room:g} {unit}".strip())

    pair_cost = None if live.pair_share is None else 1 / live.pair_share
    return [
        beside("delta", f"CPU per delta at {STREAMS} streams, µs", 1, lambda cost: cost.delta_us),
        beside("turn", "CPU per turn besides, ms", 2, lambda cost: cost.turn_ms),
        alone("lag", "lag at half of bare's streams, p99 ms", live.lag_p99_ms, 100, "ms", 0),
        alone("stall", f"health check, {STREAMS} streams, longest ms", live.stall_ms, 10, "ms"),
        alone("first_1", "first token, 1 stream, p50 ms", live.first_alone_ms, 6, "ms"),
        alone("first_50", f"first token, {STARTS} within {ARRIVE_S:g} s, p50 ms", live.first_p50_ms, 8, "ms"),
        alone("first_50_p99", f"first token, {STARTS} within {ARRIVE_S:g} s, p99 ms", live.first_p99_ms, 40, "ms"),
        alone("at_once", f"{STARTS} in one instant, p50 over last", live.at_once_share, 0.55, "", 2),
        alone("shedding", "lag past the worker's limit, p99 ms", live.shed_lag_ms, 100, "ms", 0),
        alone("idle", "worker idle, MB", live.idle_mb, 190, "MB", 0),
        alone("stream", "memory of a live stream, KB", live.stream_kb, 45, "KB", 0),
        alone("pair", "two workers beside one, CPU for a stream", pair_cost, PAIR_COST, "×", 2),
        alone("ready", "start to ready, s", live.ready_s, 5, "s"),
        alone("front", "first token p99 beside 200 hostile, ×", live.front_ratio, 2, "×", 2),
    ]
