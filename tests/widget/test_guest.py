"""A good guest: whatever policy, style and life the customer's page has."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.widget.conftest import Visitor
from tests.widget.scripted_api import SITE_KEY, WIDGET, Answer, ScriptedApi, golden_frames, stream_of

SRI = "sha384-" + base64.b64encode(hashlib.sha384(WIDGET.read_bytes()).digest()).decode()


def tag(api: ScriptedApi, attributes: str = "") -> str:
    return f'<script async src="{api.origin}/widget.js" data-site="{SITE_KEY}" {attributes}></script>'


def opens(visitor: Visitor, markup: str, **headers: str) -> Visitor:
    """Go to a page that is written out whole."""
    visitor.page.goto(visitor.api.page("/own", markup, **headers))
    visitor.page.wait_for_selector("deskbell-widget", state="attached")
    return visitor


POLICIES = {
    "a hash, with the tag's integrity": (
        "script-src '{sri}'; style-src 'none'; connect-src {api}",
        'integrity="{sri}" crossorigin',
    ),
    "a nonce and strict-dynamic": (
        "default-src 'none'; script-src 'nonce-abc' 'strict-dynamic'; style-src 'nonce-abc'; connect-src {api}",
        'nonce="abc"',
    ),
    "trusted types": (
        "default-src 'none'; script-src {api}; connect-src {api}; require-trusted-types-for 'script'; "
        "trusted-types 'none'",
        "",
    ),
}


@pytest.mark.parametrize("name", POLICIES)
def test_it_works_under_a_policy_of(visitor: Visitor, api: ScriptedApi, name: str) -> None:
    policy, attributes = (text.format(sri=SRI, api=api.origin) for text in POLICIES[name])
    api.play("notice_and_sources")
    markup = f'<!doctype html><html lang="en"><title>x</title><body><h1>x</h1>{tag(api, attributes)}</body></html>'
    opens(visitor, markup, Content_Security_Policy=policy).open().ask().is_done()
    assert [line for line in visitor.console if "404" not in line] == []  # the page has no icon
    assert visitor.errors == []


HOSTILE = {
    "everything reset with force": "* { all: initial !important; display: inline !important }",
    "no buttons": "button, form, textarea, ul, svg { display: none !important; visibility: hidden }",
    "62.5 %": "html { font-size: 62.5% } * { line-height: 3; letter-spacing: 4px; text-transform: uppercase }",
    "huge layers": "div { z-index: 2147483647; position: relative }",
    "our names": ".panel, .log, .send, .question, .head { display: none !important; position: static !important }",
    "moved": "body { transform: none; zoom: 1 } :root { --0: red; --1: red; --2: 99px; --owner-accent: red }",
}


def shape_of(visitor: Visitor) -> list[Any]:
    """Return where each part of the open panel stands and how it is set."""
    parts = """shadow => [...shadow.querySelectorAll(".panel, .panel *")].map((part) => {
      const box = part.getBoundingClientRect(), style = getComputedStyle(part);
      return [part.className.baseVal ?? part.className, box.x, box.y, box.width, box.height,
              style.color, style.font, style.letterSpacing, style.textTransform, style.display];
    })"""
    script = f"({parts})(document.querySelector('deskbell-widget').shadowRoot)"
    shape: list[Any] = visitor.page.evaluate(script)
    return shape


@pytest.mark.parametrize("doctype", ["<!doctype html>", ""])
def test_no_style_of_the_page_changes_anything_of_ours(visit: Any, api: ScriptedApi, doctype: str) -> None:
    shapes = {}
    for name, css in {"nothing": "", **HOSTILE}.items():
        api.answers.clear()
        api.play("plain")
        visitor = visit()
        markup = (
            f'{doctype}<html lang="en"><style>{css}</style><title>x</title><body><h1>x</h1>{tag(api)}</body></html>'
        )
        opens(visitor, markup).open().ask().is_done()
        visitor.page.mouse.move(5, 5)
        shapes[name] = shape_of(visitor)
        assert len(shapes[name]) > 40
        visitor.context.close()
    for name, shape in shapes.items():
        assert shape == shapes["nothing"], name


def test_a_page_from_right_to_left_does_not_turn_an_english_panel(visitor: Visitor, api: ScriptedApi) -> None:
    markup = f'<!doctype html><html lang="en" dir="rtl"><title>x</title><body><h1>x</h1>{tag(api)}</body></html>'
    opens(visitor, markup).open()
    assert visitor.part("panel").evaluate("panel => getComputedStyle(panel).direction") == "ltr"
    box = visitor.part("panel").bounding_box()
    assert box is not None
    assert round(box["x"] + box["width"]) == 1280 - 24


def test_a_navigation_that_puts_another_body_there_keeps_the_conversation(visitor: Visitor, api: ScriptedApi) -> None:
    answer = api.answer(stream_of("One. " * 30), hold_at=5)
    visitor.visit().open().ask("Count").reads("One.")
    visitor.page.evaluate("""() => {
      const body = document.createElement("body");
      body.innerHTML = "<main><h1>Another page</h1></main>";
      document.documentElement.replaceChild(body, document.body);
    }""")
    visitor.page.get_by_role("heading", name="Another page").wait_for()
    visitor.reads("One.")
    answer.release.set()
    visitor.is_done()
    assert visitor.text().count("One.") == 30
    assert visitor.page.locator("body > deskbell-announcer").count() == 1
    assert visitor.page.locator("deskbell-widget").count() == 1


def test_a_page_that_empties_its_body_gets_it_back(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.visit().page.evaluate("document.body.replaceChildren()")
    visitor.part("launcher").wait_for(state="visible")
    visitor.page.evaluate("Deskbell.destroy(); document.body.append(document.createElement('p'))")
    assert visitor.page.locator("deskbell-widget").count() == 0


def test_a_page_that_is_left_and_come_back_to_goes_on_with_the_answer(visitor: Visitor, api: ScriptedApi) -> None:
    frames = stream_of("One. " * 30)
    api.answer(frames, hold_at=5)
    visitor.visit().open().ask("Count").reads("One.")
    visitor.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    api.replays.append(Answer([frames[0], *frames[5:]]))
    visitor.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    visitor.is_done()
    assert visitor.text().count("One.") == 30
    assert len(api.questions()) == 1


def test_it_works_in_a_frame_that_may_do_next_to_nothing(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    inner = f'<!doctype html><html lang="en"><title>in</title><body><h1>in</h1>{tag(api)}</body></html>'
    inside = api.page("/inside", inner)
    outer = f'<!doctype html><title>out</title><iframe sandbox="allow-scripts" width="900" height="780" src="{inside}">'
    visitor.page.goto(api.page("/outside", outer))
    frame = visitor.page.frame_locator("iframe")
    frame.locator('[part="launcher"]').click()
    frame.locator('[part="question"]').fill("Can I?")
    frame.locator('[part="question"]').press("Enter")
    expect(frame.locator('[part="thumb-up"]')).to_be_visible()
    assert visitor.errors == []


def test_a_policy_that_blocks_our_requests_is_named_once_and_reported(visitor: Visitor, api: ScriptedApi) -> None:
    policy = f"script-src {api.origin}; connect-src 'self'"
    with visitor.page.expect_request("**/widget/report.js**") as reported:
        visitor.visit(Content_Security_Policy=policy).open().ask().reads("The assistant cannot be reached.")
    assert reported.value.url == f"{api.origin}/widget/report.js?site={SITE_KEY}&kind=blocked"
    (line,) = [line for line in visitor.console if "warning: Deskbell" in line]
    assert f'lacks "connect-src {api.origin}/"' in line
    assert len([each for each in api.asked if "report.js" in each.path]) == 1


def test_a_proxy_that_holds_the_stream_back_is_named_and_reported(visitor: Visitor, api: ScriptedApi) -> None:
    whole = "".join(golden_frames("plain"))
    held = api.answer([whole[:100], whole[100:]], hold_at=0)
    visitor.visit().open()
    with visitor.page.expect_request("**/widget/report.js**") as reported:
        visitor.ask()
        visitor.reads("Looking in the help pages")
        asked = visitor.page.evaluate("performance.now()")
        visitor.page.wait_for_function("asked => performance.now() - asked > 1100", arg=asked)
        held.release.set()
    assert reported.value.url.endswith("kind=buffered")
    visitor.is_done()
    (line,) = [line for line in visitor.console if "warning: Deskbell" in line]
    assert "proxy_buffering off" in line


def test_a_stream_that_flows_is_not_suspected(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open().ask().is_done()
    assert [each for each in api.asked if "report.js" in each.path] == []


def console_of(visitor: Visitor) -> list[str]:
    return [line for line in visitor.console if "Deskbell" in line]


def test_a_module_is_told_that_it_must_be_none(visitor: Visitor, api: ScriptedApi) -> None:
    module = "<!doctype html><title>x</title>" + tag(api).replace("<script async", '<script type="module"')
    with visitor.page.expect_console_message() as said:
        visitor.page.goto(api.page("/module", module))
    assert 'type="module"' in said.value.text
    assert len(console_of(visitor)) == 1


def test_a_mistake_in_the_tag_is_named_once(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.visit('data-colour="red" data-theme="purple"').open()
    (line,) = console_of(visitor)
    assert 'data-colour="red"' in line


@pytest.mark.parametrize("kind", ["a sandboxed page", "a page that is opened as a file"])
def test_a_page_without_an_origin_is_told_why_nothing_answers(
    visitor: Visitor, api: ScriptedApi, tmp_path: Path, kind: str
) -> None:
    visitor.page.route("**/v1/**", lambda route: route.abort())
    inner = f'<!doctype html><html lang="en"><title>in</title><body>{tag(api)}</body></html>'
    if kind == "a sandboxed page":
        address = api.page("/in", inner)
        outer = f'<!doctype html><title>out</title><iframe sandbox="allow-scripts" src="{address}">'
        where, address = visitor.page.frame_locator("iframe"), api.page("/out", outer)
    else:
        (tmp_path / "page.html").write_text(inner, encoding="utf-8")
        where, address = visitor.page, f"file://{tmp_path}/page.html"
    with visitor.page.expect_console_message(lambda message: "Deskbell" in message.text) as said:
        visitor.page.goto(address)
        where.locator('[part="launcher"]').click()
    assert kind in said.value.text
