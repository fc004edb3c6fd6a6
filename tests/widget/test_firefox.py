"""The main journeys in Firefox, on the built file: one browser, a fresh profile for each."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.widget.scripted_api import ROOT, SITE_KEY, Answer, ScriptedApi, stream_of

DRIVER = Path(__file__).parent / "firefox.mjs"
POLICY = (
    "default-src 'none'; script-src {api}; connect-src {api}; img-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
COUNTING = "One. " * 30


class Firefox:
    """A person with Firefox. Each call waits until it is done, and fails where it cannot be."""

    def __init__(self, driver: subprocess.Popen[str]) -> None:
        self._driver = driver

    def does(self, name: str, **how: Any) -> Any:
        assert self._driver.stdin is not None
        assert self._driver.stdout is not None
        self._driver.stdin.write(json.dumps({"do": name, **how}) + "\n")
        self._driver.stdin.flush()
        line = self._driver.stdout.readline()
        assert line, "Firefox's driver has ended"
        answer = json.loads(line)
        assert "done" in answer, answer.get("failed")
        return answer["done"]

    def visits(self, api: ScriptedApi, **headers: str) -> Firefox:
        tag = f'<script async src="{api.origin}/widget.js" data-site="{SITE_KEY}"></script>'
        markup = f'<!doctype html><html lang="en"><title>x</title><body><h1>x</h1>{tag}</body></html>'
        self.does("visit", url=api.page("/shop", markup, **headers))
        return self

    def opens(self) -> Firefox:
        self.does("click", part="launcher")
        return self

    def asks(self, question: str) -> Firefox:
        self.does("fill", label='[part="question"]', text=question)
        self.does("press", key="Enter")
        return self

    def reads(self, words: str) -> Firefox:
        self.does("reads", words=words)
        return self

    def hears(self, words: str) -> Firefox:
        self.does("reads", words=words, isSpoken=True)
        return self

    def sees_the_end(self) -> dict[str, Any]:
        """Wait for the end of the answer; return what is on the screen."""
        self.does("wait_for", part="thumb-up")
        self.hears("Answer complete.")
        return self.sees()

    def sees(self) -> dict[str, Any]:
        seen: dict[str, Any] = self.does("sees")
        assert seen["errors"] == []
        return seen


@pytest.fixture(scope="module")
def firefox() -> Iterator[Firefox]:
    if not Path("/usr/bin/firefox-esr").exists():
        pytest.skip("Firefox is not installed (Debian: apt-get install firefox-esr)")
    if not (ROOT / "widget/node_modules/puppeteer-core").exists():
        pytest.skip("what drives Firefox is not installed (npm ci --prefix widget)")
    command = ["node", str(DRIVER)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as driver:
        yield Firefox(driver)
        assert driver.stdin is not None
        driver.stdin.close()
        driver.wait(30)


def test_a_question_is_answered_with_sources_and_suggestions(firefox: Firefox, api: ScriptedApi) -> None:
    api.play("notice_and_sources")
    seen = firefox.visits(api).opens().asks("Is shipping free?").sees_the_end()
    assert "Members get free shipping on any order." in seen["log"]
    assert seen["sources"] == ["Membership", "Shipping: how long, how much"]
    assert seen["chips"] == ["How do I become a member?"]
    assert (seen["focus"], seen["width"]) == ("question", 400)
    assert seen["spoken"].count("Answer complete.") == 1
    firefox.does("press", key="Escape")
    assert not firefox.sees()["isOpen"]


def test_a_suggestion_asks_itself(firefox: Firefox, api: ScriptedApi) -> None:
    api.play("plain")
    api.play("no_followups")
    firefox.visits(api).opens().asks("A tent?").sees_the_end()
    firefox.does("click", part="chip")
    firefox.reads("Yes, in all colours.")
    assert [each["message"] for each in api.questions()] == ["A tent?", "How do I dry a tent?"]
    assert api.requests("OPTIONS", "/v1/chat") == []


def test_a_broken_connection_is_taken_up_where_it_broke(firefox: Firefox, api: ScriptedApi) -> None:
    frames = stream_of("Yes, within **60 days**.\n\n- clean\n- dry", followups=("How?",))
    api.answer(frames, cut_at=4)
    api.replays.append(Answer([frames[0], *frames[3:]]))
    seen = firefox.visits(api).opens().asks("A tent?").sees_the_end()
    assert seen["log"].count("within 60 days") == 1
    assert seen["chips"] == ["How?"]
    assert seen["notices"] == []
    (back,) = (each for each in api.requests("GET", "/events") if "/turns/" in each.path)
    assert back.headers["Last-Event-ID"] == "3"


def test_nothing_of_it_needs_leave_of_a_strict_policy(firefox: Firefox, api: ScriptedApi) -> None:
    api.play("plain")
    firefox.visits(api, Content_Security_Policy=POLICY.format(api=api.origin)).opens().asks("A pack?")
    assert firefox.sees_the_end()["violations"] == []


def test_an_answer_in_flight_goes_on_after_a_reload(firefox: Firefox, api: ScriptedApi) -> None:
    frames = stream_of(COUNTING)
    api.answer(frames, hold_at=5)
    firefox.visits(api).opens().asks("Count").reads("One.")
    turn = api.questions()[0]["turn"]
    api.turns = [{"turn": turn, "question": "Count", "reply": None, "status": "streaming", "sources": []}]
    api.replays.append(Answer(frames))
    firefox.does("reload")
    firefox.does("wait_for", part="thumb-up")
    log = firefox.sees()["log"]
    assert (log.count("One."), log.count("Count")) == (30, 1)
    assert len(api.questions()) == 1


def test_a_stopped_answer_keeps_its_words_and_can_be_asked_again(firefox: Firefox, api: ScriptedApi) -> None:
    api.answer(stream_of(COUNTING), hold_at=4)
    firefox.visits(api).opens().asks("Count").reads("One.")
    firefox.does("click", part="stop")
    firefox.reads("You stopped this answer.")
    assert "One." in firefox.sees()["log"]
    assert firefox.sees()["focus"] == "question"
    api.play("no_followups")
    firefox.does("click", part="retry")
    firefox.reads("Yes, in all colours.")
    assert [each["message"] for each in api.questions()] == ["Count", "Count"]
    assert len(api.requests("POST", "/stop")) == 1


def test_a_conversation_can_be_handed_to_a_person(firefox: Firefox, api: ScriptedApi) -> None:
    api.play("plain")
    firefox.visits(api).opens().asks("A tent?").sees_the_end()
    firefox.does("push", words="Ask a person")
    firefox.does("fill", label='input[type="email"]', text="sam@mail.example")
    firefox.does("fill", label="textarea:not([part])", text="The zip sticks too.")
    firefox.does("push", words="Send to the team")
    firefox.reads("Your question is with our team.")
    (sent,) = api.requests("POST", "/handoff")
    assert sent.document == {"email": "sam@mail.example", "note": "The zip sticks too."}


def test_what_a_page_swaps_away_comes_back_as_it_was(firefox: Firefox, api: ScriptedApi) -> None:
    api.play("plain")
    firefox.visits(api).opens().asks("A tent?").sees_the_end()
    for swap in ("document.body.replaceWith(document.createElement('body'))", "document.body.replaceChildren()"):
        firefox.does("run", script=swap)
        firefox.reads("A tent that has been used")
        seen = firefox.sees()
        assert (seen["isOpen"], seen["focus"]) == (True, "question")


def test_no_key_leaves_it_and_it_lies_over_a_dialog(firefox: Firefox, api: ScriptedApi) -> None:
    api.play("plain")
    firefox.visits(api)
    firefox.does("run", script="document.addEventListener('keydown', (event) => event.preventDefault(), true)")
    firefox.does(
        "run",
        script="document.body.append(document.createElement('dialog')); document.querySelector('dialog').showModal()",
    )
    firefox.does("run", script="Deskbell.open()")
    firefox.does("wait_for", part="question")
    assert "A tent that has been used" in firefox.asks("/ s j k?").sees_the_end()["log"]
    assert api.questions()[0]["message"] == "/ s j k?"
