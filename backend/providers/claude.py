"""Claude, by its SDK: one client for each worker, one call for each reply, read by the cheap path.

1. The client is made in the worker, after gevent has patched the sockets, and keeps its connections warm.
2. Retries are never the SDK's: it sleeps as long as a header tells it to and repeats what must not be repeated.
3. The reply is read as bytes and split here; the SDK's own stream builds objects for each delta, at several times the
   cost. Bedrock wraps its events in frames of its own: there the SDK's decoded stream is used.
4. `Ended` is yielded only after `message_stop` with a stop reason: an iterator that ends without it was cut off.
5. Pings are not progress: what counts against the time limits is text.
"""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import anthropic
import httpx2

from backend.domain.errors import (
    ConnectionLost,
    Failure,
    ModelFailed,
    ModelOverloaded,
    ModelRateLimited,
    ModelRefusedUs,
    ModelTimeout,
    SettingsError,
)
from backend.domain.reply import Usage
from backend.domain.turn import Ended, Message, Model, Piece, Prompt, Stop, Text
from backend.providers.models import cost_usd
from backend.providers.sse import BadFrame, EventReader
from backend.providers.transport import Pace, StreamTransport

PACE_S = 0.04
HEAD_CHARACTERS = 24  # the document's head and the first word: until then every read is passed on at once
CONNECT_S, FIRST_TEXT_S, IDLE_S, TOTAL_S = 5.0, 30.0, 15.0, 120.0
EPHEMERAL = {"type": "ephemeral"}

FAILURES_BY_STATUS: Mapping[int, type[Failure]] = {
    401: ModelRefusedUs,
    402: ModelRefusedUs,
    403: ModelRefusedUs,
    404: ModelRefusedUs,
    408: ModelTimeout,
    429: ModelRateLimited,
    503: ModelOverloaded,
    504: ModelTimeout,
    529: ModelOverloaded,
}
FAILURES_BY_TYPE: Mapping[str, type[Failure]] = {
    "overloaded_error": ModelOverloaded,
    "rate_limit_error": ModelRateLimited,
    "timeout_error": ModelTimeout,
    "authentication_error": ModelRefusedUs,
    "permission_error": ModelRefusedUs,
    "billing_error": ModelRefusedUs,
}


def connect(provider: str, *, api_key: str | None, base_url: str | None) -> Any:
    """Return the SDK's client for `anthropic`, `bedrock` or `vertex`; raise SettingsError where one cannot be had.

    Bedrock and Vertex take credentials and region from where their own tools look for them.
    """
    shared: dict[str, Any] = {
        "http_client": http_client(),
        "max_retries": 0,
        "timeout": httpx2.Timeout(IDLE_S, connect=CONNECT_S, read=FIRST_TEXT_S),
        "open_telemetry": False,
    }
    try:
        if provider == "bedrock":
            return anthropic.AnthropicBedrock(**shared)
        if provider == "vertex":
            return anthropic.AnthropicVertex(**shared)
        return anthropic.Anthropic(api_key=api_key, base_url=base_url, **shared)
    except (ValueError, ImportError, anthropic.AnthropicError) as problem:
        raise SettingsError(f"MODEL_PROVIDER={provider} cannot be used: {problem}") from problem


def http_client() -> httpx2.Client:
    """Return the HTTP client: our transport, or the stock one where the environment names a proxy."""
    if urllib.request.getproxies():
        limits = httpx2.Limits(max_connections=1000, max_keepalive_connections=200, keepalive_expiry=90)
        return anthropic.DefaultHttpxClient(limits=limits)
    return anthropic.DefaultHttpxClient(transport=StreamTransport())


class ClaudeAnswerer:
    """Answers prompts with the model that each names; implements the port `Answerer`."""

    def __init__(self, client: Any, provider: str = "anthropic", *, pace_s: float = PACE_S) -> None:
        self._client = client
        self._provider = provider
        self._pace_s = pace_s

    def answer(self, prompt: Prompt, stop: Stop) -> Iterator[Piece]:
        """Yield text as it is written and, last, `Ended`; raise a Failure. See the port for the rules."""
        try:
            with self._call(prompt) as (response, chunks):
                stop.on_stop(_closer_of(response))
                yield from self._listen(prompt.model, chunks, _pace_of(response))
        except (anthropic.AnthropicError, httpx2.HTTPError, httpx2.StreamError, BadFrame) as problem:
            if not stop.is_asked:
                raise failure_of(problem) from problem

    @contextmanager
    def _call(self, prompt: Prompt) -> Iterator[tuple[httpx2.Response, Iterator[list[dict[str, Any]]]]]:
        """Send the prompt; give the response and its events, in lists of what came at once."""
        request = request_of(prompt, self._provider)
        if self._provider == "bedrock":
            with self._client.messages.create(**request, stream=True) as stream:
                yield stream.response, ([event.to_dict()] for event in stream)
        else:
            with self._client.messages.with_streaming_response.create(**request, stream=True) as response:
                reader = EventReader()
                yield response.http_response, (list(reader.feed(chunk)) for chunk in response.iter_bytes())

    def _listen(self, model: Model, chunks: Iterator[list[dict[str, Any]]], pace: Pace) -> Iterator[Piece]:
        state, heard = _Listening(model), 0
        for events in chunks:
            texts = [text for event in events if (text := state.hear(event))]
            if texts:
                text = "".join(texts)
                heard += len(text)
                yield Text(text)
                if heard > HEAD_CHARACTERS:
                    pace.seconds = self._pace_s  # the first words go out at once, the rest in gulps
            state.check_time()
            if state.ended:
                yield state.ended
                return


