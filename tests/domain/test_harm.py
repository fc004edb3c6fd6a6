"""The queue's order: expected harm, and how it ages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend.domain.harm import harm_of, propensity_of, rank_of, reasons_of, rules, subject_of, weigh
from backend.domain.items import REASONS, Drawn, Reason, Weight

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
NOT_DRAWN = Drawn(0.02, is_in=False)


def test_every_reason_has_its_row() -> None:
    assert set(rules()) == set(REASONS)
    assert all(0 <= rule.right <= 1 and 0 <= rule.chance <= 1 and rule.stake >= 1 for rule in rules().values())


def test_the_surest_wrong_and_the_largest_stake_count() -> None:
    weight = weigh(("low_confidence", "canary"), "", 0.9, NOT_DRAWN)

    assert (weight.calibrated, weight.stake) == (0.2, 4)
    assert weigh(("sample",), "", 0.9, NOT_DRAWN).calibrated == 0.9
    assert weigh(("sample",), "", None, NOT_DRAWN).calibrated == 0.5


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("How do I get a REFUND?", "money"),
        ("Is it safe inside the tent?", "safety"),
        ("Who do I complain to?", "law"),
        ("Ist das gefährlich?", "safety"),
        ("Which colours are there?", ""),
        ("Is my cousin's coffee here?", ""),
    ],
)
def test_a_subject_is_known_by_the_beginnings_of_words(question: str, subject: str) -> None:
    assert subject_of(question) == subject


def test_a_subject_raises_the_stake() -> None:
    assert weigh(("low_confidence",), "money", 0.4, NOT_DRAWN).stake == 4


def test_an_owner_knows_better_what_is_at_stake() -> None:
    own = {"money": 9.0, "low_confidence": 0.5}
    assert weigh(("low_confidence",), "money", 0.4, NOT_DRAWN, own).stake == 9
    assert weigh(("low_confidence",), "", 0.4, NOT_DRAWN, own).stake == 0.5
    assert weigh(("canary",), "", 0.4, NOT_DRAWN, own).stake == 4


def test_how_likely_a_turn_comes_before_staff_is_kept() -> None:
    assert weigh(("thumbs_down",), "", 0.4, NOT_DRAWN).propensity == 1
    assert weigh(("sample",), "", 0.4, NOT_DRAWN).propensity == pytest.approx(0.02)
    assert weigh(("low_confidence",), "", 0.4, NOT_DRAWN).propensity == pytest.approx(0.902)
    assert propensity_of(0.5, 0.5) == 0.75


def test_small_talk_is_spared_doubts_and_not_attacks() -> None:
    assert reasons_of(["low_confidence", "ungrounded"], is_talk=True) == ()
    assert reasons_of(["low_confidence", "canary"], is_talk=True) == ("canary",)
    assert reasons_of(["low_confidence"], ["truncated", "disclaimer"], is_replaced=True) == (
        "low_confidence",
        "truncated",
        "replaced",
    )


def test_harm_grows_with_the_times_asked() -> None:
    weight = Weight(calibrated=0.5, stake=2, propensity=1)

    assert harm_of(weight, 1) == 2
    assert harm_of(weight, 3) == 3


def test_after_the_half_life_an_item_ranks_as_half_its_harm_of_today() -> None:
    old = rank_of(2.0, NOW - timedelta(days=14))

    assert old == rank_of(1.0, NOW)
    assert rank_of(0.0, NOW) < old


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 1.0])
def test_the_lot_draws_the_share_and_the_same_turns_each_time(share: float) -> None:
    drawn = [Drawn.of(f"turn-{number}", share).is_in for number in range(5_000)]

    assert sum(drawn) / 5_000 == pytest.approx(share, abs=0.01)
    assert drawn == [Drawn.of(f"turn-{number}", share).is_in for number in range(5_000)]


def test_reasons_keep_their_order_and_stand_once() -> None:
    flags: list[Reason] = ["unsupported_number", "low_confidence", "unsupported_number"]

    assert reasons_of(flags) == ("unsupported_number", "low_confidence")  # type: ignore[arg-type]
