"""One address is fetched in bounded time and size."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
from dataclasses import replace

import pytest

from backend.knowledge.intake.crawl.fetching import Fetcher, Validators
from backend.knowledge.intake.crawl.refusal import NotFetched
from backend.knowledge.intake.crawl.rules import read_rules
from backend.network.public import Permitted
from tests.knowledge.intake.crawl.conftest import Answer, Web


def test_a_redirect_to_the_inside_is_never_followed(web: Web) -> None:
    web.pages["/in"] = Answer(b"", 302, {"Location": "http://127.0.0.1:80/admin"})
    fetcher = Fetcher(read_rules(), Permitted("127.0.0.1", web.port))
    with pytest.raises(NotFetched) as refused:
        fetcher.fetch(web.url("/in"), Validators(), 1_000)
    assert refused.value.code == "not_public"


def test_an_answer_that_unpacks_beyond_measure_is_refused(web: Web) -> None:
    web.pages["/bomb"] = Answer(gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})
    with pytest.raises(NotFetched) as refused:
        Fetcher(read_rules(), Permitted("127.0.0.1", web.port)).fetch(web.url("/bomb"), Validators(), 1_000_000)
    assert refused.value.code == "too_large"


def test_an_answer_without_end_is_cut_off(web: Web) -> None:
    web.pages["/loop"] = Answer(b"", 302, {"Location": "/loop"})
    with pytest.raises(NotFetched) as refused:
        Fetcher(read_rules(), Permitted("127.0.0.1", web.port)).fetch(web.url("/loop"), Validators(), 1_000)
    assert refused.value.code == "too_many_redirects"


def test_a_page_that_was_cut_in_the_middle_is_no_page(web: Web) -> None:
    web.pages["/cut"] = Answer(b"Half of", headers={"Content-Length": "700"})
    with pytest.raises(NotFetched) as refused:
        Fetcher(read_rules(), Permitted("127.0.0.1", web.port)).fetch(web.url("/cut"), Validators(), 1_000)
    assert refused.value.may_pass


def test_an_answer_that_drips_for_ever_is_cut_off() -> None:
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            connection, _ = listening.accept()
            with connection, contextlib.suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not over.wait(0.01):
                    connection.sendall(b"x")

        dripping = threading.Thread(target=drip)
        dripping.start()
        port = listening.getsockname()[1]
        fetcher = Fetcher(replace(read_rules(), total_seconds=0.3), Permitted("127.0.0.1", port))
        with pytest.raises(NotFetched, match="longer than"):
            fetcher.fetch(f"http://127.0.0.1:{port}/", Validators(), 1_000)
        over.set()
        dripping.join()
