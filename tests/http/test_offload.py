"""Work beside the event loop: the loop turns meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import gevent
import pytest

from backend.domain.indexed import Nearness
from backend.domain.knowledge import NOTHING_FOUND, Found, Passage, Quote
from backend.domain.site import Site, SiteSettings
from backend.http.offload import EmbedderOffTheLoop, OneAtATime, SearchesInTurns

SITE = Site(1, "pk_shop", 1, SiteSettings(name="Shop", origins=()))


class SlowEmbedder:
    """Compares only once somebody in the event loop has had a turn."""

    def __init__(self) -> None:
        self.loop_has_turned = threading.Event()

    def embed(self, passage: Passage) -> bytes:
        return passage.text.encode()

    def compare(self, question: str, kept: Sequence[bytes]) -> Sequence[Nearness]:
        assert self.loop_has_turned.wait(20), "the loop stood still"
        return [Nearness(float(each == question.encode()), 0.0) for each in kept]


def test_other_streams_go_on_while_a_question_is_compared() -> None:
    slow = SlowEmbedder()
    embedder = EmbedderOffTheLoop(slow)
    asked = gevent.spawn(embedder.compare, "tea", [b"tea", b"cup"])
    gevent.spawn(slow.loop_has_turned.set)
    assert asked.get(timeout=30) == [Nearness(1.0, 0.0), Nearness(0.0, 0.0)]
    assert embedder.embed(Passage(1, "a", "", "", "", "tea")) == b"tea"


def test_what_is_judged_beside_the_loop_is_judged_one_at_a_time_and_the_loop_turns_meanwhile() -> None:
    loop_has_turned, at_work = threading.Event(), []
    most_at_work = []

    def work(number: int, *, twice: bool) -> int:
        at_work.append(number)
        most_at_work.append(len(at_work))
        assert loop_has_turned.wait(20), "the loop stood still"
        at_work.remove(number)
        return 2 * number if twice else number

    judge = OneAtATime(work)
    asked = [gevent.spawn(judge, number, twice=True) for number in range(4)]
    gevent.spawn(loop_has_turned.set)
    assert [each.get(timeout=30) for each in asked] == [0, 2, 4, 6]
    assert max(most_at_work) == 1


def test_what_breaks_beside_the_loop_is_told_to_who_asked() -> None:
    def work() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        OneAtATime(work)()


class CountingLibrary:
    """Finds nothing, and remembers how often the loop had turned by then."""

    def __init__(self, turned: list[int]) -> None:
        self._turned, self.seen = turned, []

    def search(self, *_asked: object, **_named: object) -> Found:
        self.seen.append(len(self._turned))
        return NOTHING_FOUND

    def quote(self, _site: Site, question: str, _found: Found) -> Quote:
        return Quote(question, (), 1.0)

    def weigh(self, _site: Site, question: str) -> Mapping[str, float]:
        return {question: 1.0}

    def hosts(self, _site: Site) -> Sequence[str]:
        return ["shop.example"]


@pytest.mark.parametrize("is_busy", [True, False])
def test_while_many_streams_run_they_go_on_before_a_search_and_after_it(is_busy: bool) -> None:
    turned: list[int] = []

    def turn() -> None:
        while True:
            turned.append(1)
            gevent.sleep(0.0001)

    beside = gevent.spawn(turn)
    library = CountingLibrary(turned)
    in_turns = SearchesInTurns(library, lambda: is_busy)
    assert in_turns.search(SITE, "tea") is NOTHING_FOUND
    assert bool(library.seen[0]) == is_busy
    assert (len(turned) > library.seen[0]) == is_busy
    beside.kill()


def test_all_else_of_a_library_is_asked_at_once() -> None:
    library = SearchesInTurns(CountingLibrary([]), lambda: True)
    assert library.quote(SITE, "tea", NOTHING_FOUND).text == "tea"
    assert library.weigh(SITE, "tea") == {"tea": 1.0}
    assert library.hosts(SITE) == ["shop.example"]
