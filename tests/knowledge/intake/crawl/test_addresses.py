"""A page has one address, and a crawl stays below its start."""

from __future__ import annotations

from tests.knowledge.intake.crawl.conftest import Answer, Robot, Web


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
