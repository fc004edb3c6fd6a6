"""The bare parts that a turn is compared with, as WSGI apps for the same gunicorn and the same gevent worker.

bare    a stream of the same events with no model behind it: what Flask, gevent and gunicorn cost by themselves
sdk     the SDK's `text_stream` passed on as events: what one writes first, with nothing on
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import gevent
from flask import Flask, Response, request

bare = Flask("bare")
sdk = Flask("sdk")


def event(text: str) -> str:
    return f"event: delta\ndata: {json.dumps({'json': text}, ensure_ascii=False)}\n\n"


@bare.post("/v1/chat")
def stream_nothing() -> Response:
    script = request.get_json()["script"]
    text, chunk, pace_s = script["text"], script["chunk"], script["pace_ms"] / 1000

    def events() -> Iterator[str]:
        for at in range(0, len(text), chunk):
            gevent.sleep(pace_s)
            yield event(text[at : at + chunk])
        yield "event: done\ndata: {}\n\n"

    return Response(events(), content_type="text/event-stream")


def connect_sdk() -> None:
    """Open the client in the worker, where gevent has patched the sockets already."""
    import anthropic

    client = anthropic.Anthropic(
        api_key="none",
        base_url=os.environ["ANTHROPIC_BASE_URL"],
        max_retries=0,
        http_client=anthropic.DefaultHttpxClient(timeout=60),
    )

    @sdk.post("/v1/chat")
    def stream_text() -> Response:
        message = request.get_json()["message"]

        def events() -> Iterator[str]:
            with client.messages.stream(
                model="claude-haiku-4-5", max_tokens=1024, messages=[{"role": "user", "content": message}]
            ) as stream:
                for text in stream.text_stream:
                    yield event(text)
            yield "event: done\ndata: {}\n\n"

        return Response(events(), content_type="text/event-stream")


if "ANTHROPIC_BASE_URL" in os.environ:
    connect_sdk()
