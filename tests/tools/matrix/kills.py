"""A worker that is killed in the middle of answers: each ends in time, and can be had whole by asking again."""

from __future__ import annotations

import time

import gevent
from gevent.pool import Pool

from backend.wire.frame_store import LEASE_S
from backend.wire.leases import TICK_S
from tests.tools.matrix.answers import LONG, LONG_WORDS, is_beginning, is_whole, mark_of, question_of
from tests.tools.matrix.figures import Count, Figure, few
from tests.tools.matrix.houses import REDIS, House
from tests.tools.matrix.visits import Visit, ask_for

FIRST_MARK = 40_000
MID_STREAM = 5
BEGINS_WITHIN_S = 30.0
OTHERS_LOOK_S = 3.0  # how long whoever takes them may need for a hundred of them, on a busy machine


def measure_kills(house: House, turns: int, *, is_timed: bool = True) -> Figure:
    """Kill the worker of all these turns; where it is the only one, its successor has to start first."""
    marks = [mark_of(FIRST_MARK + number) for number in range(turns)]
    visits = [Visit(house.site, question_of(mark, LONG)) for mark in marks]
    reading = [gevent.spawn(visit.listen, house.urls[0]) for visit in visits]
    wait_for_all(visits)
    killed_at = house.kill_worker(house.servers[0])
    back_at = time.monotonic() if house.log == REDIS else wait_until_back(house)
    gevent.joinall(reading)
    elsewhere = house.urls[1:] or house.urls
    Pool(turns).map(lambda visit: visit.listen_to_the_end(elsewhere), visits)
    longest_s = max((visit.times[-1] - killed_at for visit in visits if visit.times), default=0.0)
    away_s = back_at - killed_at

    faults = [f"{visit.message}: {visit.end or 'no end'} {visit.wrong_answers}" for visit in visits if not visit.end]
    spliced = [mark for mark, visit in zip(marks, visits, strict=True) if not is_honest(visit, mark)]
    again = Pool(turns).map(lambda at: answer_anew(house, visits[at], marks[at]), range(turns))
    anew = [fault for fault in again if fault]
    return Figure(
        f"kill -9 of the worker of {turns:,} running turns",
        house.log,
        (
            Count("terminal events", sum(1 for visit in visits if visit.end), wanted=turns),
            Count("of these interrupted", sum(1 for visit in visits if visit.end == "error")),
            Count(
                "seconds to the last of them",
                round(longest_s, 1),
                most=round(within_s(away_s), 1) if is_timed else None,
            ),
            Count("texts that are not exact beginnings", len(spliced), wanted=0),
            Count("events doubled or missing", sum(visit.doubled + visit.gaps for visit in visits), wanted=0),
            Count("sent again: one whole answer, one stored question", turns - len(anew), wanted=turns),
        ),
        few([*faults, *spliced, *anew]),
    )


def is_honest(visit: Visit, mark: str) -> bool:
    """Tell whether a turn shows the whole answer, or an exact beginning of it and an `error`."""
    if visit.end == "error":
        return is_beginning(visit.document, mark, LONG_WORDS)
    return is_whole(visit.document, mark, LONG_WORDS)


def within_s(away_s: float) -> float:
    """Return how long an end may take: the lease and the tick of who takes it, or the start of the one successor."""
    return max(LEASE_S, away_s) + TICK_S + OTHERS_LOOK_S


def wait_for_all(visits: list[Visit]) -> None:
    deadline = time.monotonic() + BEGINS_WITHIN_S
    while any(len(visit.events) < MID_STREAM for visit in visits):
        assert time.monotonic() < deadline, "not every turn has begun"
        gevent.sleep(0.02)


def wait_until_back(house: House) -> float:
    deadline = time.monotonic() + BEGINS_WITHIN_S
    while time.monotonic() < deadline:
        try:
            ask_for(house.urls[0], "/readyz")
        except OSError:
            gevent.sleep(0.05)
        except AssertionError:  # not ready yet
            gevent.sleep(0.05)
        else:
            return time.monotonic()
    raise AssertionError("the worker's successor did not start")


def answer_anew(house: House, before: Visit, mark: str) -> str:
    """Send an interrupted question again; return what is wrong with its answer, nothing where it is whole."""
    again = Visit(house.site, before.message, before.turn)
    again.listen_to_the_end(house.urls[:1])
    if again.end != "done" or not is_whole(again.document, mark, LONG_WORDS):
        return f"{mark}: sent again, {again.end or 'no end'} {again.wrong_answers}"
    kept = ask_for(house.urls[0], f"/v1/conversations/{again.events[0].data['conversation']}", again.token)["turns"]
    if [(turn["question"], turn["status"]) for turn in kept] != [(before.message, "done")]:
        return f"{mark}: stored as {[(turn['question'], turn['status']) for turn in kept]}"
    return ""
