"""Asks one database of its only site, as a worker does, and prints what it took as JSON: `python -m …searching URL`."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402 - everything that follows must find the patched sockets
import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from dataclasses import asdict  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402

from backend.domain.knowledge import Document  # noqa: E402
from backend.knowledge.index.stock import Change, put_change  # noqa: E402
from backend.knowledge.search.knowledge_library import KnowledgeLibrary  # noqa: E402
from backend.store import Store  # noqa: E402
from tests.tools.bench.large_site import questions  # noqa: E402
from tests.tools.bench.measure import quantile  # noqa: E402
from tests.tools.bench.searches import KEY, SearchCost  # noqa: E402

QUESTIONS, ROUNDS, STARTS, CHANGES = 300, 5, 3, 5
TICK_S = 0.002
MISSPELT = "delivry vuocher returs"  # so that the words are read too, not the pages alone


def main(url: str) -> None:
    asked = questions(QUESTIONS)
    store = Store.open(url, KEY)
    site = store.sites.sites()[0]
    store.passages.revision(site.id)  # connected, and its statements compiled
    before_mb = memory_mb()
    library = KnowledgeLibrary(store.passages)
    began = time.perf_counter()
    stalled_ms = longest_stall(lambda: library.search(site, MISSPELT))
    first_s = time.perf_counter() - began
    memory = memory_mb() - before_mb
    stalled_ms = min(stalled_ms, *(first_stall(store) for _ in range(1, STARTS)))
    best = [float("inf")] * len(asked)
    for _ in range(ROUNDS):
        for at, question in enumerate(asked):
            best[at] = min(best[at], seconds_of(lambda: library.search(site, question)))  # noqa: B023 - called at once
    changed = min(after_a_change(store, library, number) for number in range(CHANGES))
    store.close()
    cost = SearchCost(
        quantile(best, 0.5) * 1000, quantile(best, 0.99) * 1000, first_s, stalled_ms, changed * 1000, memory
    )
    print(json.dumps(asdict(cost)))


def after_a_change(store: Store, library: KnowledgeLibrary, number: int) -> float:
    """Replace a page, and return the seconds of the next search, which is of a word that only the new page holds."""
    site, word = store.sites.sites()[0], f"newcomer{'abcdefgh'[number]}"
    put_change(store.passages, site.id, Change([Document("new.md", "News", "", f"A page about {word}.")]), "en")
    took = seconds_of(lambda: library.search(site, f"what is {word} {MISSPELT}"))
    assert library.search(site, word).passages[0].document == "new.md"
    return took


def first_stall(store: Store) -> float:
    library = KnowledgeLibrary(store.passages)
    return longest_stall(lambda: library.search(store.sites.sites()[0], MISSPELT))


def seconds_of(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def longest_stall(work: Callable[[], object]) -> float:
    """Return for how many milliseconds at most nobody else had a turn while this was done."""
    late = [0.0]
    doing = gevent.spawn(work)

    def tick() -> None:
        while not doing.dead:
            due = time.perf_counter() + TICK_S
            gevent.sleep(TICK_S)
            late.append(time.perf_counter() - due)

    gevent.joinall([doing, gevent.spawn(tick)], raise_error=True)
    return max(late) * 1000


def memory_mb() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main(sys.argv[1])
