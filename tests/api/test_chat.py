"""`POST /v1/chat` as the contract has it, through real gunicorn."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.api.client import Visitor, document_of, parse_stream
from tests.servers import Deskbell, ModelServer

QUESTION = "How long do I have to return a tent?"


def new_turn() -> str:
    return str(uuid.uuid4())


# one question, answered


def test_a_question_is_answered_from_the_sites_own_pages(visitor: Visitor) -> None:
    events = visitor.ask(QUESTION)
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    assert events[0].event == "start"
    assert events[0].data.keys() == {"turn", "conversation", "visitor", "model"}
    assert events[-1].event == "done"
    assert events[-1].data["valid"] is True
    reply = document_of(events)
    assert list(reply) == ["message", "confidence", "followups"]
    assert "60 days" in reply["message"]
    (sources,) = [event.data["sources"] for event in events if event.event == "sources"]
    assert sources[0] == {
        "id": "returns.md",
        "title": "Returns and exchanges",
        "url": "https://larkmoor.example/help/returns",
    }


def test_an_answer_is_written_word_by_word(visitor: Visitor) -> None:
    deltas = [event for event in visitor.ask(QUESTION) if event.event == "delta"]
    assert len(deltas) > 5


def test_the_stream_has_the_headers_that_keep_proxies_from_holding_it(visitor: Visitor) -> None:
    with visitor.asking(QUESTION) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["x-accel-buffering"] == "no"
        assert response.headers["cache-control"] == "no-store"
        first = next(response.iter_lines())
        assert first == "retry: 800"


def test_what_the_pages_do_not_say_is_not_made_up(visitor: Visitor) -> None:
    reply = document_of(visitor.ask("What is the airspeed velocity of an unladen swallow?"))
    assert reply["confidence"] < 0.5
    assert not any(char.isdigit() for char in reply["message"])


def test_where_nothing_is_found_the_stream_says_so_and_so_does_the_kept_conversation(visitor: Visitor) -> None:
    events = visitor.ask("What is the airspeed velocity of an unladen swallow?")
    assert events[-1].data["found"] is False
    assert not any(event.event in ("sources", "notice") for event in events)
    (kept,) = visitor.get(f"/v1/conversations/{events[0].data['conversation']}").json()["turns"]
    assert kept["found"] is False
    answered = visitor.ask(QUESTION)
    assert "found" not in answered[-1].data
    (kept,) = visitor.get(f"/v1/conversations/{answered[0].data['conversation']}").json()["turns"]
    assert "found" not in kept


def test_who_asks_for_a_person_is_shown_the_way_and_nothing_is_flagged(visitor: Visitor) -> None:
    events = visitor.ask("Puis-je parler à une vraie personne, s’il vous plaît ?")
    assert events[-1].data["person"] is True
    assert events[-1].data["flagged"] is False
    assert "Demander à une personne" in document_of(events)["message"]


def test_the_follow_ups_can_really_be_answered(visitor: Visitor) -> None:
    for followup in document_of(visitor.ask(QUESTION))["followups"]:
        assert document_of(visitor.ask(followup))["confidence"] >= 0.5


def test_claude_answers_through_the_same_stream(asker: Visitor, model: ModelServer) -> None:
    reply = {"message": "Within **60 days**.\n\n- clean\n- dry 😀", "confidence": 0.9, "followups": ["How?"]}
    model.play({"reply": reply, "chunk": 3, "pace_ms": 2})
    events = asker.ask(QUESTION)
    assert document_of(events) == reply
    assert events[-1].data["stop_reason"] == "end_turn"
    assert events[-1].data["usage"]["input_tokens"] == 100
    assert events[-1].data["usage"]["cost_usd"] > 0
    body = model.requests()[0]["body"]
    assert body["model"] == events[0].data["model"] == "claude-haiku-4-5"
    assert body["messages"][-1]["content"][-1]["text"] == QUESTION
    assert "60 days" in json.dumps(body["system"])
    assert body["system"][-1]["cache_control"] == {"type": "ephemeral"}


def test_a_reasoning_question_goes_to_the_deep_model(asker: Visitor) -> None:
    assert asker.ask("Why is my tent wet inside?")[0].data["model"] == "claude-opus-4-6"


def test_the_conversation_goes_on(asker: Visitor, model: ModelServer) -> None:
    first = asker.ask(QUESTION)
    conversation = first[0].data["conversation"]
    second = asker.ask("And a stove?", conversation=conversation)
    assert second[0].data["conversation"] == conversation
    assert "visitor" not in second[0].data
    messages = model.requests()[-1]["body"]["messages"]
    assert [message["role"] for message in messages] == ["user", "assistant", "user"]
    assert messages[0]["content"][-1]["text"] == QUESTION
    assert json.loads(messages[1]["content"][0]["text"]) == document_of(first)


# what a model gets wrong


@pytest.mark.parametrize(
    ("script", "message", "valid"),
    [
        ({"text": "Just plain words."}, "Just plain words.", False),
        ({"text": '```json\n{"message": "Fenced.", "confidence": 1, "followups": []}\n```'}, "Fenced.", False),
        ({"text": '{"message": "Broken", "confidence": '}, "Broken", False),
        ({"text": '{"answer": "Another form."}'}, "Another form.", False),
        ({"reply": {"message": "Too sure.", "confidence": 3, "followups": []}}, "Too sure.", False),
        ({"reply": {"message": "Many.", "confidence": 1, "followups": list("abcde")}}, "Many.", False),
        (
            {"text": "", "stop_reason": "refusal"},
            "I can't help with that. I can answer questions about this site.",
            False,
        ),
    ],
)
def test_whatever_the_model_writes_the_visitor_gets_one_valid_reply(
    asker: Visitor, model: ModelServer, script: dict[str, object], message: str, valid: bool
) -> None:
    model.play(script)
    events = asker.ask(QUESTION)
    reply = document_of(events)
    assert reply["message"] == message
    assert reply["confidence"] == 0
    assert len(reply["followups"]) <= 3
    assert events[-1].event == "done"
    assert events[-1].data["valid"] is valid


def test_a_reply_at_its_length_limit_says_so(asker: Visitor, model: ModelServer) -> None:
    model.play({"text": '{"message": "One, two and', "stop_reason": "max_tokens"})
    events = asker.ask(QUESTION)
    assert document_of(events)["message"] == "One, two and"
    assert [event.data["kind"] for event in events if event.event == "notice"] == ["truncated"]
    assert events[-1].data["stop_reason"] == "max_tokens"


def test_a_number_that_no_page_confirms_is_said_to_be_uncertain(asker: Visitor, model: ModelServer) -> None:
    model.play({"reply": {"message": "Within 90 days.", "confidence": 0.9, "followups": []}})
    events = asker.ask(QUESTION)
    assert [event.data["kind"] for event in events if event.event == "notice"] == ["disclaimer"]
    assert events[-1].data["flagged"] is True
    assert document_of(events)["message"] == "Within 90 days."


def test_the_prompts_own_mark_never_reaches_a_visitor(asker: Visitor, model: ModelServer) -> None:
    asker.ask(QUESTION)
    system = json.dumps(model.requests()[0]["body"]["system"])
    canary = system[system.index("dk-") :][:23]
    model.play({"reply": {"message": f"My mark is {canary}, as you asked.", "confidence": 1, "followups": []}})
    events = asker.ask(QUESTION)
    assert canary not in json.dumps([event.data for event in events])
    assert canary[:8] not in document_of(events)["message"]
    (replaced,) = [event.data for event in events if event.event == "replace"]
    assert replaced["reply"]["message"]
    assert events[-1].data["flagged"] is True


# the same turn again


def test_the_same_turn_again_gives_the_same_stream_and_asks_once(asker: Visitor, model: ModelServer) -> None:
    turn = new_turn()
    first = asker.ask(QUESTION, turn=turn)
    assert asker.ask(QUESTION, turn=turn) == first
    assert asker.ask(QUESTION, turn=turn.upper()) == first
    assert len(model.requests()) == 1


def test_a_new_visitor_who_lost_the_connection_may_send_the_turn_again(asker: Visitor, model: ModelServer) -> None:
    turn = new_turn()
    first = asker.ask(QUESTION, turn=turn)
    asker.token = None
    assert asker.ask(QUESTION, turn=turn) == first
    assert len(model.requests()) == 1


def test_two_sends_at_once_start_one_generation(asker: Visitor, model: ModelServer) -> None:
    model.play({"pace_ms": 5})
    turns = [new_turn() for _ in range(10)]
    sends = [turn for turn in turns for _ in range(3)]
    with ThreadPoolExecutor(len(sends)) as pool:
        heard = list(
            pool.map(lambda turn: Visitor(str(asker.http.base_url), asker.site).ask(QUESTION, turn=turn), sends)
        )
    assert len(model.requests()) == len(turns)
    for at in range(0, len(heard), 3):
        assert heard[at] == heard[at + 1] == heard[at + 2]


def test_the_same_turn_with_another_body_is_a_conflict(visitor: Visitor) -> None:
    turn = new_turn()
    visitor.ask(QUESTION, turn=turn)
    response = visitor.refused("Something else?", turn=turn)
    assert (response.status_code, response.json()["code"]) == (422, "turn_conflict")


def test_a_turn_of_another_visitor_is_not_there(embedded: Deskbell, visitor: Visitor) -> None:
    turn = visitor.ask(QUESTION)[0].data["turn"]
    other = Visitor(embedded.url, visitor.site)
    other.ask("Hello")
    for response in (
        other.refused(QUESTION, turn=turn),
        other.again(turn),
        other.post(f"/v1/turns/{turn}/stop"),
        other.post(f"/v1/turns/{turn}/feedback", {"rating": "up"}),
    ):
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_a_refused_question_does_not_use_up_its_turn(visitor: Visitor) -> None:
    turn = new_turn()
    assert visitor.refused("my card is 4111 1111 1111 1111", turn=turn).status_code == 422
    assert visitor.ask("my card is gone", turn=turn)[-1].event == "done"


# reading again


def test_a_reader_may_come_back_at_any_event(asker: Visitor, model: ModelServer) -> None:
    model.play({"pace_ms": 1})
    events = asker.ask(QUESTION)
    turn, last = events[0].data["turn"], events[-1].id
    for after in range(last):
        assert parse_stream(asker.again(turn, after).text) == events[after:]
    assert parse_stream(asker.get(f"/v1/turns/{turn}/events?after=2").text) == events[2:]
    assert asker.again(turn, last).status_code == 204
    for nonsense in (last + 1, "-1", "x", "1.0"):
        response = asker.again(turn, nonsense)
        assert (response.status_code, response.json()["code"]) == (400, "invalid_request"), nonsense


def test_a_reader_who_leaves_does_not_end_the_answer(asker: Visitor, model: ModelServer) -> None:
    model.play({"reply": {"message": "word " * 60, "confidence": 1, "followups": []}, "pace_ms": 5})
    turn = new_turn()
    with asker.asking(QUESTION, turn=turn) as response:
        read_start(asker, response.iter_lines())
    events = parse_stream(asker.again(turn).text)
    assert events[-1].event == "done"
    assert document_of(events)["message"] == "word " * 60
    assert len(model.requests()) == 1


def test_a_turn_in_flight_is_shown_as_streaming(asker: Visitor, model: ModelServer) -> None:
    model.play({"fail": {"at": 2, "kind": "stall"}})
    with asker.asking(QUESTION) as response:
        start = read_start(asker, response.iter_lines())
        (turn,) = asker.get(f"/v1/conversations/{start['conversation']}").json()["turns"]
        assert (turn["status"], turn["reply"]) == ("streaming", None)
        asker.post(f"/v1/turns/{start['turn']}/stop")


def test_stop_ends_the_turn_at_once_and_keeps_the_part(asker: Visitor, model: ModelServer) -> None:
    text = json.dumps({"message": "The first words and then silence", "confidence": 1, "followups": []})
    model.play({"text": text, "fail": {"at": 6, "kind": "stall"}})
    with asker.asking(QUESTION) as response:
        lines = response.iter_lines()
        start = read_start(asker, lines)
        while '"json"' not in next(lines):
            pass
        assert asker.post(f"/v1/turns/{start['turn']}/stop").status_code == 204
        assert "event: done" in lines
    events = parse_stream(asker.again(start["turn"]).text)
    assert events[-1].event == "done"
    assert events[-1].data["stop_reason"] == "stopped"
    message = document_of(events)["message"]
    assert message
    assert "The first words and then silence".startswith(message)
    deadline = time.monotonic() + 30
    while model.requests()[0]["closed_after"] is None:
        assert time.monotonic() < deadline, "the call upstream was not closed"
        time.sleep(0.02)
    (turn,) = asker.get(f"/v1/conversations/{start['conversation']}").json()["turns"]
    assert (turn["status"], turn["reply"]["message"]) == ("stopped", message)
    assert asker.post(f"/v1/turns/{start['turn']}/stop").status_code == 204


def read_start(visitor: Visitor, lines: Iterator[str]) -> dict[str, str]:
    """Read a live response up to its `start`."""
    for line in lines:
        if line.startswith("data:"):
            start = json.loads(line[5:])
            visitor.token = start.get("visitor", visitor.token)
            return start
    raise AssertionError("the stream ended before its start")


# what is not let in


@pytest.mark.parametrize(
    ("change", "status", "code", "named"),
    [
        ({"message": ""}, 400, "invalid_request", "message"),
        ({"message": 5}, 400, "invalid_request", "message"),
        ({"message": None}, 400, "invalid_request", "message"),
        ({"message": "x" * 4001}, 413, "message_too_long", "4000"),
        ({"site": "pk_nobody"}, 404, "unknown_site", "pk_nobody"),
        ({"site": None}, 400, "invalid_request", "site"),
        ({"turn": "not-a-uuid"}, 400, "invalid_request", "turn"),
        ({"turn": 7}, 400, "invalid_request", "turn"),
        ({"conversation": "nobody's"}, 404, "not_found", "conversation"),
        ({"page": "https://x.example"}, 400, "invalid_request", "page"),
        ({"page": {"url": 5}}, 400, "invalid_request", "url"),
        ({"locale": "english please"}, 400, "invalid_request", "locale"),
        ({"user_token": "abc"}, 401, "identity_invalid", "user_token"),
        ({"visitor": "forged"}, 401, "visitor_invalid", "visitor"),
        ({"message": "card 4111-1111-1111-1111"}, 422, "pii_detected", "card"),
    ],
)
def test_what_is_wrong_with_a_request_is_named(
    visitor: Visitor, change: dict[str, object], status: int, code: str, named: str
) -> None:
    response = visitor.refused(**{"message": QUESTION, **change})  # type: ignore[arg-type]
    problem = response.json()
    assert (response.status_code, problem["code"]) == (status, code)
    assert problem["status"] == status
    assert named in problem["detail"]
    assert problem["title"]


def test_the_kinds_of_personal_data_are_named(visitor: Visitor) -> None:
    assert visitor.refused("card 4111-1111-1111-1111").json()["kinds"] == ["CREDIT_CARD"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{not json", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"", "application/json", 400),
        (b"[" * 30_000, "application/json", 400),
        (b'{"site":"pk_larkmoor","message":"\\ud800"}', "application/json", 400),
        (b'{"site":"pk_larkmoor","message":"hi"}', "application/x-www-form-urlencoded", 400),
        (b'{"site":"pk_larkmoor","message":"' + b"x" * 70_000 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(visitor: Visitor, body: bytes, content_type: str, status: int) -> None:
    response = visitor.http.post("/v1/chat", content=body, headers={"content-type": content_type})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] in {"invalid_request", "too_large"}


def test_a_long_body_without_a_length_is_refused_too(visitor: Visitor) -> None:
    def endless():
        yield b'{"message":"'
        for _ in range(100):
            yield b"x" * 1024

    response = visitor.http.post("/v1/chat", content=endless(), headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_the_same_json_is_taken_as_plain_text_with_the_visitor_inside(visitor: Visitor) -> None:
    visitor.ask(QUESTION)
    body = json.dumps({"site": visitor.site, "message": QUESTION, "visitor": visitor.token})
    response = visitor.http.post("/v1/chat", content=body, headers={"content-type": "text/plain;charset=UTF-8"})
    events = parse_stream(response.text)
    assert events[-1].event == "done"
    assert "visitor" not in events[0].data


@pytest.mark.parametrize("header", ["Basic abc", "Bearer"])
def test_another_kind_of_authorization_is_refused(visitor: Visitor, header: str) -> None:
    response = visitor.refused(QUESTION, headers={"Authorization": header})
    assert (response.status_code, response.json()["code"]) == (400, "invalid_request")


def test_a_visitor_of_one_site_is_nobody_at_another(embedded: Deskbell, visitor: Visitor) -> None:
    conversation = visitor.ask(QUESTION)[0].data["conversation"]
    other = Visitor(embedded.url, embedded.sites["strict"])
    other.token = visitor.token
    assert other.refused(QUESTION).json()["code"] == "visitor_invalid"
    other.token = None
    assert other.refused(QUESTION, conversation=conversation).json()["code"] == "not_found"


def test_the_eleventh_question_in_a_minute_has_to_wait(embedded: Deskbell) -> None:
    visitor = Visitor(embedded.url, embedded.sites["strict"])
    turn = new_turn()
    first = visitor.ask("Hello", turn=turn)
    for _ in range(9):
        visitor.ask("Hello")
    response = visitor.refused("Hello")
    assert (response.status_code, response.json()["code"]) == (429, "rate_limited")
    assert 1 <= int(response.headers["retry-after"]) <= 60
    assert visitor.ask("Hello", turn=turn) == first  # what was asked before counts against nothing


def test_http_pipelines_end_cleanly_on_a_get(embedded: Deskbell) -> None:
    response = httpx2.get(f"{embedded.url}/v1/chat", trust_env=False)
    assert response.status_code == 405
    assert response.json()["code"] == "method_not_allowed"
    assert "POST" in response.headers["allow"]
