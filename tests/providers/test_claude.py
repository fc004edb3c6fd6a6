"""Claude behind its SDK, against a scripted server on a socket: whole replies, cuts, errors, stops."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from backend.domain.errors import (
    ConnectionLost,
    Failure,
    ModelFailed,
    ModelOverloaded,
    ModelRateLimited,
    ModelRefusedUs,
    ModelTimeout,
    ModelTookNoRequest,
    ModelUnknown,
    SettingsError,
    SpendLimitReached,
)
from backend.domain.site import Site, SiteSettings
from backend.domain.turn import Block, Ended, Message, Model, Piece, Prompt, Stop, Stopped, Text
from backend.providers import claude
from backend.providers.call_rules import TimeLimits
from backend.providers.claude import ClaudeAnswerer, connect, request_of, seconds_of
from backend.providers.models import read_table
from backend.turn.answering.generation import listen
from backend.turn.answering.parsing.check import schema
from tests.model_server import frame
from tests.servers import ModelServer, model_server

SITE = Site(1, "pk_test", 1, SiteSettings(name="Larkmoor", origins=()))
MODEL = read_table()["claude-haiku-4-5"]


def prompt(model: Model = MODEL) -> Prompt:
    return Prompt(
        model=model,
        system=(Block("persona"), Block("pages", is_last_stable=True)),
        messages=(Message("user", (Block("Hello?"),)),),
        max_tokens=1024,
        schema=schema() if model.has_structured_output else None,
    )


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def answerer(server: ModelServer) -> Iterator[ClaudeAnswerer]:
    client = connect("anthropic", api_key="sk-test", base_url=server.url)
    server.forget()
    yield ClaudeAnswerer(client, pace_s=0.001)
    client.close()


def hear(answerer: ClaudeAnswerer, stop: Stop | None = None) -> list[Piece]:
    return list(listen(partial(answerer.answer, prompt()), stop or Stop()))


def text_of(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces if isinstance(piece, Text))


def test_a_reply_comes_whole_with_its_cost(server: ModelServer, answerer: ClaudeAnswerer) -> None:
    server.play(
        {"text": "Grüße 😀 " * 50, "chunk": 3, "usage": {"input_tokens": 1000, "cache_read_input_tokens": 2000}}
    )
    pieces = hear(answerer)
    assert text_of(pieces) == "Grüße 😀 " * 50
    ended = pieces[-1]
    assert isinstance(ended, Ended)
    assert ended.stop_reason == "end_turn"
    assert ended.usage.input_tokens == 1000
    assert ended.usage.cost_usd == pytest.approx((1000 * 1 + ended.usage.output_tokens * 5 + 2000 * 0.1) / 1e6)


@pytest.mark.parametrize("stop_reason", ["end_turn", "max_tokens", "refusal", "model_context_window_exceeded"])
def test_stop_reasons_are_told_apart(server: ModelServer, answerer: ClaudeAnswerer, stop_reason: str) -> None:
    server.play({"text": "Part of", "stop_reason": stop_reason})
    ended = hear(answerer)[-1]
    assert isinstance(ended, Ended)
    assert ended.stop_reason == stop_reason


def test_the_schema_is_sent_where_the_model_enforces_it(server: ModelServer, answerer: ClaudeAnswerer) -> None:
    server.play({})
    hear(answerer)
    body = server.requests()[0]["body"]
    assert body["output_config"]["format"] == {"type": "json_schema", "schema": dict(schema())}
    assert body["system"][1]["cache_control"] == {"type": "ephemeral"}
    assert "cache_control" not in body["system"][0]
    assert "output_config" not in request_of(prompt(Model("plain")), "anthropic")


def test_connections_are_kept_and_used_again(server: ModelServer, answerer: ClaudeAnswerer) -> None:
    server.play({"text": "x" * 400})
    transport = answerer._client._client._transport
    for _ in range(3):
        hear(answerer)
    assert sum(len(idle) for idle in transport._idle.values()) == 1


@pytest.mark.parametrize("at", [0, 1, 7, -1])
@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        ("reset", ConnectionLost),
        ("cut", ConnectionLost),
        ("clean_cut", ConnectionLost),
        ("error_event", ModelOverloaded),
        ("bad_event", ModelFailed),
        ("bad_utf8", ModelFailed),
        ("bad_shape", ModelFailed),
    ],
)
def test_a_broken_reply_is_never_taken_for_complete(
    server: ModelServer, answerer: ClaudeAnswerer, kind: str, failure: type[Failure], at: int
) -> None:
    text = "0123456789" * 4
    server.play({"text": text, "chunk": 4, "fail": {"at": at, "kind": kind}})
    heard: list[Piece] = []
    with pytest.raises(failure):
        heard.extend(listen(partial(answerer.answer, prompt()), Stop()))
    assert not any(isinstance(piece, Ended) for piece in heard)
    assert text.startswith(text_of(heard))


@pytest.mark.parametrize(
    ("at", "limits"),
    [
        (0, TimeLimits(connect_s=2, first_text_s=0.3, idle_s=30, total_s=60)),
        (1, TimeLimits(connect_s=2, first_text_s=30, idle_s=0.3, total_s=60)),
        (1, TimeLimits(connect_s=2, first_text_s=30, idle_s=30, total_s=0.3)),
    ],
    ids=["before the first text", "between two", "in all"],
)
@pytest.mark.parametrize("kind", ["stall", "pings"])
def test_silence_ends_in_a_time_out_however_many_pings_come(
    server: ModelServer, kind: str, at: int, limits: TimeLimits
) -> None:
    client = connect("anthropic", api_key="sk-test", base_url=server.url, limits=limits)
    server.play({"text": "0123456789" * 4, "pace_ms": 20, "fail": {"at": at, "kind": kind}})
    began = time.monotonic()
    with pytest.raises(ModelTimeout):
        hear(ClaudeAnswerer(client, pace_s=0.001, limits=limits))
    assert time.monotonic() - began < 2.0
    client.close()


def test_a_reply_that_never_ends_is_ended_by_us(server: ModelServer) -> None:
    limits = TimeLimits(connect_s=2, first_text_s=5, idle_s=5, total_s=0.3)
    client = connect("anthropic", api_key="sk-test", base_url=server.url, limits=limits)
    server.play({"text": "0123456789" * 40, "pace_ms": 20})
    began = time.monotonic()
    with pytest.raises(ModelTimeout):
        hear(ClaudeAnswerer(client, pace_s=0.001, limits=limits))
    assert 0.25 < time.monotonic() - began < 2.0
    client.close()


def test_an_attempt_that_fails_tells_what_it_has_cost(server: ModelServer, answerer: ClaudeAnswerer) -> None:
    server.play({"usage": {"input_tokens": 4000}, "fail": {"at": 2, "kind": "clean_cut"}})
    with pytest.raises(ConnectionLost) as met:
        hear(answerer)
    assert met.value.usage.input_tokens == 4000
    assert met.value.usage.cost_usd >= 0.004


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, ModelTookNoRequest),
        (401, ModelRefusedUs),
        (402, SpendLimitReached),
        (403, ModelRefusedUs),
        (404, ModelUnknown),
        (413, ModelTookNoRequest),
        (429, ModelRateLimited),
        (500, ModelFailed),
        (503, ModelOverloaded),
        (529, ModelOverloaded),
    ],
)
def test_an_error_of_the_provider_has_its_own_name_and_is_asked_once(
    server: ModelServer, answerer: ClaudeAnswerer, status: int, failure: type[Failure]
) -> None:
    server.play({"status": status, "headers": {"retry-after": "7"}})
    with pytest.raises(failure) as met:
        hear(answerer)
    assert met.value.retry_after_s == 7
    assert len(server.requests()) == 1


SPEND_CODES = (
    "enforced_spend_limit_reached",
    "contract_spend_limit_reached",
    "linked_organization_spend_limit_reached",
    "linked_organization_billing_unavailable",
    "organization_on_hold",
)


@pytest.mark.parametrize("status", [200, 400, 402, 429])
@pytest.mark.parametrize("code", SPEND_CODES)
def test_money_that_is_spent_is_told_from_a_moment_of_haste(
    server: ModelServer, answerer: ClaudeAnswerer, status: int, code: str
) -> None:
    error = {"type": "rate_limit_error", "message": "no", "details": {"error_code": code}}
    in_the_stream = {"fail": {"at": 1, "kind": "error_event", "error": error}}
    server.play(in_the_stream if status == 200 else {"status": status, "error": error})
    with pytest.raises(SpendLimitReached):
        hear(answerer)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("0.2", 1), ("-3", 0), ("", None), ("soon", None), ("nan", None), ("inf", None), ("1e400", None)],
)
def test_what_a_retry_after_says_is_read_or_left(header: str, seconds: int | None) -> None:
    assert seconds_of(header) == seconds


def test_a_retry_after_may_be_a_date() -> None:
    in_a_minute = seconds_of(formatdate(time.time() + 60, usegmt=True))
    assert in_a_minute is not None
    assert 58 <= in_a_minute <= 60
    assert seconds_of("Mon, 01 Jan 2001 00:00:00 GMT") == 0


def test_a_server_that_is_not_there_is_a_lost_connection() -> None:
    client = connect("anthropic", api_key="sk-test", base_url="http://127.0.0.1:9")
    with pytest.raises(ConnectionLost):
        hear(ClaudeAnswerer(client))


def test_stop_closes_the_call_at_once_though_the_model_is_silent(server: ModelServer, answerer: ClaudeAnswerer) -> None:
    server.play({"text": "0123456789", "chunk": 5, "fail": {"at": 1, "kind": "stall"}})
    stop, heard = Stop(), []
    reader = threading.Thread(target=lambda: heard.extend(listen(partial(answerer.answer, prompt()), stop)))
    reader.start()
    wait_for(lambda: heard)
    stop.ask()
    reader.join(5)
    assert not reader.is_alive()
    assert text_of(heard) == "01234"
    assert isinstance(heard[-1], Stopped)
    spent = heard[-1].usage
    assert (spent.input_tokens, spent.output_tokens, spent.is_estimated) == (100, 2, True)
    assert spent.cost_usd > 0
    wait_for(lambda: server.requests()[0]["closed_after"] is not None)


def test_stop_closes_a_call_that_nobody_has_begun_to_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = connect("anthropic", api_key="sk-test", base_url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        stop, heard = Stop(), []
        answerer = ClaudeAnswerer(client)
        reader = threading.Thread(target=lambda: heard.extend(listen(partial(answerer.answer, prompt()), stop)))
        reader.start()
        connection, _ = silent.accept()
        assert connection.recv(100).startswith(b"POST /v1/messages")
        stop.ask()
        reader.join(5)
        assert not reader.is_alive()
        assert text_of(heard) == ""
        connection.close()
        client.close()


def test_a_stop_that_comes_too_late_leaves_the_next_caller_alone(server: ModelServer, answerer: ClaudeAnswerer) -> None:
    server.play({"text": "x" * 40})
    stop = Stop()
    hear(answerer, stop)
    pieces = listen(partial(answerer.answer, prompt()), Stop())
    first = next(pieces)
    stop.ask()
    assert text_of([first, *pieces]) == "x" * 40


def test_vertex_and_bedrock_have_their_own_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    assert type(connect("bedrock", api_key=None, base_url=None)).__name__ == "AnthropicBedrock"
    monkeypatch.delenv("CLOUD_ML_REGION", raising=False)
    with pytest.raises(SettingsError, match="MODEL_PROVIDER=vertex"):
        connect("vertex", api_key=None, base_url=None)
    monkeypatch.setenv("CLOUD_ML_REGION", "europe-west1")
    assert type(connect("vertex", api_key=None, base_url=None)).__name__ == "AnthropicVertex"


def test_no_key_stands_in_the_code() -> None:
    for file in Path(claude.__file__).parent.glob("*.py"):
        assert "sk-ant" not in file.read_text()


def wait_for(condition, within_s: float = 5.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


EVENTS = (
    {"type": "message_start", "message": {"id": "msg_1", "usage": {"input_tokens": 3}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "You "}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "can."}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}},
)
STOP = {"type": "message_stop"}


def gateway(*pieces: bytes) -> ThreadingHTTPServer:
    """Return a server that answers every request with these pieces, each in a chunk of its own."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            for piece in pieces:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *_: object) -> None: ...

    return ThreadingHTTPServer(("127.0.0.1", 0), Answer)


