"""A target is met, missed, or not measured yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from backend.domain.numbers import Span, Voices
from backend.domain.site import Targets
from backend.services.report_numbers import Numbers
from backend.services.report_targets import report_targets

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def numbers(questions: int, failed: int, first_text_ms: float | None, up: int, down: int) -> Numbers:
    whole = Span(NOW, questions, questions - failed, 0, failed, 0, 0, 0.0, first_text_ms, first_text_ms, first_text_ms)
    return Numbers(NOW, NOW, [whole], whole, Voices(up, down, 0), [])


@pytest.mark.parametrize(
    ("told", "met"),
    [
        (numbers(1_000, 1, 800.0, 4, 1), [True, True, True]),
        (numbers(1_000, 2, 801.0, 79, 21), [False, False, False]),
        (numbers(0, 0, None, 0, 0), [None, None, None]),
        (numbers(10, 0, 20.0, 0, 0), [True, True, None]),
    ],
)
def test_where_each_target_stands(told: Numbers, met: list[bool | None]) -> None:
    standing = report_targets(Targets(), told, asks_stars=False)
    assert [each.is_met for each in standing] == met
    assert [each.wanted for each in standing] == [800, 0.001, 0.8]


def test_stars_have_a_target_where_visitors_are_asked_for_them() -> None:
    for stars, is_met in (({5: 3, 4: 1}, True), ({3: 1}, False), ({}, None)):
        told = replace(numbers(10, 0, 20.0, 0, 0), voices=Voices(0, 0, 0, stars))
        assert report_targets(Targets(), told, asks_stars=True)[-1].is_met is is_met
