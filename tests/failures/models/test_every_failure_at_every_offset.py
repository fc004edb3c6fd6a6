"""Failure × offset: what a visitor sees is one text that was written in one piece, or an honest error.

Each request is answered with another text, so that a splice of two attempts would show.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from backend.domain.events import Delta, Done, Failed
from backend.providers.call_rules import TimeLimits
from tests.failures.models.conftest import Opens
from tests.failures.models.corridor import LIMITS, WHY, Told
from tests.model_server import FAILURES
from tests.servers import ModelServer

LETTERS = "ABCDEF"
WORDS = 10
CHUNK = 5
SILENT = ("stall", "pings")
MOST_CALLS = 4  # the first, two retries, one of the next model down


def message_of(letter: str, words: int = WORDS) -> str:
    return " ".join(f"{letter}{number:03}" for number in range(words))


def text_of(letter: str, words: int = WORDS) -> str:
    return json.dumps({"message": message_of(letter, words), "confidence": 0.9, "followups": ["And then?"]})


DELTAS = -(-len(text_of("A")) // CHUNK)
OFFSETS = [*range(21), DELTAS - 1, -1]


def scripts(kind: str, at: int, *, failing: int, words: int = WORDS, pace_ms: int = 0) -> list[dict[str, object]]:
    """Return scripts with a text of their own for each request, of which the first `failing` break.

    With a pace each delta is read by itself; without, all are read at once, and with them what breaks them.
    """
    fail = {"fail": {"at": at, "kind": kind}}
    return [
        {
            "text": text_of(letter, words),
            "chunk": CHUNK,
            "pace_ms": pace_ms,
            "times": 1,
            **(fail if number < failing else {}),
        }
        for number, letter in enumerate(LETTERS)
    ]


def limits_for(kind: str, silence_s: float) -> TimeLimits:
    """Return limits that notice silence soon where silence is what is tested."""
    return replace(LIMITS, first_text_s=silence_s, idle_s=silence_s) if kind in SILENT else LIMITS


def check_honest(told: Told, words: int = WORDS) -> None:
    """Check that no cut text is called done, and that no text is made of two."""
    wholes = [message_of(letter, words) for letter in LETTERS]
    if isinstance(told.end, Done):
        assert told.end.is_valid
        assert told.reply.keys() == {"message", "confidence", "followups"}
        assert "degraded" in told.notices or told.reply["message"] in wholes
    else:
        assert isinstance(told.end, Failed)
        assert told.end.is_retryable
        assert any(whole.startswith(told.part) for whole in wholes)


@pytest.mark.parametrize("at", OFFSETS)
@pytest.mark.parametrize("kind", FAILURES)
def test_a_model_that_fails_once_still_gives_a_whole_answer(
    model: ModelServer, open_corridor: Opens, kind: str, at: int
) -> None:
    model.play(*scripts(kind, at, failing=1, pace_ms=1))
    told = open_corridor(limits=limits_for(kind, 0.4)).ask(WHY)
    check_honest(told)
    assert isinstance(told.end, Done)
    assert "degraded" not in told.notices
    # Where silence is told by a short limit, a machine that pauses for as long costs one attempt more.
    attempts = len(model.requests())
    assert attempts == 2 or (kind in SILENT and attempts == 3)
    answering = LETTERS[attempts - 1]
    assert told.reply["message"] == message_of(answering)
    first = next(event for event in told.events if isinstance(event, Delta))
    shown = re.match(r'\{"message":"([A-F])', first.json)
    was_shown = shown is not None and shown[1] != answering
    assert ("restarted" in told.notices) is was_shown


@pytest.mark.parametrize("at", OFFSETS)
@pytest.mark.parametrize("kind", FAILURES)
def test_a_model_that_always_fails_never_ends_in_a_lie(
    model: ModelServer, open_corridor: Opens, kind: str, at: int
) -> None:
    model.play(*scripts(kind, at, failing=len(LETTERS)))
    told = open_corridor(limits=limits_for(kind, 0.15)).ask(WHY)
    check_honest(told)
    assert len(model.requests()) <= MOST_CALLS
    if isinstance(told.end, Done):
        assert "degraded" in told.notices
        assert "60 days" in str(told.reply["message"])
    else:
        assert told.part


@pytest.mark.parametrize("kind", FAILURES)
def test_a_long_part_is_kept_and_not_begun_again(model: ModelServer, open_corridor: Opens, kind: str) -> None:
    words = 200
    model.play(*scripts(kind, 120, failing=1, words=words, pace_ms=1))
    told = open_corridor(limits=limits_for(kind, 0.4)).ask(WHY)
    check_honest(told, words)
    assert isinstance(told.end, Failed)
    assert len(told.part) >= 400
    assert told.notices == []
    assert len(model.requests()) == 1
