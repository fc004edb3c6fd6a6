"""A web site is read as its owner wishes, page by page, and what we know stays what it says."""

from __future__ import annotations

import pytest

from backend.domain.crawl import CrawlPage
from backend.knowledge.index.stock import restock
from backend.knowledge.intake.crawl.crawler import Round
from tests.knowledge.conftest import SHOP, read_pages
from tests.knowledge.files import pdf
from tests.knowledge.intake.crawl.conftest import Answer, Robot, Web


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
    assert [settled for _page, settled, _waiting in robot.told] == [1, 2, 3, 4]
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

    def stop(_page: CrawlPage, settled: int, _waiting: int) -> None:
        if settled == 12:
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


def test_a_folder_and_a_crawl_leave_each_other_alone(robot: Robot, web: Web) -> None:
    web.put("/", "Home")
    robot.crawl()
    restock(robot.store.passages, robot.site.id, read_pages(SHOP), "en")
    robot.crawl()
    assert len(robot.known()) == 1 + len(SHOP)
