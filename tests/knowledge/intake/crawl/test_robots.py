"""robots.txt is obeyed."""

from __future__ import annotations

import pytest

from backend.knowledge.intake.crawl.refusal import NotFetched
from tests.knowledge.intake.crawl.conftest import Answer, Robot, Web


def test_robots_txt_is_obeyed(robot: Robot, web: Web) -> None:
    rules = b"User-agent: *\nDisallow: /private\nDisallow: /*?sort=\nCrawl-delay: 30\n"
    web.pages["/robots.txt"] = Answer(rules, headers={"Content-Type": "text/plain"})
    web.put("/", "Home", links=("/private/a", "/list?sort=up", "/moved", "/b"))
    web.put("/b", "Open")
    web.pages["/moved"] = Answer(b"", 302, {"Location": "/private/b"})
    web.put("/private/b", "Secret")
    robot.crawl()
    assert robot.known() == {"/": "Home", "/b": "Open"}
    assert not [path for path in web.asked if path.startswith(("/private", "/list"))]
    assert robot.pages()["/moved"].code == "robots"
    assert any(20 < pause <= 30 for pause in robot.pauses)  # less what reading took


def test_a_site_whose_robots_txt_fails_is_not_read(robot: Robot, web: Web) -> None:
    web.put("/", "Home")
    web.pages["/robots.txt"] = Answer(b"", 500)
    with pytest.raises(NotFetched, match=r"robots\.txt cannot be had"):
        robot.crawl()
    assert web.asked == ["/robots.txt"]
    assert robot.of().state == "failed"
