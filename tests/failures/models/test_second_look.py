"""A site with much at stake: the fast model looks at each reply before it is shown."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from backend.domain.events import Done, Notice, Replace
from backend.domain.site import Safety
from tests.failures.models.conftest import Opens
from tests.failures.models.test_what_goes_out import PLAIN, turn_under, wire_of
from tests.servers import ModelServer

CAREFUL = Safety(hold=True, second_look=True)


def answers(model: ModelServer, **second: object) -> None:
    """Let the model answer with a plain reply, and the second look say this."""
    first = {"reply": {"message": PLAIN, "confidence": 0.9, "followups": []}}
    model.play({"match": "<reply", **second}, first)


@pytest.mark.parametrize("outcome", ["release", "disclaim", "replace"])
def test_a_doubt_becomes_what_the_sites_table_says(open_corridor: Opens, model: ModelServer, outcome: str) -> None:
    answers(model, text=json.dumps({"carried": False, "doubt": "No page says 60 days."}))
    corridor = open_corridor()
    events = turn_under(replace(CAREFUL, outcomes={"unconfirmed": outcome}), corridor)
    assert [event.kind for event in events if isinstance(event, Notice)] == ["disclaimer"] * (outcome == "disclaim")
    assert any(isinstance(event, Replace) for event in events) == (outcome == "replace")
    assert (PLAIN in wire_of(events)) == (outcome != "replace")
    _, kept = corridor.observer.ends[-1]
    assert [(flag.reason, flag.evidence) for flag in kept.flags] == [("unconfirmed", "No page says 60 days.")]
    assert kept.waiting is not None
    assert "unconfirmed" in kept.waiting.reasons


def test_what_the_second_model_finds_in_the_pages_is_shown_as_it_is(open_corridor: Opens, model: ModelServer) -> None:
    answers(model, text='{"carried": true, "doubt": ""}')
    corridor = open_corridor()
    events = turn_under(CAREFUL, corridor)
    assert PLAIN in wire_of(events)
    end = events[-1]
    assert isinstance(end, Done)
    assert not end.is_flagged
    first, second = model.requests()
    assert second["body"]["model"] == "claude-haiku-4-5"
    shown = "".join(block["text"] for block in second["body"]["messages"][-1]["content"])
    assert PLAIN in shown
    assert "60 days" in shown.partition("<reply")[0]  # the pages stand before it
    _, kept = corridor.observer.ends[-1]
    assert (end.usage.input_tokens, kept.usage) == (200, end.usage)  # both calls are paid for
    assert first["body"]["model"] != ""


@pytest.mark.parametrize(
    "second",
    [
        {"status": 529, "error": {"type": "overloaded_error", "message": "Overloaded"}},
        {"text": "I think that it is fine."},
        {"text": '{"carried": "yes"}'},
        {"text": '{"carried": true', "fail": {"at": 2, "kind": "cut"}},
    ],
)
def test_a_second_look_that_breaks_confirms_nothing(
    open_corridor: Opens, model: ModelServer, second: dict[str, object]
) -> None:
    answers(model, **second)
    events = turn_under(CAREFUL, open_corridor())
    assert [event.kind for event in events if isinstance(event, Notice)] == ["disclaimer"]
    assert PLAIN in wire_of(events)


@pytest.mark.parametrize("safety", [Safety(), Safety(hold=True)])
def test_a_site_that_does_not_want_it_pays_for_one_call(
    open_corridor: Opens, model: ModelServer, safety: Safety
) -> None:
    answers(model, text='{"carried": false, "doubt": "never asked"}')
    turn_under(safety, open_corridor())
    assert len(model.requests()) == 1


def test_our_own_pages_need_no_second_look(open_corridor: Opens, model: ModelServer) -> None:
    model.play({"status": 401, "error": {"type": "authentication_error", "message": "no"}})
    events = turn_under(CAREFUL, open_corridor())
    assert isinstance(events[-1], Done)
    assert "degraded" in [event.kind for event in events if isinstance(event, Notice)]
    assert not any("<reply" in json.dumps(each["body"]["messages"]) for each in model.requests())
