"""The table of failures, and the decision that reads it."""

from __future__ import annotations

import pytest

from backend.domain import errors
from backend.domain.errors import (
    ConnectionLost,
    Failure,
    ModelOverloaded,
    ModelRateLimited,
    ModelRefusedUs,
    ModelTimeout,
    ModelTookNoRequest,
    ModelUnknown,
    ModelWordless,
    SpendLimitReached,
)
from backend.turn.answering.failure_policy import AskAgain, AttemptState, GiveUp, MoveOn, decide, read_policy

POLICY = read_policy()
NEXT, PAGES = MoveOn(), MoveOn(to_own_pages=True)


def step(failure: Failure, luck: float = 0.5, **so_far: object) -> object:
    return decide(failure, AttemptState(**so_far), POLICY, luck)  # type: ignore[arg-type]


def test_every_failure_has_its_row_and_every_row_its_reason() -> None:
    kinds = {each.kind for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Failure)}
    assert kinds == POLICY.rules.keys()
    assert all(rule.because for rule in POLICY.rules.values())
    assert {rule.then for rule in POLICY.rules.values()} == {"retry", "next_model", "own_pages"}
    assert {rule.breaker for rule in POLICY.rules.values()} == {"counts", "opens", "ignores"}


@pytest.mark.parametrize("failure", [ModelOverloaded(), ModelTimeout(), ConnectionLost(), Failure(), ModelWordless()])
def test_what_may_pass_is_tried_again_twice_and_no_more(failure: Failure) -> None:
    assert isinstance(step(failure), AskAgain)
    assert isinstance(step(failure, retries=1), AskAgain)
    assert step(failure, retries=2) == NEXT


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (ModelRefusedUs(), PAGES),
        (SpendLimitReached(), PAGES),
        (ModelTookNoRequest(), PAGES),
        (ModelUnknown(), NEXT),
        (ModelRateLimited(retry_after_s=6), NEXT),
        (ModelRateLimited(retry_after_s=4_294_967_295), NEXT),
        (ModelRateLimited(retry_after_s=5), AskAgain(5.0)),
    ],
)
def test_what_does_not_pass_is_not_waited_for(failure: Failure, expected: object) -> None:
    assert step(failure) == expected


@pytest.mark.parametrize(("retries", "shortest", "longest"), [(0, 0.2, 1.0), (1, 0.2, 2.0)])
def test_the_wait_is_drawn_from_its_whole_range(retries: int, shortest: float, longest: float) -> None:
    assert step(ModelOverloaded(), 0.0, retries=retries) == AskAgain(pytest.approx(shortest))
    assert step(ModelOverloaded(), 1.0, retries=retries) == AskAgain(pytest.approx(longest))


def test_no_retry_begins_after_eight_seconds() -> None:
    assert isinstance(step(ModelOverloaded(), 1.0, elapsed_s=7.0), AskAgain)
    assert step(ModelOverloaded(), 1.0, elapsed_s=7.1) == NEXT
    assert step(ModelRateLimited(retry_after_s=5), elapsed_s=3.1) == NEXT


@pytest.mark.parametrize(
    ("so_far", "may_begin_again"),
    [
        ({"characters_shown": 399, "elapsed_s": 9.9}, True),
        ({"characters_shown": 1, "retries": 1}, True),
        ({"characters_shown": 400}, False),
        ({"characters_shown": 1, "elapsed_s": 10.0}, False),
        ({"characters_shown": 1, "retries": 2}, False),
        ({"characters_shown": 1, "retries": 1, "has_restarted": True}, False),
    ],
)
def test_a_reply_that_was_begun_begins_again_once_and_only_early(
    so_far: dict[str, object], may_begin_again: bool
) -> None:
    decided = step(ConnectionLost(), **so_far)  # type: ignore[arg-type]
    assert isinstance(decided, AskAgain if may_begin_again else GiveUp)


@pytest.mark.parametrize("failure", [SpendLimitReached(), ModelRefusedUs(), ModelUnknown()])
def test_a_part_is_kept_where_asking_again_cannot_help(failure: Failure) -> None:
    assert step(failure, characters_shown=10) == GiveUp()
