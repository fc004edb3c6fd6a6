"""A model server that does what its script says: the Messages protocol of Claude on a real socket.

    python -m tests.model_server [--port 0] [--script '{"text": "…"}']

prints `http://127.0.0.1:PORT` and serves until it is ended.

    POST /v1/messages               streams the script whose `match` stands in the last user message, else the default
    POST /v1/messages/count_tokens  four characters count as one token
    PUT  /scripts                   a JSON list of scripts; the one without `match` is the default
    GET  /requests/count            how many requests came so far
    GET  /requests                  every request so far: {"body", "headers", "closed_after"}, the oldest first
    DELETE /requests                forget them

A script's fields, all optional:

    text            what the model writes; or
    reply           a reply document, written as JSON
    echo            a sign that stands for the question's last word wherever it is in `text` or `reply`
    chunk           characters in one delta (4)
    pace_ms         pause before each delta (0);  first_ms  pause before the first
    stop_reason     "end_turn"
    usage           input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens
    status          an HTTP status instead of a stream, with `error` {"type", "message"} and `headers`
    fail            {"at": deltas sent before it happens, "kind": one of FAILURES}; "at": -1 is before message_stop;
                    `error` {"type", "message", "details"?} is what `error_event` says
    times           the script plays for so many requests; then the next that fits does
"""

from __future__ import annotations

from gevent import monkey

if __name__ == "__main__":
    monkey.patch_all()

import argparse
import json
import socket
import struct
import sys
import time
from collections.abc import Iterator
from typing import Any

import gevent
from gevent.server import StreamServer

FAILURES = {
    "reset": "the connection is reset",
    "cut": "the connection is closed in the middle of a chunk",
    "clean_cut": "the stream ends as a whole response, without message_stop",
    "stall": "nothing more comes",
    "pings": "nothing but pings come",
    "error_event": "an overloaded_error comes in the stream",
    "bad_event": "an event comes that is not JSON",
    "bad_utf8": "bytes come that are not UTF-8",
    "bad_shape": "an event comes that is JSON of a wrong shape",
}
DEFAULT_REPLY = {
    "message": "You can send it back within 60 days.",
    "confidence": 0.9,
    "followups": ["How do I send it back?"],
}
STALL_S = 60.0
OVERLOADED = {"type": "overloaded_error", "message": "Overloaded"}


def text_of(script: dict[str, Any], question: str) -> str:
    """Return what the model writes."""
    text: str | None = script.get("text")
    if text is None:
        text = json.dumps(script.get("reply", DEFAULT_REPLY), ensure_ascii=False)
    return text.replace(script["echo"], question.split()[-1]) if "echo" in script else text


