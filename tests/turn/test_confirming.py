"""A second model agrees plainly, or the reply is in doubt."""

from __future__ import annotations

import pytest

from backend.turn.confirming import LONGEST_DOUBT, NOT_HAD, doubt_in


@pytest.mark.parametrize(
    ("said", "doubt"),
    [
        ('{"carried": true, "doubt": ""}', ""),
        ('Here it is:\n```json\n{"carried": true, "doubt": "none"}\n```', ""),
        ('{"carried": false, "doubt": "The fee\n is not there."}', "The fee is not there."),
        ('{"carried": false, "doubt": ""}', "without a reason"),
        ('{"carried": false, "doubt": "' + "x" * 999 + '"}', "x" * LONGEST_DOUBT),
    ],
)
def test_what_the_model_says_of_a_reply(said: str, doubt: str) -> None:
    assert doubt_in(said) == doubt


@pytest.mark.parametrize("said", ["", "yes", "{}", "[true]", '{"carried": 1}', '{"carried": null}', "{" * 90_000 + "}"])
def test_what_cannot_be_read_agrees_with_nothing(said: str) -> None:
    assert doubt_in(said).startswith(NOT_HAD)
