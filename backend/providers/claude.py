"""Claude, by its SDK: one client for each worker, one call for each reply, read by the cheap path.

1. The client is made in the worker, after gevent has patched the sockets, and keeps its connections warm.
2. Retries are never the SDK's: it sleeps as long as a header tells it to and repeats what must not be repeated.
3. The reply is read as bytes and split here; the SDK's own stream builds objects for each delta, at several times the
   cost. Bedrock wraps its events in frames of its own: there the SDK's decoded stream is used.
4. `Ended` is yielded only after `message_stop` with a stop reason: a response that ends without it was
   cut off.
5. Pings are not progress: what counts against the time limits is text. Each read waits until the next limit and no
   longer, so that silence is noticed when it is too long, and not at the next ping.
6. A Failure, and the last word of a call that was stopped, carry what the call cost: what the provider had said, and
   for the text that it had not counted yet an estimate.
7. A stop closes the call at once, also while the provider has not even begun to answer.
"""

from __future__ import annotations

import math
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

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
from backend.domain.reply import Usage
from backend.domain.turn import Ended, Message, Model, Piece, Prompt, Stop, Stopped, Text
from backend.providers.call_rules import TimeLimits, read_call_rules
from backend.providers.models import cost_usd
from backend.providers.pacing import CorePace, steady
from backend.providers.sdk import anthropic
from backend.providers.sse import BadFrame, EventReader
from backend.providers.transport import Pace, StreamTransport, when_connected

HEAD_CHARACTERS = 24  # the document's head and the first word: until then every read is passed on at once
BYTES_IN_A_TOKEN = 4  # of UTF-8: about right for English, and for most others too
EPHEMERAL = {"type": "ephemeral"}

FAILURES_BY_STATUS: Mapping[int, type[Failure]] = {
    400: ModelTookNoRequest,
    401: ModelRefusedUs,
    402: SpendLimitReached,
    403: ModelRefusedUs,
    404: ModelUnknown,
    408: ModelTimeout,
    413: ModelTookNoRequest,
    422: ModelTookNoRequest,
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
    "billing_error": SpendLimitReached,
    "invalid_request_error": ModelTookNoRequest,
    "not_found_error": ModelUnknown,
    "request_too_large": ModelTookNoRequest,
}
SPENT = ("spend_limit_reached", "billing_unavailable", "organization_on_hold")  # how such error codes end