def frames_of(script: dict[str, Any], model: str, text: str) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Return the SSE frames of a script in three parts: before the deltas, one for each delta, after them."""
    chunk = int(script.get("chunk", 4))
    usage = {
        "input_tokens": 100,
        "output_tokens": max(1, len(text) // 4),
        "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": 0,
        **script.get("usage", {}),
    }
    message = {
        "id": "msg_scripted",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {**usage, "output_tokens": 1},
    }
    before = [
        frame({"type": "message_start", "message": message}),
        frame({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        frame({"type": "ping"}),
    ]
    deltas = [
        frame(
            {
                "type": "content_block_delta",
                "index": 0,
                "delta": {"type": "text_delta", "text": text[at : at + chunk]},
            }
        )
        for at in range(0, len(text), chunk)
    ]
    after = [
        frame({"type": "content_block_stop", "index": 0}),
        frame(
            {
                "type": "message_delta",
                "delta": {"stop_reason": script.get("stop_reason", "end_turn"), "stop_sequence": None},
                "usage": usage,
            }
        ),
        frame({"type": "message_stop"}),
    ]
    return before, deltas, after


def frame(event: dict[str, Any]) -> bytes:
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return f"event: {event['type']}\ndata: {body}\n\n".encode()


class ModelServer:
    """The server's whole state: scripts to play and requests that came."""

    def __init__(self, default: dict[str, Any]) -> None:
        self.scripts: list[dict[str, Any]] = [default]
        self.requests: list[dict[str, Any]] = []

    def script_for(self, text: str) -> dict[str, Any]:
        left = [script for script in self.scripts if script.get("times", 1) > 0]
        fitting = [script for script in left if script.get("match") and script["match"] in text]
        fitting += [script for script in left if not script.get("match")]
        if not fitting:
            return {}
        if "times" in fitting[0]:
            fitting[0]["times"] -= 1
        return fitting[0]

    def serve(self, connection: socket.socket, _address: object) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = connection.makefile("rb")
        try:
            while self._one_request(connection, reader):
                pass
        except (OSError, ValueError):
            pass  # a client that leaves in the middle is part of what is tested
        finally:
            reader.close()
            connection.close()

    def _one_request(self, connection: socket.socket, reader: Any) -> bool:
        line = reader.readline()
        if not line:
            return False
        method, path, _version = line.decode("latin-1").split()
        headers: dict[str, str] = {}
        while (header := reader.readline()) not in (b"\r\n", b""):
            name, _, value = header.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        body = reader.read(int(headers.get("content-length", 0)))
        path = path.partition("?")[0]
        if method == "POST" and path == "/v1/messages":
            return self._messages(connection, headers, json.loads(body))
        if method == "POST" and path == "/v1/messages/count_tokens":
            answer_json(connection, {"input_tokens": len(body) // 4})
        elif method == "PUT" and path == "/scripts":
            self.scripts = json.loads(body)
            answer_json(connection, {"scripts": len(self.scripts)})
        elif method == "GET" and path == "/requests/count":
            answer_json(connection, len(self.requests))
        elif method == "GET" and path == "/requests":
            answer_json(connection, self.requests)
        elif method == "DELETE" and path == "/requests":
            self.requests = []
            answer_json(connection, {})
        else:
            answer_json(connection, {"type": "error", "error": {"type": "not_found_error", "message": path}}, 404)
        return True

    def _messages(self, connection: socket.socket, headers: dict[str, str], body: dict[str, Any]) -> bool:
        record: dict[str, Any] = {"body": body, "headers": headers, "closed_after": None}
        self.requests.append(record)
        question = last_user_text(body)
        script = self.script_for(question)
        if "status" in script:
            error = script.get("error", {"type": "api_error", "message": "scripted"})
            answer_json(connection, {"type": "error", "error": error}, script["status"], script.get("headers", {}))
            return True
        head = (
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nrequest-id: req_scripted\r\n"
            "transfer-encoding: chunked\r\n\r\n"
        )
        began = time.monotonic()
        try:
            connection.sendall(head.encode())
            for part in self._parts(script, body.get("model", ""), text_of(script, question), connection):
                connection.sendall(b"%x\r\n%s\r\n" % (len(part), part))
            connection.sendall(b"0\r\n\r\n")
        except OSError:
            record["closed_after"] = time.monotonic() - began
            raise
        except Cut:
            return False
        return True

    def _parts(self, script: dict[str, Any], model: str, text: str, connection: socket.socket) -> Iterator[bytes]:
        before, deltas, after = frames_of(script, model, text)
        fail = script.get("fail")
        pace_s, first_s = script.get("pace_ms", 0) / 1000, script.get("first_ms", 0) / 1000
        yield b"".join(before)
        if first_s:
            gevent.sleep(first_s)
        for sent, delta in enumerate(deltas):
            if fail and fail["at"] == sent:
                yield from break_down(fail, connection)
                return
            if pace_s:
                gevent.sleep(pace_s)
            yield delta
        if fail and fail["at"] in (-1, len(deltas)):
            yield from after[:-1]
            yield from break_down(fail, connection)
            return
        yield b"".join(after)


class Cut(Exception):
    """The script wants the connection gone."""


def break_down(fail: dict[str, Any], connection: socket.socket) -> Iterator[bytes]:
    """Do what FAILURES says of this kind."""
    kind = fail["kind"]
    if kind == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Cut
    if kind == "cut":
        connection.sendall(b"ffff\r\nevent: content_block_delta\nda")
        raise Cut
    if kind == "clean_cut":
        return
    if kind == "stall":
        connection.settimeout(STALL_S)
        connection.recv(1)  # returns when the other side closes
        raise OSError("closed while stalled")
    if kind == "pings":
        while True:
            gevent.sleep(0.05)
            yield frame({"type": "ping"})
    if kind == "error_event":
        yield frame({"type": "error", "error": fail.get("error", OVERLOADED)})
    elif kind == "bad_event":
        yield b"event: content_block_delta\ndata: {not json\n\n"
    elif kind == "bad_utf8":
        yield b'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"\xff\xfe"}}\n\n'
    elif kind == "bad_shape":
        yield frame({"type": "content_block_delta", "index": 0, "delta": ["text"]})
    else:
        raise ValueError(f"no such failure: {kind!r}; there are {', '.join(FAILURES)}")


def last_user_text(body: dict[str, Any]) -> str:
    content = body["messages"][-1]["content"]
    if isinstance(content, str):
        return content
    return "\n".join(block.get("text", "") for block in content)


def answer_json(
    connection: socket.socket, body: object, status: int = 200, headers: dict[str, str] | None = None
) -> None:
    data = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Scripted", "content-type: application/json", f"content-length: {len(data)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + data)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--script", type=json.loads, default={})
    chosen = arguments.parse_args()
    server = StreamServer(("127.0.0.1", chosen.port), ModelServer(chosen.script).serve)
    server.start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
