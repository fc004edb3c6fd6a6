"""The same question sent twice at once, to two workers where there are two."""

from __future__ import annotations

import gevent
from gevent.pool import Pool

from tests.servers import ModelServer
from tests.tools.matrix.answers import BRIEF, BRIEF_WORDS, is_whole, mark_of, question_of
from tests.tools.matrix.figures import Count, Figure, few
from tests.tools.matrix.houses import House
from tests.tools.matrix.visits import Visit

AT_ONCE = 20
FIRST_MARK = 20_000


def measure_double_sends(house: House, turns: int, model: ModelServer) -> Figure:
    model.forget()
    faults: list[str] = []

    def send_twice(number: int) -> None:
        mark = mark_of(FIRST_MARK + number)
        first = Visit(house.site, question_of(mark, BRIEF))
        second = Visit(house.site, first.message, first.turn)
        both = [gevent.spawn(visit.listen, house.urls[at]) for at, visit in ((0, first), (-1, second))]
        gevent.joinall(both, raise_error=True)
        if first.frames != second.frames or not is_whole(first.document, mark, BRIEF_WORDS):
            wrong = [*first.wrong_answers, *second.wrong_answers]
            faults.append(f"{mark}: {first.end or 'no end'} and {second.end or 'no end'} {wrong}")

    Pool(AT_ONCE).map(send_twice, range(turns))
    return Figure(
        f"{turns:,} questions sent twice at once",
        house.log,
        (
            Count("answers generated", model.count(), wanted=turns),
            Count("pairs that read one and the same answer", turns - len(faults), wanted=turns),
        ),
        few(faults),
    )