class _Listening:
    """What has been heard of one reply so far."""

    def __init__(self, model: Model) -> None:
        self.ended: Ended | None = None
        self._model = model
        self._began = self._last_text = time.monotonic()
        self._has_text = False
        self._stop_reason = ""
        self._usage: dict[str, int] = {}
        self._request_id = ""

    def hear(self, event: dict[str, Any]) -> str:
        """Return the text that this event brings, most often none; raise a Failure that the event announces."""
        match event.get("type"):
            case "content_block_delta":
                delta = event.get("delta", {})
                if delta.get("type") == "text_delta":
                    self._has_text, self._last_text = True, time.monotonic()
                    return str(delta.get("text", ""))
            case "message_start":
                message = event.get("message", {})
                self._request_id = message.get("id", "")
                self._count(message.get("usage", {}))
            case "message_delta":
                self._stop_reason = event.get("delta", {}).get("stop_reason") or self._stop_reason
                self._count(event.get("usage", {}))
            case "message_stop" if self._stop_reason:
                self.ended = Ended(self._stop_reason, self._spent(), self._request_id)
            case "error":
                error = event.get("error", {})
                raise FAILURES_BY_TYPE.get(error.get("type", ""), ModelFailed)(error.get("message"))
        return ""

    def check_time(self) -> None:
        """Raise ModelTimeout where no text has come for too long, however many pings did."""
        now = time.monotonic()
        patience_s = IDLE_S if self._has_text else FIRST_TEXT_S
        if now - self._last_text > patience_s or now - self._began > TOTAL_S:
            raise ModelTimeout

    def _count(self, usage: Mapping[str, Any]) -> None:
        """Keep the newest of each count: those of a message_delta are cumulative."""
        self._usage.update({name: count for name, count in usage.items() if isinstance(count, int)})

    def _spent(self) -> Usage:
        usage = Usage(
            input_tokens=self._usage.get("input_tokens", 0),
            output_tokens=self._usage.get("output_tokens", 0),
            cache_read_tokens=self._usage.get("cache_read_input_tokens", 0),
            cache_write_tokens=self._usage.get("cache_creation_input_tokens", 0),
        )
        return Usage(
            usage.input_tokens,
            usage.output_tokens,
            usage.cache_read_tokens,
            usage.cache_write_tokens,
            round(cost_usd(self._model, usage), 8),
        )


def request_of(prompt: Prompt, provider: str) -> dict[str, Any]:
    """Return the arguments of the Messages call for this prompt."""
    request: dict[str, Any] = {
        "model": prompt.model.ids.get(provider, prompt.model.id),
        "max_tokens": prompt.max_tokens,
        "system": blocks_of(Message("system", prompt.system)),
        "messages": [{"role": message.role, "content": blocks_of(message)} for message in prompt.messages],
    }
    if prompt.schema is not None:
        request["output_config"] = {"format": {"type": "json_schema", "schema": dict(prompt.schema)}}
    return request


def blocks_of(message: Message) -> list[dict[str, Any]]:
    return [
        {"type": "text", "text": block.text, **({"cache_control": EPHEMERAL} if block.is_last_stable else {})}
        for block in message.blocks
    ]


def failure_of(problem: Exception) -> Failure:
    """Return what a visitor is told of a problem between us and the provider."""
    if isinstance(problem, anthropic.APIStatusError):
        kind = FAILURES_BY_STATUS.get(problem.status_code, ModelFailed)
        after = problem.response.headers.get("retry-after", "")
        return kind(str(problem), retry_after_s=int(after) if after.isdigit() else None)
    if isinstance(problem, (anthropic.APITimeoutError, httpx2.TimeoutException)):
        return ModelTimeout(str(problem))
    if isinstance(problem, (anthropic.APIConnectionError, httpx2.TransportError)):
        return ConnectionLost(str(problem))
    return ModelFailed(str(problem))


def _pace_of(response: httpx2.Response) -> Pace:
    pace = response.extensions.get("pace")
    return pace if isinstance(pace, Pace) else Pace()  # the stock transport has none, and reads as it can


def _closer_of(response: httpx2.Response) -> Any:
    return response.extensions.get("abort", response.close)
