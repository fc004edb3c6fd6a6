"""How the widget lives on a page in WebKit, on the built file: one driver, a fresh browser for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.widget.scripted_api import Answer, ScriptedApi, stream_of
from tests.widget.webkit import DRIVER, SCREEN, Webkit, browser_file, webkit_driver, webkit_session

SWAPS = {
    "another body": "document.documentElement.replaceChild(document.createElement('body'), document.body)",
    "another document element": """const html = document.createElement("html");
        html.append(document.createElement("head"), document.createElement("body"));
        document.replaceChild(html, document.documentElement)""",
    "an empty body": "document.body.replaceChildren()",
}


@pytest.fixture(scope="module")
def driver() -> Iterator[str]:
    if not (DRIVER.exists() and SCREEN.exists() and browser_file()):
        pytest.skip("WebKit is not installed (Debian: apt-get install webkit2gtk-driver xvfb)")
    with webkit_driver() as address:
        yield address


@pytest.fixture
def webkit(driver: str) -> Iterator[Webkit]:
    with webkit_session(driver) as person:
        yield person


def test_a_question_is_answered_and_escape_closes(webkit: Webkit, api: ScriptedApi) -> None:
    api.play("notice_and_sources")
    webkit.visits(api).opens().asks("Is shipping free?").sees_the_end()
    assert "Members get free shipping on any order." in webkit.sees()["log"]
    webkit.types("\ue00c")
    assert not webkit.sees()["isOpen"]


@pytest.mark.parametrize("swap", SWAPS)
def test_what_a_page_swaps_away_comes_back_as_it_was(webkit: Webkit, api: ScriptedApi, swap: str) -> None:
    api.play("plain")
    webkit.visits(api).opens().asks("A tent?").sees_the_end().types("Half a question").runs(SWAPS[swap])
    webkit.part("panel")
    seen = webkit.sees()
    assert "A tent that has been used" in seen["log"]
    assert (seen["isOpen"], seen["question"], seen["focus"]) == (True, "Half a question", "question")
    assert webkit.runs("return document.querySelectorAll('deskbell-widget, deskbell-announcer').length") == 2


def test_a_place_is_found_when_it_comes_and_lost_with_its_view(webkit: Webkit, api: ScriptedApi) -> None:
    webkit.visits(api, 'data-target="#help"').waits_until("window.Deskbell?.destroy")
    webkit.runs("document.body.insertAdjacentHTML('beforeend', '<div id=help></div>')")
    webkit.part("question")
    webkit.runs("document.querySelector('#help').remove()")
    webkit.waits_until("!document.querySelector('deskbell-widget')")


def test_open_stays_open_over_pages_and_takes_no_focus(webkit: Webkit, api: ScriptedApi) -> None:
    webkit.visits(api).opens().visits(api, html="<h1>Another page</h1>").part("panel")
    assert webkit.runs("return document.activeElement === document.body")


def test_an_answer_in_flight_goes_on_after_a_reload(webkit: Webkit, api: ScriptedApi) -> None:
    frames = stream_of("One. " * 30)
    api.answer(frames, hold_at=5)
    webkit.visits(api).opens().asks("Count").reads("One.")
    turn = {"turn": api.questions()[0]["turn"], "question": "Count", "reply": None, "sources": []}
    api.turns = [{**turn, "status": "streaming"}]
    api.replays.append(Answer(frames))
    webkit.sends("POST", "refresh")
    assert webkit.sees_the_end().sees()["log"].count("One.") == 30


def test_after_the_end_nothing_of_it_is_left(webkit: Webkit, api: ScriptedApi) -> None:
    webkit.visits(api).opens().runs("const it = Deskbell; it.destroy(); for (const name in it) it[name]('x', () => 0)")
    assert webkit.runs("return document.querySelectorAll('deskbell-widget, deskbell-announcer').length") == 0
    assert webkit.runs("return 'Deskbell' in window") is False


def test_no_key_leaves_it_and_it_lies_over_a_dialog(webkit: Webkit, api: ScriptedApi) -> None:
    api.play("plain")
    webkit.visits(api, html="<h1>x</h1><dialog>Sizes</dialog>").waits_until("window.Deskbell?.destroy")
    webkit.runs("""document.addEventListener('keydown', (event) => event.preventDefault(), true);
        document.querySelector('dialog').showModal(); Deskbell.open()""")
    webkit.asks("/ s j k?").sees_the_end()
    assert api.questions()[0]["message"] == "/ s j k?"