def heard_through(*pieces: bytes) -> list[Piece]:
    with gateway(*pieces) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client = connect("anthropic", api_key="sk-test", base_url=f"http://127.0.0.1:{server.server_port}")
        try:
            return hear(ClaudeAnswerer(client, pace_s=0.001))
        finally:
            client.close()
            server.shutdown()


def written(*events: dict[str, object]) -> bytes:
    return b"".join(frame(event) for event in events)


@pytest.mark.parametrize(
    "pieces",
    [
        (written(*EVENTS, STOP), b"data: [DONE]\n\n"),
        (written(*EVENTS, STOP) + b"data: [DONE]\n\n",),
        (written(*EVENTS, STOP) + b"data:[DONE]\n\ndata: junk\n\n",),
        (written(*EVENTS, STOP) + b"event: x\ndata: {not json\n\n",),
        (written(*EVENTS) + b"data: [DONE]\n\n",),
    ],
)
def test_a_gateway_may_write_its_own_end_behind_a_reply(pieces: tuple[bytes, ...]) -> None:
    heard = heard_through(*pieces)
    assert text_of(heard) == "You can."
    assert isinstance(heard[-1], Ended)
    assert heard[-1].stop_reason == "end_turn"


@pytest.mark.parametrize("end", [b"", b"data: [DONE]\n\n"])
def test_without_its_end_a_reply_is_a_cut(end: bytes) -> None:
    with pytest.raises(ConnectionLost):
        heard_through(written(*EVENTS[:3]) + end)
    with pytest.raises(ConnectionLost):
        heard_through(written(*EVENTS))  # a reason to stop, and neither message_stop nor [DONE]
