"""What staff should see of a reply that has ended."""

from __future__ import annotations

import pytest

from backend.domain.reply import Reply, Usage
from backend.domain.turn import Ended, FlagRaised, Question
from backend.turn.egress.verdict import judge
from tests.turn.pages import FOUND, SITE


@pytest.mark.parametrize(
    ("reply", "stop_reason", "is_valid", "flags", "notices"),
    [
        (Reply("Within 60 days.", 0.9), "end_turn", True, [], []),
        (Reply("Perhaps.", 0.2), "end_turn", True, ["low_confidence"], []),
        (Reply("Within 90 days.", 0.9), "end_turn", True, ["unsupported_number"], ["disclaimer"]),
        (Reply("Cut", 0.0), "max_tokens", False, [], ["truncated"]),
        (Reply("No.", 0.0), "refusal", False, ["refusal"], []),
        (Reply("Odd", 0.0), "end_turn", False, ["invalid_reply"], []),
    ],
)
def test_the_verdict_names_what_staff_should_see(
    reply: Reply, stop_reason: str, is_valid: bool, flags: list[str], notices: list[str]
) -> None:
    verdict = judge(reply, Question("q"), FOUND, Ended(stop_reason, Usage()), SITE.settings, is_valid=is_valid)
    assert [flag.reason for flag in verdict.flags] == flags
    assert list(verdict.notices) == notices


def test_what_ingress_noticed_reaches_staff() -> None:
    question = Question("q", flags=(FlagRaised("refusal", "e"),))
    verdict = judge(Reply("ok", 0.9), question, FOUND, Ended("end_turn", Usage()), SITE.settings, is_valid=True)
    assert verdict.flags == (FlagRaised("refusal", "e"),)
