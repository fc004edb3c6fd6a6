"""Everything real at once: the browser, nginx with TLS and HTTP/2, gunicorn, a customer's page of another origin."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import PATIENCE_MS
from tests.nginx.conftest import certificate, nginx_before
from tests.outgoing.receivers import Postbox, postbox
from tests.servers import ROOT, Deskbell, ModelServer, deskbell, model_server

__all__ = ["certificate"]  # a fixture of another suite, used here as it is

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Larkmoor</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Haldon 55</h1><p>A pack for a week of huts.</p></main>
<script async src="{url}/widget.js" data-site="pk_larkmoor"></script></body></html>"""
OTHER_PAGE = '<!doctype html><html lang="en"><title>Larkmoor</title><h1>Another page</h1></html>'


@dataclass
class Product:
    """A running product behind nginx, and two shops on other origins: one that the site names, one that it does not."""

    url: str
    direct: Deskbell
    allowed_shop: str
    foreign_shop: str
    shop: Shop  # the allowed one, whose page may be changed


class Shop(ThreadingHTTPServer):
    """A customer's web server: a page with nothing of ours but the tag, and another without it at `/other`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ShopPage)
        self.page = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class ShopPage(BaseHTTPRequestHandler):
    server: Shop

    def do_GET(self) -> None:
        body = {"/": self.server.page, "/other": OTHER_PAGE}.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the tests' output to the tests."""


@contextmanager
def open_shop() -> Iterator[Shop]:
    with Shop() as shop:
        threading.Thread(target=shop.serve_forever, daemon=True).start()
        yield shop
        shop.shutdown()


@contextmanager
def product(folder: Path, certificate: Path, **settings: str) -> Iterator[Product]:
    """Run the product in `folder` with the examples and the tests' own shop, reached through nginx."""
    with ExitStack() as running:
        allowed, foreign = running.enter_context(open_shop()), running.enter_context(open_shop())
        site = folder / "larkmoor"
        shutil.copytree(ROOT / "tests" / "larkmoor", site)
        described = (site / "site.toml").read_text()
        (site / "site.toml").write_text(described.replace("http://shop.localhost:9", allowed.origin))
        server = running.enter_context(
            deskbell(folder / "data", site, TRUSTED_PROXIES="127.0.0.1", DESKBELL_DEMO="on", **settings)
        )
        assert server.run("site", "apply", "examples/handbook").returncode == 0
        proxy = running.enter_context(nginx_before(int(server.url.rsplit(":", 1)[1]), certificate, folder))
        for shop in (allowed, foreign):
            shop.page = PAGE.format(url=proxy.https)
        yield Product(proxy.https, server, allowed.origin, foreign.origin, allowed)


@pytest.fixture(scope="package")
def quoting(tmp_path_factory: pytest.TempPathFactory, certificate: Path) -> Iterator[Product]:
    """The product without a key: the embedded answerer quotes the pages."""
    with product(tmp_path_factory.mktemp("quoting"), certificate) as running:
        yield running


@pytest.fixture(scope="package")
def model() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture(scope="package")
def box() -> Iterator[Postbox]:
    """The mail server of the product that writes; letters go out when a test sends what is due."""
    with postbox() as running:
        yield running


@pytest.fixture(scope="package")
def writing(
    tmp_path_factory: pytest.TempPathFactory, certificate: Path, model: ModelServer, box: Postbox
) -> Iterator[Product]:
    """The product with a key and a mail server: the scripted Claude writes."""
    folder = tmp_path_factory.mktemp("writing")
    claude = {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": model.url}
    mail = {"DESKBELL_SMTP_URL": f"smtp://127.0.0.1:{box.port}", "DESKBELL_MAIL_FROM": "help@deskbell.example"}
    with product(folder, certificate, **claude, **mail) as running:
        yield running


class Person:
    """Somebody with a browser. What the console says is kept."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.console: list[str] = []
        self.errors: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def opens(self, address: str) -> Person:
        self.page.goto(address)
        self.part("launcher").click()
        self.part("panel").wait_for()
        return self

    def asks(self, question: str) -> Person:
        self.part("question").fill(question)
        self.part("question").press("Enter")
        return self

    def reads(self, words: str) -> Person:
        expect(self.part("log")).to_contain_text(words, timeout=PATIENCE_MS)
        return self

    def is_at(self, words: str, *, before: str) -> Person:
        """Wait until an answer that is being written shows some words, and not yet others: both seen at one moment."""
        seen = "([words, later]) => { const text = document.querySelector('deskbell-widget').shadowRoot"
        seen += ".querySelector('[part=log]').textContent; return text.includes(words) && !text.includes(later) }"
        self.page.wait_for_function(seen, arg=[words, before])
        return self

    def sees_the_end(self) -> Person:
        expect(self.part("thumb-up").last).to_be_visible(timeout=PATIENCE_MS)
        expect(self.part("stop")).to_be_hidden(timeout=PATIENCE_MS)
        return self

    def part(self, name: str):  # type: ignore[no-untyped-def]
        return self.page.locator(f"deskbell-widget [part~='{name}']")


@pytest.fixture
def person(browser: Browser) -> Iterator[Callable[..., Person]]:
    """Return a maker of people, each with a fresh browser profile."""
    with ExitStack() as open_contexts:

        def make(**context: object) -> Person:
            profile = browser.new_context(ignore_https_errors=True, **context)  # type: ignore[arg-type]
            open_contexts.callback(profile.close)
            return Person(profile.new_page())

        yield make