def connect(provider: str, *, api_key: str | None, base_url: str | None, limits: TimeLimits | None = None) -> Any:
    """Return the SDK's client for `anthropic`, `bedrock` or `vertex`; raise SettingsError where one cannot be had.

    Bedrock and Vertex take credentials and region from where their own tools look for them.
    """
    limits = limits or read_call_rules().time
    # The stock transport cannot be told a new limit for each read: there, the longest pause that is allowed counts.
    read_s = limits.idle_s if urllib.request.getproxies() else limits.first_text_s
    shared: dict[str, Any] = {
        "http_client": http_client(),
        "max_retries": 0,
        "timeout": httpx2.Timeout(limits.idle_s, connect=limits.connect_s, read=read_s),
        "open_telemetry": False,
    }
    try:
        if provider == "bedrock":
            from anthropic.lib.bedrock import AnthropicBedrock

            return AnthropicBedrock(**shared)
        if provider == "vertex":
            from anthropic.lib.vertex import AnthropicVertex

            return AnthropicVertex(**shared)
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

    def __init__(
        self,
        client: Any,
        provider: str = "anthropic",
        *,
        pace_s: float | None = None,
        rest: Callable[[float], None] = time.sleep,
        limits: TimeLimits | None = None,
    ) -> None:
        """Rest `pace_s` between reads, or where it is None as long as the core's use says; `rest` does the resting."""
        self._client = client
        self._provider = provider
        self._pace: Callable[[], float] = CorePace() if pace_s is None else steady(pace_s)
        self._rest = rest
        self._limits = limits or read_call_rules().time

    def answer(self, prompt: Prompt, stop: Stop) -> Iterator[Piece]:
        """Yield text as it is written and, last, `Ended`; raise a Failure. See the port for the rules."""
        state = _Listening(prompt.model, self._limits)
        try:
            with self._call(prompt, stop) as (response, chunks):
                stop.on_stop(_closer_of(response))
                yield from self._listen(state, chunks, _pace_of(response))
            if not state.ended:
                raise ConnectionLost("the stream ended before the reply did")
        except (Failure, anthropic.AnthropicError, httpx2.HTTPError, httpx2.StreamError, BadFrame) as problem:
            if stop.is_asked:
                yield Stopped(state.spent())
                return
            failure = failure_of(problem)
            failure.usage = state.spent()
            raise failure from (None if failure is problem else problem)

    @contextmanager
    def _call(self, prompt: Prompt, stop: Stop) -> Iterator[tuple[httpx2.Response, Iterator[Iterable[dict[str, Any]]]]]:
        """Send the prompt; give the response and its events, in lists of what came at once."""
        request = request_of(prompt, self._provider)
        if self._provider == "bedrock":
            with self._client.messages.create(**request, stream=True) as stream:
                yield stream.response, ([event.to_dict()] for event in stream)
        else:
            with ExitStack() as closing:
                with when_connected(stop.on_stop):
                    call = self._client.messages.with_streaming_response.create(**request, stream=True)
                    response = closing.enter_context(call)
                yield response.http_response, map(EventReader().feed, pieces_of(response.http_response))

    def _listen(self, state: _Listening, chunks: Iterator[Iterable[dict[str, Any]]], pace: Pace) -> Iterator[Piece]:
        heard = 0
        pace.rest = self._rest
        pace.until = state.patient_until()
        for events in chunks:
            if text := "".join(state.hear_all(events)):
                heard += len(text)
                state.note(text)
                yield Text(text)
                if heard > HEAD_CHARACTERS:
                    pace.seconds = self._pace()  # the first words go out at once, the rest in gulps
            if state.ended:
                yield state.ended
                return
            state.check_time()
            pace.until = state.patient_until()


