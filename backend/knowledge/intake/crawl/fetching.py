"""One address is fetched: over a checked connection, in bounded time and size, redirects followed one by one.

Rules: each hop is tidied, checked and pinned anew (public.py); no proxy, no cookie, no password, no other header of
ours goes out; what comes in is counted after unpacking; a page that has not changed is not sent again (ETag,
Last-Modified).
"""

from __future__ import annotations

import http.client
import re
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from backend.knowledge.intake.crawl.addresses import tidy_url
from backend.knowledge.intake.crawl.refusal import NotFetched
from backend.knowledge.intake.crawl.rules import Rules
from backend.network.pinned import PinnedConnection, connection_to
from backend.network.public import NotReached, Permitted, Resolver, resolve

READ_AT_ONCE = 1 << 16
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PASSES = frozenset({408, 425, 429, 500, 502, 503, 504})
BROKEN = (http.client.HTTPException, OSError, ssl.SSLError, zlib.error, EOFError, ValueError)


@dataclass(frozen=True, slots=True)
class Validators:
    """The server's own marks of a page's version (ETag and Last-Modified)."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `url` is where it came from in the end; `content` is empty where nothing has changed."""

    url: str
    content: bytes
    kind: str
    encoding: str
    validators: Validators
    has_changed: bool = True


@dataclass(frozen=True)
class Fetcher:
    """Fetches addresses by rules. `permitted` is for tests: the one host and port that need not be public."""

    rules: Rules
    permitted: Permitted | None = None
    resolve: Resolver = resolve
    clock: Callable[[], float] = time.monotonic

    def fetch(
        self, url: str, validators: Validators, most_bytes: int, may_go: Callable[[str], None] | None = None
    ) -> Fetched:
        """Return what an address answers; raise NotFetched that names why it does not.

        `may_go` is asked before every hop, so that a redirect leads nowhere that robots.txt or the scope forbids.
        """
        ends = self.clock() + self.rules.total_seconds
        for _ in range(self.rules.redirects + 1):
            url = tidy_url(url, self.rules)
            if may_go is not None:
                may_go(url)
            answer = self._ask(url, validators, most_bytes, ends)
            if isinstance(answer, Fetched):
                return answer
            try:
                url = urljoin(url, answer)
            except ValueError:
                raise NotFetched("bad_address", "it leads to an address that cannot be read") from None
        raise NotFetched("too_many_redirects", f"more than {self.rules.redirects} redirects")

    def _ask(self, url: str, validators: Validators, most_bytes: int, ends: float) -> Fetched | str:
        """Return the answer, or the address that it leads on to."""
        connection = self._connect(url)
        watch = threading.Timer(max(ends - self.clock(), 0.01), connection.abort)
        watch.daemon = True
        watch.start()
        try:
            parts = urlsplit(url)
            asked = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
            connection.request("GET", asked, headers=self._headers(validators))
            with connection.getresponse() as response:
                answer = self._read(url, response, most_bytes)
            if self.clock() < ends:
                return answer
        except BROKEN as problem:
            if self.clock() < ends:
                failed = f"the connection failed: {type(problem).__name__}"
                raise NotFetched("connection", failed, may_pass=True) from problem
        finally:
            watch.cancel()
            connection.close()
        raise NotFetched("too_slow", f"the answer took longer than {self.rules.total_seconds:g} seconds", may_pass=True)

    def _connect(self, url: str) -> PinnedConnection:
        """Return a connection to a checked address of the host."""
        try:
            return connection_to(url, self.rules.connect_seconds, self.rules.read_seconds, self.resolve, self.permitted)
        except NotReached as problem:
            raise NotFetched(problem.code, str(problem), may_pass=problem.may_pass) from None

    def _headers(self, validators: Validators) -> dict[str, str]:
        sent = {
            "User-Agent": self.rules.user_agent,
            "Accept": "text/html, application/xhtml+xml, text/markdown, text/plain, application/pdf, */*;q=0.1",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        if validators.etag:
            sent["If-None-Match"] = validators.etag
        if validators.last_modified:
            sent["If-Modified-Since"] = validators.last_modified
        return sent

    def _read(self, url: str, response: http.client.HTTPResponse, most_bytes: int) -> Fetched | str:
        headers = response.headers
        given = Validators(_line(headers.get("ETag")), _line(headers.get("Last-Modified")))
        if response.status == 304:
            return Fetched(url, b"", "", "", given, has_changed=False)
        if response.status in REDIRECTS and (leads_to := headers.get("Location")):
            return leads_to
        if response.status != 200:
            raise NotFetched(
                f"status_{response.status}",
                f"the server answered {response.status}",
                may_pass=response.status in PASSES,
                wait_s=_asked_pause(headers),
            )
        content = self._take(response, headers.get("Content-Encoding", "").strip().lower(), most_bytes)
        return Fetched(url, content, headers.get_content_type(), headers.get_content_charset() or "", given)

    def _take(self, response: http.client.HTTPResponse, packing: str, most_bytes: int) -> bytes:
        """Return the unpacked body; raise NotFetched where it goes on beyond what is allowed."""
        if packing not in ("", "identity", "gzip", "x-gzip"):
            raise NotFetched("packing", f"the server packs its answer as {packing[:40]!r}, which was not asked for")
        unpack = zlib.decompressobj(wbits=31) if packing.endswith("gzip") else None
        held = bytearray()
        while piece := response.read1(READ_AT_ONCE):
            if unpack is not None:
                piece = unpack.decompress(piece, most_bytes + 1 - len(held))
            held += piece
            if len(held) > most_bytes or (unpack is not None and unpack.unconsumed_tail):
                raise NotFetched("too_large", f"the answer is larger than {most_bytes / 1_000_000:.4g} MB")
        if response.length or (unpack is not None and held and not unpack.eof):
            raise NotFetched("connection", "the connection was cut in the middle of the page", may_pass=True)
        return bytes(held)


def _line(value: str | None) -> str:
    """Return a header's value as it may be sent back; "" for one that could not be."""
    return value if value and len(value) <= 500 and not re.search(r"[\r\n\x00]", value) else ""


def _asked_pause(headers: Message) -> float:
    """Return how many seconds the server asks us to wait (Retry-After, a number or a date)."""
    asked = (headers.get("Retry-After") or "").strip()
    if asked.isdigit():
        return float(asked[:6])
    try:
        return max(parsedate_to_datetime(asked).timestamp() - time.time(), 0.0) if asked else 0.0
    except (ValueError, TypeError, OverflowError):
        return 0.0
