"""Where Python looks for what nobody needs any more."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from backend.web.tidying import ENOUGH, LONGEST_S, NEVER, YOUNG, YOUNG_LOOKS, Tidying


class Ring:
    """Holds itself: only Python's look finds that nobody needs it."""

    def __init__(self) -> None:
        self.itself = self


class Worker:
    """Its answers, and its clock."""

    def __init__(self) -> None:
        self.is_quiet, self.at = False, 1_000.0
        self.tidying = Tidying(lambda: self.is_quiet, lambda: self.at)


@pytest.fixture
def worker() -> Iterator[Worker]:
    before = gc.get_threshold()
    made = Worker()
    with made.tidying.loading():
        pass
    yield made
    gc.unfreeze()
    gc.set_threshold(*before)


def old_ring() -> weakref.ref[Ring]:
    """Return a ring that nobody needs and that no look at young things finds any more."""
    ring = Ring()
    gc.collect(1)
    found = weakref.ref(ring)
    del ring
    for _ in range(ENOUGH):
        gc.collect(1)
    assert found() is not None
    return found


def test_while_answers_are_written_nothing_old_is_looked_through(worker: Worker) -> None:
    ring = old_ring()
    worker.tidying.look()
    assert ring() is not None
    worker.is_quiet = True
    worker.tidying.look()
    assert ring() is None


def test_a_worker_that_is_never_quiet_looks_after_a_while(worker: Worker) -> None:
    ring = old_ring()
    worker.at += LONGEST_S
    worker.tidying.look()
    assert ring() is None
    assert (ring := old_ring())() is not None
    worker.at += LONGEST_S - 1
    worker.tidying.look()
    assert ring() is not None


def test_where_little_has_come_nothing_is_looked_through(worker: Worker) -> None:
    worker.is_quiet = True
    gc.collect()
    kept = gc.get_freeze_count()
    worker.tidying.look()
    assert gc.get_freeze_count() == kept


def test_what_the_first_questions_have_read_is_never_looked_through_again(worker: Worker) -> None:
    worker.is_quiet = True
    kept = gc.get_freeze_count()
    read = [Ring() for _ in range(50)]
    old_ring()
    worker.tidying.look()
    has_now = gc.get_freeze_count()
    assert has_now >= kept + len(read)
    old_ring()
    worker.tidying.look()
    assert gc.get_freeze_count() <= has_now, "what comes later can be let go"


def test_a_look_at_young_things_comes_often_and_none_at_everything_by_itself(worker: Worker) -> None:
    assert gc.get_threshold() == (YOUNG, YOUNG_LOOKS, NEVER)
    assert gc.isenabled()
