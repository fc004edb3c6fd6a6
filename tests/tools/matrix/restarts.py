"""Restarts that were planned, under live streams, while new visitors keep coming."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import gevent
from gevent.pool import Pool

from tests.tools.matrix.answers import LONG, LONG_WORDS, SHORT_WORDS, is_whole, mark_of, question_of
from tests.tools.matrix.figures import Count, Figure, few
from tests.tools.matrix.houses import REDIS, House
from tests.tools.matrix.kills import wait_for_all
from tests.tools.matrix.visits import Visit

FIRST_MARK = 60_000
NEWCOMER_EVERY_S = 0.1


def measure_restarts(house: House, streams: int) -> list[Figure]:
    """Reload, then restart, each under so many live streams."""
    told = "restarted one after the other" if house.log == REDIS else "restarted"
    return [
        measure("reloaded (SIGHUP)", house, streams, lambda: reload_all(house), FIRST_MARK),
        measure(f"{told} (SIGTERM, start)", house, streams, lambda: restart_all(house), FIRST_MARK + 5_000),
    ]


def reload_all(house: House) -> None:
    for server in house.servers:
        house.reload(server)
        gevent.sleep(4)  # the old workers end when their streams have; newcomers go on coming meanwhile


def restart_all(house: House) -> None:
    for server in house.servers:
        house.restart(server)


def measure(how: str, house: House, streams: int, restart: Callable[[], None], first: int) -> Figure:
    live = {mark_of(first + at): Visit(house.site, question_of(mark_of(first + at), LONG)) for at in range(streams)}
    newcomers: dict[str, Visit] = {}
    reading = Pool()
    for at, visit in enumerate(live.values()):
        reading.spawn(visit.listen_to_the_end, house.urls[at % len(house.urls) :] + house.urls[: at % len(house.urls)])
    wait_for_all(list(live.values()))
    restarting = gevent.spawn(restart)
    numbers = itertools.count(first + streams)
    while not restarting.ready():
        mark = mark_of(next(numbers))
        newcomers[mark] = Visit(house.site, question_of(mark))
        reading.spawn(newcomers[mark].listen_to_the_end, house.urls)
        time.sleep(NEWCOMER_EVERY_S)
    restarting.get()
    reading.join()
    visits = [*live.values(), *newcomers.values()]
    lost = [f"{mark}: {visit.end or 'no end'} {visit.wrong_answers}" for words, some in
            ((LONG_WORDS, live), (SHORT_WORDS, newcomers)) for mark, visit in some.items()
            if visit.end != "done" or not is_whole(visit.document, mark, words)]  # fmt: skip
    wrong = [answer for visit in visits for answer in visit.wrong_answers]
    return Figure(
        f"servers {how} under {streams:,} live streams and {NEWCOMER_EVERY_S:g} s between newcomers",
        house.log,
        (
            Count("answers lost", len(lost), wanted=0),
            Count("answers of class 4xx or 5xx but the announced 503", len(wrong), wanted=0),
            Count("events doubled or missing", sum(visit.doubled + visit.gaps for visit in visits), wanted=0),
            Count("newcomers", len(newcomers)),
            Count("announced 503", sum(visit.refused for visit in visits)),
        ),
        few([*lost, *wrong]),
    )
