"""Turns whose line breaks behind every event, and at random bytes between, and who come again at another worker."""

from __future__ import annotations

import gevent
from gevent.pool import Pool

from tests.tools.matrix.answers import dice_of, is_whole, mark_of, question_of
from tests.tools.matrix.figures import Count, Figure, few
from tests.tools.matrix.houses import SQLITE, House
from tests.tools.matrix.visits import Leave, Visit, ask_for

AT_ONCE = 24
IN_THE_MIDDLE = 0.3  # of the connections break inside of an event
MOST_CONNECTIONS = 400
RESTARTED_FROM = 100  # fewer turns are over before a restart is


def measure_cuts(house: House, turns: int, seed: int) -> Figure:
    """Cut so many turns; each is then compared with what a fresh reader gets at every worker, and with the book."""
    pool, visits = Pool(AT_ONCE), []
    restarts = (
        [gevent.spawn(restart_meanwhile, house, visits, turns)]
        if house.log == SQLITE and turns >= RESTARTED_FROM
        else []
    )
    for number in range(turns):
        visit = Visit(house.site, question_of(mark_of(number)))
        visits.append(visit)
        pool.spawn(cut_again_and_again, house, visit, number, seed)
    pool.join()
    gevent.joinall(restarts, raise_error=True)
    judged = Pool(AT_ONCE).map(lambda at: faults_of(house, visits[at], mark_of(at)), range(turns))
    faults = [fault for each in judged for fault in each]
    restarted = ", a reload and a restart between" if restarts else ""
    restarted = ", each time to another worker" if len(house.urls) > 1 else restarted
    return Figure(
        f"{turns:,} turns cut behind every event and at random bytes{restarted}",
        house.log,
        (
            Count("byte-exact turns", sum(1 for each in judged if not each), wanted=turns),
            Count("events doubled", sum(visit.doubled for visit in visits), wanted=0),
            Count("gaps", sum(visit.gaps for visit in visits), wanted=0),
            Count("connections", sum(visit.connections for visit in visits)),
        ),
        few(faults),
    )


def cut_again_and_again(house: House, visit: Visit, number: int, seed: int) -> None:
    dice = dice_of(seed, "cuts", number)
    while not visit.end and visit.connections < MOST_CONNECTIONS and not visit.wrong_answers:
        url = house.urls[(number + visit.connections) % len(house.urls)]
        if dice.random() < IN_THE_MIDDLE:
            visit.listen(url, Leave(bytes=dice.randrange(1, 400), resets=dice.random() < 0.5))
        else:
            visit.listen(url, Leave(events=1, resets=dice.random() < 0.5))


def restart_meanwhile(house: House, visits: list[Visit], turns: int) -> None:
    """Reload the server after a third of the turns, and restart it after two thirds."""
    (server,) = house.servers
    for share, again in ((1, house.reload), (2, house.restart)):
        while len(visits) < turns * share / 3:
            gevent.sleep(0.02)
        again(server)


def faults_of(house: House, visit: Visit, mark: str) -> list[str]:
    """Return what is wrong with a turn, in words; nothing where all agree on one whole answer."""
    faults = [*visit.wrong_answers]
    if visit.end != "done" or not is_whole(visit.document, mark):
        return [*faults, f"{mark}: {visit.end or 'no end'} after {visit.cursor} events"]
    for url in house.urls:
        fresh = Visit(house.site, visit.message, visit.turn, visit.token)
        fresh.asked_with = None
        fresh.listen(url)
        if fresh.frames != visit.frames:
            faults.append(f"{mark}: a fresh reader gets something else")
    kept = ask_for(house.urls[0], f"/v1/conversations/{visit.events[0].data['conversation']}", visit.token)["turns"]
    if [turn["reply"]["message"] for turn in kept] != [" ".join(f"{mark}-{at:02}" for at in range(24))]:
        faults.append(f"{mark}: the book has something else")
    return faults
