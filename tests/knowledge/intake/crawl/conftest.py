"""A web server on loopback, and a crawler of one site whose pauses are counted and not waited for."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from backend.domain.crawl import Crawl, CrawlPage
from backend.domain.site import Site
from backend.knowledge.intake.crawl.crawler import Crawler, Round
from backend.knowledge.intake.crawl.fetching import Fetcher
from backend.knowledge.intake.crawl.rules import Rules, read_rules
from backend.network.public import Permitted
from backend.store import Store
from tests.knowledge.conftest import Opens

PROSE = "It is written out in full here, so that every visitor who asks for it finds the whole answer on this page."


@dataclass
class Answer:
    """What the web server says to one address."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Web:
    """A web server on loopback, with its pages by path, and what it was asked for."""

    port: int
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def put(self, path: str, title: str, *, links: tuple[str, ...] = (), head: str = "", etag: str = "") -> None:
        anchors = "".join(f'<p><a href="{link}">{link}</a></p>' for link in links)
        body = (
            f"<html><head>{head}</head><body><main><h1>{title}</h1><p>About {title}. {PROSE}</p>{anchors}</main></body>"
        )
        headers = {"Content-Type": "text/html; charset=utf-8", **({"ETag": etag} if etag else {})}
        self.pages[path] = Answer(body.encode(), headers=headers)


@pytest.fixture
def web() -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.asked.append(self.path)
            answer = web.pages.get(self.path, Answer(b"not here", 404))
            etag = answer.headers.get("ETag")
            if etag and self.headers.get("If-None-Match") == etag:
                answer = replace(answer, body=b"", status=304)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in answer.headers:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_said: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web = Web(server.server_address[1])
    serving = threading.Thread(target=server.serve_forever, args=(0.01,))
    serving.start()
    yield web
    server.shutdown()
    serving.join()
    server.server_close()


@dataclass
class Robot:
    """A crawler of one site, whose pauses are counted and not waited for."""

    store: Store
    site: Site
    web: Web
    rules: Rules = field(default_factory=read_rules)
    pauses: list[float] = field(default_factory=list)
    told: list[tuple[CrawlPage, int, int]] = field(default_factory=list)

    def crawl(self, start: str = "/", most: int | None = None) -> Round:
        crawl = self.store.crawls.open(self.site.id, self.web.url(start), None)
        assert self.store.crawls.begin(crawl)
        return self.crawler().run(crawl, most=most)

    def crawler(self) -> Crawler:
        fetcher = Fetcher(self.rules, Permitted("127.0.0.1", self.web.port))
        books = (self.store.crawls, self.store.passages)
        return Crawler(books, fetcher, "en", pause=self.pauses.append, tell=lambda *step: self.told.append(step))

    def of(self, start: str = "/") -> Crawl:
        return next(each for each in self.store.crawls.crawls(self.site.id) if each.start == self.web.url(start))

    def pages(self, start: str = "/") -> dict[str, CrawlPage]:
        return {page.url.removeprefix(self.web.url("")): page for page in self.store.crawls.pages(self.of(start))}

    def known(self) -> dict[str, str]:
        return {
            each.key.removeprefix(self.web.url("")): each.title for each in self.store.passages.documents(self.site.id)
        }


@pytest.fixture
def robot(store: Store, open_shop: Opens, web: Web) -> Robot:
    return Robot(store, open_shop({}), web)
