"""A webhook is told of an event: over a checked connection, in bounded time; redirects are never followed.

What 2xx answers has arrived. 410 says that the receiver wants no more. Everything else may pass, since a receiver that
is being set up answers 401 or 404, too.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from backend.domain.outgoing import Tried
from backend.network.pinned import PinnedConnection, connection_to
from backend.network.public import NotReached, Permitted, Resolver, resolve
from backend.outgoing.rules import Rules

BROKEN = (http.client.HTTPException, OSError, ssl.SSLError, ValueError)
UNWANTED = 410
USER_AGENT = "Deskbell-Webhooks/1.0"


@dataclass(frozen=True)
class PublicPoster:
    """Implements Poster. `permitted` is for tests: the one host and port that need not be public."""

    rules: Rules
    permitted: Permitted | None = None
    resolve: Resolver = resolve

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Tried:
        try:
            connection = connection_to(url, self.rules.connect_s, self.rules.answer_s, self.resolve, self.permitted)
        except NotReached as problem:
            return Tried(False, str(problem), may_pass=problem.may_pass)
        gave_up = threading.Event()

        def give_up() -> None:
            gave_up.set()  # first: whoever waits for the answer is woken by what follows
            connection.abort()

        watch = threading.Timer(self.rules.answer_s, give_up)
        watch.daemon = True
        watch.start()
        try:
            return self._send(connection, url, headers, body)
        except BROKEN as problem:
            is_late = isinstance(problem, (TimeoutError, socket.timeout)) or gave_up.is_set()
            return Tried(False, _too_slow(self.rules) if is_late else f"the connection failed: {_named(problem)}")
        finally:
            watch.cancel()
            connection.close()

    def _send(self, connection: PinnedConnection, url: str, headers: Mapping[str, str], body: bytes) -> Tried:
        parts = urlsplit(url)
        sent = {"Content-Type": "application/json", "User-Agent": USER_AGENT, "Connection": "close", **headers}
        connection.request("POST", f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}", body, sent)
        with connection.getresponse() as response:
            said = response.read(self.rules.answer_bytes).decode("utf-8", "replace")
            return Tried(
                200 <= response.status < 300,
                said,
                response.status,
                wait_s=asked_pause(response.headers),
                is_unwanted=response.status == UNWANTED,
                may_pass=response.status != UNWANTED,
            )


def asked_pause(headers: Message) -> float:
    """Return how many seconds the receiver asks us to wait (Retry-After, a number or a date)."""
    asked = (headers.get("Retry-After") or "").strip()
    if asked.isdigit():
        return float(asked[:6])
    try:
        return max(parsedate_to_datetime(asked).timestamp() - time.time(), 0.0) if asked else 0.0
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _too_slow(rules: Rules) -> str:
    return f"the answer took longer than {rules.answer_s:g} seconds"


def _named(problem: BaseException) -> str:
    return getattr(problem, "strerror", None) or type(problem).__name__
