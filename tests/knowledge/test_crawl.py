"""A web site is read as its owner wishes, page by page, and what we know stays what it says."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from backend.domain.crawl import Crawl, CrawlPage
from backend.domain.site import Site
from backend.knowledge.index.stock import restock
from backend.knowledge.intake.crawl.crawler import Crawler, Progress, Round
from backend.knowledge.intake.crawl.fetching import Fetcher, Validators
from backend.knowledge.intake.crawl.public import Permitted
from backend.knowledge.intake.crawl.refusal import NotFetched
from backend.knowledge.intake.crawl.rules import Rules, read_rules
from backend.store import Store
from tests.knowledge.conftest import SHOP, Opens, read_pages
from tests.knowledge.files import pdf

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
    told: list[Progress] = field(default_factory=list)

    def crawl(self, start: str = "/", most: int | None = None) -> Round:
        crawl = self.store.crawls.open(self.site.id, self.web.url(start), None)
        assert self.store.crawls.begin(crawl)
        return self.crawler().run(crawl, most=most)

    def crawler(self) -> Crawler:
        fetcher = Fetcher(self.rules, Permitted("127.0.0.1", self.web.port))
        books = (self.store.crawls, self.store.passages)
        return Crawler(books, fetcher, "en", pause=self.pauses.append, tell=self.told.append)

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


def test_a_site_is_read_from_its_start_with_everything_that_it_links_to(robot: Robot, web: Web) -> None:
    web.put("/", "Home", links=("/returns?utm_source=mail#top", "/returns", "price%20list.pdf", "/logo.png"))
    web.put("/returns", "Returns", links=("/", "../deep/delivery"))
    web.put("/deep/delivery", "Delivery")
    web.pages["/price%20list.pdf"] = Answer(pdf("Prices of all bicycles"), headers={"Content-Type": "application/pdf"})
    assert robot.crawl() == Round(settled=4, written=4, removed=0)
    assert robot.known() == {
        "/": "Home",
        "/returns": "Returns",
        "/deep/delivery": "Delivery",
        "/price%20list.pdf": "Price list",
    }
    assert sorted(web.asked) == ["/", "/deep/delivery", "/price%20list.pdf", "/returns", "/robots.txt"]
    assert [progress.settled for progress in robot.told] == [1, 2, 3, 4]
    assert robot.of().state == "done"


def test_a_second_round_asks_by_validators_and_writes_nothing(robot: Robot, web: Web) -> None:
    web.put("/", "Home", links=("/a",), etag='"1"')
    web.put("/a", "Returns")
    robot.crawl()
    revision = robot.store.passages.revision(robot.site.id)
    assert robot.crawl() == Round(settled=2, written=0, removed=0)
    assert {page.state for page in robot.pages().values()} == {"unchanged"}
    assert robot.store.passages.revision(robot.site.id) == revision
    web.put("/", "Our home", links=("/a",), etag='"2"')
    assert robot.crawl().written == 1
    assert robot.known()["/"] == "Our home"


def test_a_page_that_is_gone_is_taken_out_and_one_that_fails_is_kept(robot: Robot, web: Web) -> None:
    web.put("/", "Home", links=("/a", "/b"))
    web.put("/a", "Returns")
    web.put("/b", "Delivery")
    robot.crawl()
    web.pages["/a"] = Answer(b"", 410)
    web.pages["/b"] = Answer(b"", 503, {"Retry-After": "7"})
    assert robot.crawl().removed == 1
    assert robot.known() == {"/": "Home", "/b": "Delivery"}
    assert robot.pages()["/b"].state == "failed"
    assert 7 in robot.pauses


def test_robots_txt_is_obeyed(robot: Robot, web: Web) -> None:
    rules = b"User-agent: *\nDisallow: /private\nDisallow: /*?sort=\nCrawl-delay: 3\n"
    web.pages["/robots.txt"] = Answer(rules, headers={"Content-Type": "text/plain"})
    web.put("/", "Home", links=("/private/a", "/list?sort=up", "/moved", "/b"))
    web.put("/b", "Open")
    web.pages["/moved"] = Answer(b"", 302, {"Location": "/private/b"})
    web.put("/private/b", "Secret")
    robot.crawl()
    assert robot.known() == {"/": "Home", "/b": "Open"}
    assert not [path for path in web.asked if path.startswith(("/private", "/list"))]
    assert robot.pages()["/moved"].code == "robots"
    assert any(2.5 < pause <= 3 for pause in robot.pauses)


def test_a_site_whose_robots_txt_fails_is_not_read(robot: Robot, web: Web) -> None:
    web.put("/", "Home")
    web.pages["/robots.txt"] = Answer(b"", 500)
    with pytest.raises(NotFetched, match=r"robots\.txt cannot be had"):
        robot.crawl()
    assert web.asked == ["/robots.txt"]
    assert robot.of().state == "failed"


def test_nothing_outside_of_the_start_is_read(robot: Robot, web: Web) -> None:
    web.put(
        "/help/",
        "Help",
        links=("/help/a", "/shop/b", "http://127.0.0.1:1/help/c", "http://localhost/help/", "/help/out"),
    )
    web.put("/help/a", "Returns")
    web.put("/shop/b", "Bicycles")
    web.pages["/help/out"] = Answer(b"", 301, {"Location": "http://169.254.169.254/help/"})
    robot.crawl("/help/")
    assert robot.known() == {"/help/": "Help", "/help/a": "Returns"}
    assert robot.pages("/help/")["/help/out"].code == "out_of_scope"


def test_a_redirect_to_the_inside_is_never_followed(web: Web) -> None:
    web.pages["/in"] = Answer(b"", 302, {"Location": "http://127.0.0.1:80/admin"})
    fetcher = Fetcher(read_rules(), Permitted("127.0.0.1", web.port))
    with pytest.raises(NotFetched) as refused:
        fetcher.fetch(web.url("/in"), Validators(), 1_000)
    assert refused.value.code == "not_public"


def test_a_page_has_one_address(robot: Robot, web: Web) -> None:
    own = f'<link rel="canonical" href="{web.url("/returns")}">'
    web.put("/", "Home", links=("/returns?page=1", "/old-returns", "/returns/../returns"))
    web.put("/returns", "Returns", head=own)
    web.put("/returns?page=1", "Returns", head=own)
    web.pages["/old-returns"] = Answer(b"", 301, {"Location": "/returns"})
    robot.crawl()
    assert robot.known() == {"/": "Home", "/returns": "Returns"}
    assert robot.pages()["/returns?page=1"].code == "canonical"
    assert robot.pages()["/old-returns"].code == "redirect"


def test_a_page_that_has_moved_is_found_under_its_new_address(robot: Robot, web: Web) -> None:
    web.put("/", "Home", links=("/old",))
    web.put("/old", "Returns")
    robot.crawl()
    web.pages["/old"] = Answer(b"", 301, {"Location": "/new"})
    web.put("/new", "Returns")
    robot.crawl()
    assert robot.known() == {"/": "Home", "/new": "Returns"}


def test_a_page_that_asks_not_to_be_indexed_or_followed_is_left_alone(robot: Robot, web: Web) -> None:
    web.put("/", "Home", links=("/a", "/b"))
    web.put("/a", "Drafts", head='<meta name="robots" content="noindex">', links=("/c",))
    web.put("/b", "Partners", head='<meta name="robots" content="nofollow">', links=("/d",))
    web.put("/c", "Returns")
    web.put("/d", "Elsewhere")
    robot.crawl()
    assert robot.known() == {"/": "Home", "/b": "Partners", "/c": "Returns"}


def test_a_sitemap_says_which_pages_there_are(robot: Robot, web: Web) -> None:
    index = f"<sitemapindex><sitemap><loc>{web.url('/a.xml.gz')}</loc></sitemap></sitemapindex>"
    listed = "".join(f"<url><loc><![CDATA[{web.url(path)}]]></loc></url>" for path in ("/a", "/b?x=1&amp;y=2"))
    web.pages["/sitemap.xml"] = Answer(index.encode())
    web.pages["/a.xml.gz"] = Answer(gzip.compress(f"<urlset>{listed}</urlset>".encode()))
    web.put("/a", "Returns")
    robot.crawl("/sitemap.xml")
    assert robot.known() == {"/a": "Returns"}
    web.pages["/robots.txt"] = Answer(f"Sitemap: {web.url('/sitemap.xml')}".encode())
    web.put("/", "Home")
    robot.crawl("/")
    assert "/a" in robot.pages("/")


def test_a_crawl_that_was_stopped_goes_on_where_it_was(robot: Robot, web: Web) -> None:
    web.put("/", "Home", links=tuple(f"/{number}" for number in range(9)))
    for number in range(9):
        web.put(f"/{number}", f"Page {number}")
    assert "start it again to go on" in robot.crawl(most=4).note
    assert robot.of().state == "stopped"
    asked = len(web.asked)
    assert robot.crawl() == Round(settled=6, written=6, removed=0)
    assert len(web.asked) == asked + 6 + 1  # robots.txt is asked for in every round
    assert len(robot.known()) == 10


def test_a_crawl_that_is_interrupted_keeps_what_it_has(robot: Robot, web: Web) -> None:
    web.put("/", "Home", links=tuple(f"/{number}" for number in range(30)))
    for number in range(30):
        web.put(f"/{number}", f"Page {number}")
    crawl = robot.store.crawls.open(robot.site.id, web.url("/"), None)
    robot.store.crawls.begin(crawl)
    crawler = robot.crawler()

    def stop(progress: Progress) -> None:
        if progress.settled == 12:
            raise KeyboardInterrupt

    crawler.tell = stop
    with pytest.raises(KeyboardInterrupt):
        crawler.run(crawl)
    assert robot.of().state == "stopped"
    assert len(robot.known()) >= 11
    robot.crawl()
    assert len(robot.known()) == 31


def test_two_processes_do_not_crawl_the_same_at_once(robot: Robot, web: Web) -> None:
    crawl = robot.store.crawls.open(robot.site.id, web.url("/"), None)
    assert robot.store.crawls.begin(crawl)
    assert not robot.store.crawls.begin(crawl)
    robot.store.crawls.end(crawl, "done")
    assert robot.store.crawls.begin(crawl)


def test_a_site_that_fails_is_left_alone_after_a_while(robot: Robot, web: Web) -> None:
    web.put("/", "Home", links=tuple(f"/{number}" for number in range(40)))
    for number in range(40):
        web.pages[f"/{number}"] = Answer(b"", 500)
    assert "the site fails" in robot.crawl().note
    assert len(web.asked) < 50


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


def test_a_folder_and_a_crawl_leave_each_other_alone(robot: Robot, web: Web) -> None:
    web.put("/", "Home")
    robot.crawl()
    restock(robot.store.passages, robot.site.id, read_pages(SHOP), "en")
    robot.crawl()
    assert len(robot.known()) == 1 + len(SHOP)
