"""A reply is held against what its case expects, however it is spelt."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from backend.domain.cases import Case, Expected, Trial
from backend.domain.errors import SettingsError
from backend.services.run_cases import check_case, judge, read_case

SURE = Trial("You have **60 days**, clean and dry.", 0.9, ("returns.md",), "embedded", 3.0, 0.0)
SILENT = Trial("I couldn't find an answer to that.", 0.1, (), "embedded", 3.0, 0.0)
REFUSED = Trial("", 0.0, (), "", 3.0, 0.0, "prompt_injection")


def missed(trial: Trial, **expected: Any) -> dict[str, tuple[str, ...]]:
    case = Case(1, Expected("How long?", **expected), "ada", datetime.now(UTC))
    return {str(kind): words for kind, words in judge(case, trial).missed.items()}


def test_words_are_found_whatever_their_capitals_and_marks() -> None:
    assert missed(SURE, must_contain=("60 Days", "clean  and dry")) == {}
    assert missed(SURE, must_contain=("30 days",)) == {"must_contain": ("30 days",)}
    assert missed(SURE, must_not_contain=("60 days",)) == {"must_not_contain": ("60 days",)}


def test_what_a_reply_rests_on_is_compared_by_document() -> None:
    assert missed(SURE, must_cite=("returns.md",)) == {}
    assert missed(SURE, must_cite=("shipping.md",)) == {"must_cite": ("shipping.md",)}


def test_a_reply_that_says_there_is_none_abstains() -> None:
    assert missed(SILENT, must_abstain=True) == {}
    assert missed(REFUSED, must_abstain=True) == {}
    assert set(missed(SURE, must_abstain=True)) == {"must_abstain"}


def test_a_refusal_is_no_answer() -> None:
    assert missed(REFUSED, must_not_contain=("x",)) == {"no_answer": ("prompt_injection",)}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "question: is missing"),
        ({"question": "How long?"}, "give at least one"),
        ({"question": 4}, "question: must be a string"),
        ({"question": "x" * 4_001, "must_abstain": True}, "more than 4000"),
        ({"question": "A", "must_contain": 4}, "must_contain: must be a list of strings"),
        ({"question": "A", "must_contain": ["x"] * 21}, "at most 20 entries"),
        ({"question": "A", "must_abstain": True, "must_contain": ["x"]}, "must_abstain: a reply that says"),
        ({"question": "A", "is_must": "yes"}, "is_must: must be true or false"),
        ({"question": "A", "must_say": "x"}, "must_say: is not a field of a case"),
    ],
)
def test_what_is_no_case_is_refused_by_field(sent: dict[str, object], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        check_case(read_case(sent))


def test_one_string_is_a_list_of_one() -> None:
    assert read_case({"question": "A", "must_contain": " x ", "must_cite": []}).must_contain == ("x",)
