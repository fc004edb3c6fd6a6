"""A chat API that says what a test wants: it plays recorded streams on a real socket, and remembers what it was asked.

It stands in for the server alone; browser, page, network and widget are real. Pages and API have an origin each, so
every request of the widget is one across origins, as on a customer's site.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "wire" / "golden"
WIDGET = ROOT / "widget" / "dist" / "widget.js"
WORDS = ROOT / "widget" / "dist" / "words.json"
SITE_KEY = "pk_test"
LONGEST_HOLD_S = 20.0

SETTINGS: dict[str, Any] = {
    "key": SITE_KEY,
    "name": "Larkmoor help",
    "greeting": "Hello. What are you looking for?",
    "starters": ["Where is my order?", "Which sleeping bag for 5 °C nights?", "Can I return something I have used?"],
    "disclosure": "AI assistant, with our team behind it",
    "locale": "en",
    "theme": {"accent": "#1e6b4f", "mode": "auto", "position": "right"},
}


def golden_frames(name: str) -> list[str]:
    """Return the recorded stream, cut into its blocks; the first holds the retry line."""
    stream = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))["stream"]
    return [block + "\n\n" for block in stream.split("\n\n") if block]


def stream_of(message: str, *, confidence: float = 0.9, followups: tuple[str, ...] = (), size: int = 24) -> list[str]:
    """Return the frames of an answer with this message, `size` characters of its document in each."""
    document = json.dumps(
        {"message": message, "confidence": confidence, "followups": list(followups)}, ensure_ascii=False
    )
    events: list[tuple[str, dict[str, Any]]] = [("start", {"turn": "t", "conversation": "c_1", "visitor": "v_1"})]
    events += [("delta", {"json": document[at : at + size]}) for at in range(0, len(document), size)]
    events += [("done", {"stop_reason": "end_turn", "valid": True, "flagged": False, "confidence": confidence})]
    frames = [
        f"id: {number}\nevent: {event}\ndata: {json.dumps(content, ensure_ascii=False)}\n\n"
        for number, (event, content) in enumerate(events, 1)
    ]
    return ["retry: 100\n\n", *frames]


@dataclass
class Answer:
    """What the API says to one request: a stream, perhaps held back or cut at a frame, or a refusal.

    `ended_at` is the time of day, in seconds, at which the last byte went out.
    """

    frames: list[str] = field(default_factory=list)
    hold_at: int | None = None
    cut_at: int | None = None
    pause_s: float = 0.0
    problem: dict[str, Any] | None = None
    retry_after_s: int | None = None
    release: threading.Event = field(default_factory=threading.Event)
    ended_at: float = 0.0


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: str

    @property
    def document(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body)
        return content


class ScriptedApi:
    """Plays `answers` to questions and `replays` to those who come back for a turn, first come first served."""

    def __init__(self) -> None:
        self.settings: dict[str, Any] = SETTINGS
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        self.answers: list[Answer] = []
        self.replays: list[Answer] = []
        self.turns: list[dict[str, Any]] = []
        self.asked: list[Asked] = []
        self.origin = ""
        self.page_origin = ""

    def play(self, name: str, **how: Any) -> Answer:
        return self.answer(golden_frames(name), **how)

    def answer(self, frames: list[str], **how: Any) -> Answer:
        answer = Answer(frames, **how)
        self.answers.append(answer)
        return answer

    def refuse(self, code: str, status: int, *, retry_after_s: int | None = None, **more: Any) -> None:
        problem = {"type": "about:blank", "title": "No.", "detail": "No.", "status": status, "code": code, **more}
        self.answers.append(Answer(problem=problem, retry_after_s=retry_after_s))

    def page(self, path: str, html: str, **headers: str) -> str:
        """Put up a page of the customer; return its address."""
        self.pages[path] = (html, {name.replace("_", "-"): value for name, value in headers.items()})
        return self.page_origin + path

    def questions(self) -> list[dict[str, Any]]:
        return [each.document for each in self.asked if (each.method, each.path) == ("POST", "/v1/chat")]

    def requests(self, method: str, ending: str) -> list[Asked]:
        return [each for each in self.asked if each.method == method and each.path.endswith(ending)]


class Handler(BaseHTTPRequestHandler):
    api: ScriptedApi

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the requests are remembered."""

    def remember(self) -> Asked:
        length = int(self.headers.get("Content-Length") or 0)
        asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length).decode())
        self.api.asked.append(asked)
        return asked

    def begin(self, status: int, content_type: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Expose-Headers", "Retry-After")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def send(self, status: int, content_type: str, body: str, **headers: str) -> None:
        self.begin(status, content_type, **headers)
        self.wfile.write(body.encode())

    def do_OPTIONS(self) -> None:
        self.remember()
        allowed = "Authorization, Content-Type, Last-Event-ID"
        self.send(204, "text/plain", "", Access_Control_Allow_Headers=allowed, Access_Control_Allow_Methods="*")

    def do_GET(self) -> None:
        self.remember()
        path = self.path.split("?")[0]
        if path == "/widget.js":
            self.send(200, "text/javascript; charset=utf-8", WIDGET.read_text(encoding="utf-8"))
        elif path in self.api.pages:
            html, headers = self.api.pages[path]
            self.send(200, "text/html; charset=utf-8", html, **headers)
        elif path == f"/v1/sites/{SITE_KEY}":
            self.send(200, "application/json", json.dumps({**self.api.settings, **self.words()}))
        elif path.startswith("/v1/turns/"):
            self.play(self.api.replays.pop(0) if self.api.replays else Answer(problem={"code": "not_found"}))
        elif path.startswith("/v1/conversations/"):
            self.send(200, "application/json", json.dumps({"turns": self.api.turns}))
        else:
            self.send(404, "text/plain", "")

    def words(self) -> dict[str, Any]:
        """Return what the server adds for the page's language."""
        language = parse_qs(urlsplit(self.path).query).get("locale", [""])[0].partition("-")[0]
        languages = json.loads(WORDS.read_text(encoding="utf-8"))
        return {"words": languages.get(language, languages["en"])}

    def do_POST(self) -> None:
        asked = self.remember()
        if asked.path != "/v1/chat":
            return self.send(204, "text/plain", "")
        if not self.api.answers:
            return self.send(500, "text/plain", "nothing to play")
        return self.play(self.api.answers.pop(0))

    def do_DELETE(self) -> None:
        self.remember()
        self.api.turns = []
        self.send(204, "text/plain", "")

    def play(self, answer: Answer) -> None:
        if answer.problem is not None:
            status = int(answer.problem.get("status", 404))
            headers = {"Retry_After": str(answer.retry_after_s)} if answer.retry_after_s else {}
            return self.send(status, "application/problem+json", json.dumps(answer.problem), **headers)
        self.begin(200, "text/event-stream", Cache_Control="no-store")
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the visitor may leave at any time
            began = time.monotonic()
            for place, frame in enumerate(answer.frames):
                if place == answer.cut_at:
                    return None
                if place == answer.hold_at:
                    answer.release.wait(LONGEST_HOLD_S)
                if answer.pause_s:  # the pace of a model, which does not slow down where the machine does
                    time.sleep(max(0.0, began + place * answer.pause_s - time.monotonic()))
                self.wfile.write(frame.encode())
                self.wfile.flush()
            answer.ended_at = time.time()
        return None


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that closes a connection early is no error of ours."""


@contextlib.contextmanager
def scripted_api() -> Iterator[ScriptedApi]:
    """Run the API on two ports of 127.0.0.1: one is the customer's origin, one is ours."""
    api = ScriptedApi()
    handler = type("BoundHandler", (Handler,), {"api": api})
    with QuietServer(("127.0.0.1", 0), handler) as pages, QuietServer(("127.0.0.1", 0), handler) as ours:
        threads = [threading.Thread(target=server.serve_forever, args=(0.05,)) for server in (pages, ours)]
        for thread in threads:
            thread.start()
        api.page_origin, api.origin = (f"http://127.0.0.1:{server.server_address[1]}" for server in (pages, ours))
        try:
            yield api
        finally:
            for answer in (*api.answers, *api.replays):
                answer.release.set()
            for server in (pages, ours):
                server.shutdown()
            for thread in threads:
                thread.join()