class _Listening:
    """The part of one reply that has arrived so far."""

    def __init__(self, model: Model, limits: TimeLimits) -> None:
        self.ended: Ended | None = None
        self._model = model
        self._limits = limits
        self._began = self._last_text = time.monotonic()
        self._has_text = False
        self._stop_reason = ""
        self._usage: dict[str, int] = {}
        self._request_id = ""
        self._text_bytes = 0

    def note(self, text: str) -> None:
        """Note when text came, and how much, for as long as the provider has not counted it."""
        self._has_text, self._last_text = True, time.monotonic()
        self._text_bytes += len(text) if text.isascii() else len(text.encode())

    def hear_all(self, events: Iterable[dict[str, Any]]) -> Iterator[str]:
        """Yield the text of these events up to the reply's end; what stands behind it is not looked at."""
        for event in events:
            if event.get("type") == "content_block_delta":  # as nearly all are
                delta = part_of(event, "delta")
                if delta.get("type") == "text_delta" and (text := str(delta.get("text", ""))):
                    yield text
            elif text := self.hear(event):
                yield text
            if self.ended:
                return

    def hear(self, event: dict[str, Any]) -> str:
        """Return the text that this event brings, most often none; raise a Failure that the event announces."""
        match event.get("type"):
            case "content_block_start":
                block = part_of(event, "content_block")
                if block.get("type") == "text":
                    return str(block.get("text") or "")
            case "message_start":
                message = part_of(event, "message")
                self._request_id = str(message.get("id", ""))
                self._count(part_of(message, "usage"))
            case "message_delta":
                self._stop_reason = part_of(event, "delta").get("stop_reason") or self._stop_reason
                self._count(part_of(event, "usage"))
            case "message_stop" | "[DONE]" if self._stop_reason:
                self.ended = Ended(self._stop_reason, self.spent(is_told=True), self._request_id)
            case "error":
                raise announced_failure(part_of(event, "error"))
        return ""

    def patient_until(self) -> float:
        """Return when waiting for more ends, by the monotonic clock, however many pings come."""
        silence_s = self._limits.idle_s if self._has_text else self._limits.first_text_s
        return min(self._last_text + silence_s, self._began + self._limits.total_s)

    def check_time(self) -> None:
        """Raise ModelTimeout where no text has come for too long."""
        if time.monotonic() > self.patient_until():
            raise ModelTimeout

    def _count(self, usage: Mapping[str, Any]) -> None:
        """Keep the newest of each count: those of a message_delta are cumulative."""
        self._usage.update({name: count for name, count in usage.items() if isinstance(count, int)})

    def spent(self, *, is_told: bool = False) -> Usage:
        """Return what the call has cost: as the provider has told, or else no less than the text that came."""
        written = 0 if is_told else math.ceil(self._text_bytes / BYTES_IN_A_TOKEN)
        usage = Usage(
            input_tokens=self._usage.get("input_tokens", 0),
            output_tokens=max(written, self._usage.get("output_tokens", 0)),
            cache_read_tokens=self._usage.get("cache_read_input_tokens", 0),
            cache_write_tokens=self._usage.get("cache_creation_input_tokens", 0),
        )
        return Usage(
            usage.input_tokens,
            usage.output_tokens,
            usage.cache_read_tokens,
            usage.cache_write_tokens,
            round(cost_usd(self._model, usage), 8),
            is_estimated=not is_told,
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
    if isinstance(problem, Failure):
        return problem
    if isinstance(problem, anthropic.APIStatusError):
        kind = FAILURES_BY_STATUS.get(problem.status_code, ModelFailed)
        if is_about_money(problem.error_code) or problem.type == "billing_error":
            kind = SpendLimitReached
        return kind(str(problem), retry_after_s=seconds_of(problem.response.headers.get("retry-after", "")))
    if isinstance(problem, (anthropic.APITimeoutError, httpx2.TimeoutException)):
        return ModelTimeout(str(problem))
    if isinstance(problem, (anthropic.APIConnectionError, httpx2.TransportError)):
        return ConnectionLost(str(problem))
    return ModelFailed(str(problem))


def announced_failure(error: Mapping[str, Any]) -> Failure:
    """Return the failure that the stream itself announces, after a status that was well."""
    kind = FAILURES_BY_TYPE.get(str(error.get("type")), ModelFailed)
    if is_about_money(part_of(error, "details").get("error_code")):
        kind = SpendLimitReached
    return kind(str(error.get("message") or ""))


def is_about_money(error_code: object) -> bool:
    """Tell whether this code of the provider's means that no more may be spent; it may come under any status."""
    return isinstance(error_code, str) and error_code.endswith(SPENT)


def seconds_of(retry_after: str) -> int | None:
    """Return the whole seconds of a Retry-After header, in either of its forms; None where it says nothing."""
    try:
        return max(0, math.ceil(float(retry_after)))
    except (ValueError, OverflowError):
        pass
    try:
        return max(0, math.ceil(parsedate_to_datetime(retry_after).timestamp() - time.time()))
    except (ValueError, OverflowError):
        return None


def part_of(event: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an object inside of an event, empty where it is missing; raise BadFrame where it is something else."""
    part = event.get(name)
    if part is None:
        return {}
    if not isinstance(part, dict):
        raise BadFrame(f"{name!r} is not an object")
    return part


def pieces_of(response: httpx2.Response) -> Iterable[bytes]:
    """Return the body's bytes as they come: from our transport without the layers above it, where none is needed."""
    pieces: Iterable[bytes] | None = response.extensions.get("pieces")
    return response.iter_bytes() if pieces is None or "content-encoding" in response.headers else pieces


def _pace_of(response: httpx2.Response) -> Pace:
    pace = response.extensions.get("pace")
    return pace if isinstance(pace, Pace) else Pace()  # the stock transport has none, and reads as it can


def _closer_of(response: httpx2.Response) -> Any:
    return response.extensions.get("abort", response.close)
