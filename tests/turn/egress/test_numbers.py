"""Figures that nobody gave are found, however they are written."""

from __future__ import annotations

import pytest

from backend.turn.egress.numbers import unsupported_numbers
from tests.turn.pages import REPAIRS, RETURNS


@pytest.mark.parametrize(
    ("message", "missing"),
    [
        ("Within 60 days.", []),
        ("Within 90 days.", ["90"]),
        ("It costs $15.5.", []),
        ("It costs 15,50 €.", []),
        ("It costs $1,250.00.", ["1,250.00"]),
        ("1. Pack it\n2. Send it\n12. Wait", ["12"]),
        ("Take 7 steps.", ["7"]),
        ("Model v3.14 and sha256", ["3.14"]),
        ("Within 59-60 days", ["59-60"]),
        ("Within sixty days, or thirty full days.", ["thirty"]),
        ("In twenty-four hours or one hundred and five days.", ["twenty-four", "one hundred and five"]),
        ("One day, for the two of them, twice.", []),  # nothing is counted
        ("Innerhalb von sechzig Tagen oder neunzig Tagen.", ["neunzig"]),
    ],
)
def test_a_number_that_nobody_gave_is_found(message: str, missing: list[str]) -> None:
    assert unsupported_numbers(message, [RETURNS.text, REPAIRS.text]) == missing


@pytest.mark.parametrize(
    ("message", "given", "missing"),
    [
        ("Open 9am to 5pm.", "09:00-17:00", []),
        ("Open 9 a.m. to 6 p.m.", "09:00-17:00", ["6"]),
        ("Until 17:00 or 17:30.", "until 5 pm", ["17:30"]),
        ("Until 17 Uhr.", "until 5:00 p.m.", []),
        ("At 12 am and 12:30pm.", "0:00 and 12:30", []),
        ("In two hundred and forty-five days.", "245 days", []),
        ("In 245 days.", "two hundred and forty-five days", []),
    ],
)
def test_a_number_is_carried_however_clock_and_words_write_it(message: str, given: str, missing: list[str]) -> None:
    assert unsupported_numbers(message, [given]) == missing
