"""What a visitor gets when the model's provider is busy, broken, closed to us, or out of money."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from backend.domain.events import Delta, Done, Event, Notice, Sources, Start
from backend.domain.turn import Stop
from tests.failures.models.conftest import Opens
from tests.failures.models.corridor import QUESTION, WHY, Corridor
from tests.servers import ModelServer

WELL: dict[str, Any] = {"reply": {"message": "Within 60 days.", "confidence": 0.9, "followups": []}}
SILENT = {"text": ""}
SPENT = {"type": "rate_limit_error", "message": "spent", "details": {"error_code": "enforced_spend_limit_reached"}}
DEEP, MIDDLE, FAST = "claude-opus-4-6", "claude-sonnet-4-6", "claude-haiku-4-5"


def models_asked(model: ModelServer) -> list[str]:
    return [request["body"]["model"] for request in model.requests()]


def check_own_pages(corridor: Corridor, question: str, *, because: str) -> None:
    """Check that our own pages answer this question, honestly."""
    told = corridor.ask(question)
    assert isinstance(told.end, Done)
    assert "degraded" in told.notices
    assert "60 days" in str(told.reply["message"])
    assert any(isinstance(event, Sources) for event in told.events)
    assert told.stored.model == "embedded"
    assert told.stored.notices[0] == "degraded"
    _, outcome = corridor.observer.ends[-1]
    assert outcome.route is not None
    assert outcome.route.because == f"fallback: {because}"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 529])
def test_a_moment_of_haste_is_not_noticed(corridor: Corridor, model: ModelServer, status: int) -> None:
    model.play({"status": status, "times": 2}, WELL)
    told = corridor.ask(WHY)
    assert told.reply["message"] == "Within 60 days."
    assert told.notices == []
    assert models_asked(model) == [DEEP] * 3
    assert all(0.2 <= wait <= 2.0 for wait in corridor.waits)
    assert corridor.observer.ends[0][1].retries == 2


def test_a_model_that_stays_busy_is_answered_for_by_the_next_one_down(corridor: Corridor, model: ModelServer) -> None:
    model.play({"status": 529, "times": 3}, WELL)
    told = corridor.ask(WHY)
    assert told.reply["message"] == "Within 60 days."
    assert "degraded" not in told.notices
    assert models_asked(model) == [DEEP] * 3 + [MIDDLE]
    assert isinstance(told.events[0], Start)
    assert told.events[0].model == DEEP
    assert told.stored.model == MIDDLE
    opening, outcome = corridor.observer.ends[0]
    assert opening.route.model.id == DEEP
    assert outcome.route is not None
    assert outcome.route.because == "fallback: overloaded"
    assert outcome.usage.cost_usd == pytest.approx((100 * 3 + outcome.usage.output_tokens * 15) / 1e6)


def test_our_own_pages_answer_within_nine_seconds_when_no_model_does(corridor: Corridor, model: ModelServer) -> None:
    model.play({"status": 529})
    check_own_pages(corridor, WHY, because="overloaded")
    assert models_asked(model) == [DEEP] * 3 + [MIDDLE]
    assert sum(corridor.waits) <= 8


def test_a_provider_that_cannot_be_reached_is_answered_for_too(open_corridor: Opens) -> None:
    check_own_pages(open_corridor("http://127.0.0.1:9"), WHY, because="connection_lost")


def test_the_fastest_model_has_nobody_below_but_our_pages(corridor: Corridor, model: ModelServer) -> None:
    model.play({"status": 529})
    check_own_pages(corridor, QUESTION, because="overloaded")
    assert models_asked(model) == [FAST] * 3


@pytest.mark.parametrize("after", ["1", "5"])
def test_a_wish_to_be_asked_later_is_heeded(corridor: Corridor, model: ModelServer, after: str) -> None:
    model.play({"status": 429, "headers": {"retry-after": after}, "times": 1}, WELL)
    assert corridor.ask().notices == []
    assert corridor.waits[0] >= int(after)


@pytest.mark.parametrize("after", ["6", "3600", "4294967295"])
@pytest.mark.parametrize("status", [429, 503, 529])
def test_nobody_waits_for_who_asks_for_too_much_patience(
    corridor: Corridor, model: ModelServer, status: int, after: str
) -> None:
    model.play({"status": status, "headers": {"retry-after": after}, "times": 1}, WELL)
    assert corridor.ask(WHY).reply["message"] == "Within 60 days."
    assert corridor.waits == []
    assert models_asked(model) == [DEEP, MIDDLE]


@pytest.mark.parametrize(
    ("script", "because"),
    [
        ({"status": 429, "error": SPENT}, "spend_limit"),
        ({"status": 400, "error": SPENT}, "spend_limit"),
        ({"status": 402}, "spend_limit"),
        ({"status": 400}, "rejected"),
        ({"status": 401}, "refused_us"),
        ({"status": 403}, "refused_us"),
        ({"fail": {"at": 0, "kind": "error_event", "error": SPENT}}, "spend_limit"),
    ],
)
def test_what_asking_again_cannot_mend_is_asked_once(
    corridor: Corridor, model: ModelServer, script: dict[str, Any], because: str
) -> None:
    model.play(script)
    check_own_pages(corridor, WHY, because=because)
    assert models_asked(model) == [DEEP]


@pytest.mark.parametrize("script", [{"status": 401}, {"status": 402}, {"status": 429, "error": SPENT}])
def test_a_provider_that_refuses_us_is_left_alone_for_a_minute(
    corridor: Corridor, model: ModelServer, script: dict[str, Any]
) -> None:
    model.play(script)
    for _ in range(5):
        assert "degraded" in corridor.ask().notices
    assert models_asked(model) == [FAST]
    corridor.clock.seconds += 61
    model.play(WELL)
    assert corridor.ask().notices == []


def test_a_model_that_is_not_there_is_answered_for_by_the_next_one_down(corridor: Corridor, model: ModelServer) -> None:
    model.play({"status": 404, "times": 1}, WELL)
    assert corridor.ask(WHY).reply["message"] == "Within 60 days."
    assert models_asked(model) == [DEEP, MIDDLE]


def test_a_model_that_says_nothing_is_asked_once_more(corridor: Corridor, model: ModelServer) -> None:
    model.play({**SILENT, "times": 1}, WELL)
    told = corridor.ask()
    assert told.reply["message"] == "Within 60 days."
    assert isinstance(told.end, Done)
    assert told.end.usage.input_tokens == 200  # both attempts are paid for


def test_a_model_that_never_says_a_word_is_answered_for_by_our_pages(corridor: Corridor, model: ModelServer) -> None:
    model.play(SILENT)
    check_own_pages(corridor, QUESTION, because="wordless")


def test_a_document_of_another_form_is_asked_for_once_more(corridor: Corridor, model: ModelServer) -> None:
    model.play({"text": '{"answer": "Another form."}', "times": 1}, WELL)
    told = corridor.ask()
    assert told.reply == WELL["reply"]
    assert told.notices == []
    assert models_asked(model) == [FAST] * 2
    assert corridor.observer.ends[0][1].retries == 1
    assert corridor.observer.ends[0][1].usage.input_tokens == 200


def test_a_document_of_another_form_is_in_the_end_shown_as_plain_words(corridor: Corridor, model: ModelServer) -> None:
    model.play({"text": '{"answer": "Another form."}'})
    told = corridor.ask()
    assert isinstance(told.end, Done)
    assert (told.reply["message"], told.end.is_valid, told.notices) == ("Another form.", False, [])
    assert models_asked(model) == [FAST] * 2
    while corridor.budget.take():
        pass
    model.forget()
    told = corridor.ask()
    assert (told.reply["message"], told.notices) == ("Another form.", [])
    assert models_asked(model) == [FAST]


def test_a_reply_of_plain_words_is_shown_as_it_is(corridor: Corridor, model: ModelServer) -> None:
    model.play({"text": "Within 60 days, I think."})
    told = corridor.ask()
    assert told.reply == {"message": "Within 60 days, I think.", "confidence": 0.0, "followups": []}
    assert len(model.requests()) == 1


def test_while_a_model_fails_it_is_left_alone_and_visitors_are_answered_at_once(
    corridor: Corridor, model: ModelServer
) -> None:
    model.play({"status": 500})
    for _ in range(30):
        assert "degraded" in corridor.ask().notices
    assert corridor.breaker.state(FAST) == "open"
    called = len(model.requests())
    assert called <= 6  # five failures open it, and the clock moves on by the waits alone
    check_own_pages(corridor, QUESTION, because="breaker_open")
    assert len(model.requests()) == called


def test_a_model_that_is_back_is_found_by_one_visitor_within_ten_seconds(
    corridor: Corridor, model: ModelServer
) -> None:
    model.play({"status": 500})
    while corridor.breaker.state(FAST) != "open":
        corridor.ask()
    model.play(WELL)
    corridor.clock.seconds += 10
    assert corridor.ask().notices == []
    assert corridor.breaker.state(FAST) == "closed"


def test_an_outage_is_not_answered_with_a_flood(corridor: Corridor, model: ModelServer) -> None:
    model.play({"status": 429})  # a breaker does not open on these: the retry budget alone holds us back
    for _ in range(40):
        corridor.ask()
    assert len(model.requests()) <= 40 + 6


def test_who_stops_while_we_wait_is_let_go_at_once(open_corridor: Opens, model: ModelServer) -> None:
    patient = open_corridor(waits_really=True)
    model.play({"status": 529, "headers": {"retry-after": "5"}})
    stop = Stop()
    timer = threading.Timer(0.3, stop.ask)
    timer.start()
    began = time.monotonic()
    told = patient.ask(stop=stop)
    timer.join()
    assert time.monotonic() - began < 2
    assert isinstance(told.end, Done)
    assert told.end.stop_reason == "stopped"
    assert len(model.requests()) == 1


def test_who_stops_before_the_restart_keeps_what_was_shown(open_corridor: Opens, model: ModelServer) -> None:
    patient = open_corridor(waits_really=True)
    long = {"message": "Within 60 days, clean and dry.", "confidence": 0.9, "followups": []}
    model.play({"reply": long, "pace_ms": 5, "fail": {"at": 8, "kind": "cut"}, "times": 1}, WELL)
    stop = Stop()
    told = patient.ask(stop=stop, hear=lambda event: stop.ask() if isinstance(event, Delta) else None)
    assert isinstance(told.end, Done)
    assert told.end.stop_reason == "stopped"
    assert told.notices == []
    assert "Within 60 days".startswith(str(told.reply["message"])[:14])


def test_a_restart_is_announced_only_when_there_is_something_to_show(corridor: Corridor, model: ModelServer) -> None:
    model.play({"pace_ms": 5, "fail": {"at": 10, "kind": "cut"}, "times": 1}, {"status": 529})
    told = corridor.ask()
    assert told.notices == []
    assert told.part
    assert len(model.requests()) == 2


def test_a_restart_tells_before_it_shows(corridor: Corridor, model: ModelServer) -> None:
    model.play({"pace_ms": 5, "fail": {"at": 10, "kind": "cut"}, "times": 1}, WELL)
    told = corridor.ask()
    at = next(number for number, event in enumerate(told.events) if isinstance(event, Notice))
    following: Event = told.events[at + 1]
    assert isinstance(following, Delta)
    assert following.json.startswith('{"message":"')
    assert told.reply["message"] == "Within 60 days."


def test_where_no_page_holds_an_answer_that_is_said(corridor: Corridor, model: ModelServer) -> None:
    model.play({"status": 529})
    told = corridor.ask("What is the airspeed of a swallow?")
    assert isinstance(told.end, Done)
    assert told.end.confidence < 0.5
    assert "degraded" in told.notices
