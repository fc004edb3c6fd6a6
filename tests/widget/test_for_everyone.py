"""Nobody is kept out: axe-core in the states beyond the everyday ones, and what a screen reader is told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.widget.conftest import Visitor
from tests.widget.scripted_api import SETTINGS, Answer, ScriptedApi, golden_frames, stream_of
from tests.widget.states import KINDS, RICH_ANSWER, finds_no_barrier

ARABIC = (
    "# الإرجاع\n\nنعم، خلال **60 يومًا**. انظر [القواعد](https://shop.example/r).\n\n- نظيفة\n- جافة\n\n`RETURN 48213`"
)
NUDGE = {**SETTINGS, "nudge": "Shall I help you choose a pack?"}
TURN = {"turn": "t1", "question": "A tent?", "status": "done", "sources": []}
STORED = {"message": RICH_ANSWER, "confidence": 0.9, "followups": ["More?"]}


# From right to left


def arabic(visit: Any, api: ScriptedApi) -> Visitor:
    api.settings = {**SETTINGS, "greeting": "مرحبًا", "starters": ["أين طلبي؟"], "disclosure": "مساعد آلي"}
    visitor: Visitor = visit(locale="ar")
    return visitor.visit('data-locale="ar"')


def test_an_arabic_conversation_puts_no_barrier_before_anyone_in_any_state(visit: Any, api: ScriptedApi) -> None:
    visitor = arabic(visit, api)
    finds_no_barrier(visitor)
    visitor.open()
    finds_no_barrier(visitor)
    answer = api.answer(stream_of(ARABIC, confidence=0.2, followups=("كيف؟", "متى؟")), hold_at=6)
    visitor.ask("هل يمكنني الإرجاع؟").reads("60 يومًا")
    finds_no_barrier(visitor)
    answer.release.set()
    visitor.is_done()
    finds_no_barrier(visitor)
    api.play("error_midway")
    visitor.ask("متى؟").part("retry").wait_for()
    finds_no_barrier(visitor)
    api.refuse("pii_detected", 422, kinds=["CREDIT_CARD"])
    visitor.ask("رقم").part("notice").last.wait_for()
    finds_no_barrier(visitor)


@pytest.mark.parametrize("kind", KINDS)
def test_an_offer_of_help_puts_no_barrier_before_anyone(visit: Any, api: ScriptedApi, kind: str) -> None:
    api.settings = NUDGE
    visitor = visit(**KINDS[kind])
    visitor.visit().page.get_by_role("button", name="Shall I").wait_for()
    finds_no_barrier(visitor)
    for colours in ({"color_scheme": "dark"}, {"forced_colors": "active"}):
        visitor.page.emulate_media(**colours)
        finds_no_barrier(visitor)


# States that follow others


def said_by_the_server(name: str, visitor: Visitor, api: ScriptedApi) -> None:
    api.play(name)
    visitor.visit().open().ask()
    expect(visitor.part("stop")).to_be_hidden()
    visitor.part("notice").first.wait_for()


def an_earlier_visit(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open().ask().is_done()
    failed = {**TURN, "turn": "t2", "reply": None, "status": "failed"}
    stopped = {**TURN, "turn": "t3", "reply": STORED, "status": "stopped"}
    api.turns = [{**TURN, "reply": STORED}, failed, stopped]
    visitor.reload().reads("RETURN 48213")


def new_text_below(visitor: Visitor, api: ScriptedApi) -> None:
    answer = api.answer(stream_of("\n\n".join([RICH_ANSWER] * 12)), hold_at=60)
    visitor.visit().open().ask().reads("Used is fine.")
    visitor.part("log").hover()
    visitor.page.mouse.wheel(0, -5000)
    visitor.page.wait_for_function(
        "document.querySelector('deskbell-widget').shadowRoot.querySelector('[part=log]').scrollTop === 0"
    )
    answer.release.set()
    visitor.page.get_by_role("button", name="New text below").wait_for()


def a_reconnection(visitor: Visitor, api: ScriptedApi) -> None:
    api.answer(stream_of(RICH_ANSWER), cut_at=6)
    visitor.visit('data-open=""').part("panel").wait_for()
    visitor.ask().part("notice").first.wait_for()


def a_remark(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("notice_and_sources")
    visitor.visit().open().ask().is_done().part("thumb-down").click()
    visitor.page.get_by_label("Tell us more").wait_for()


def a_question_too_long(visitor: Visitor, _: ScriptedApi) -> None:
    visitor.visit().open().part("question").fill("a" * 4010)
    visitor.reads("characters too many")


def a_person_was_asked(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open().ask().is_done().page.get_by_role("button", name="Ask a person").click()
    visitor.page.get_by_label("Your e-mail").fill("sam@mail.example")
    visitor.page.get_by_role("button", name="Send to the team").click()
    visitor.reads("Your question is with our team.")


def an_embedded_panel(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("notice_and_sources")
    visitor.visit('data-target="#help"', html='<h1>Help</h1><div id="help" style="height:600px"></div>')
    visitor.ask().is_done()


STATES = {
    "truncated": lambda visitor, api: said_by_the_server("truncated", visitor, api),
    "taken back": lambda visitor, api: said_by_the_server("replaced", visitor, api),
    "degraded": lambda visitor, api: said_by_the_server("degraded", visitor, api),
    "an earlier visit": an_earlier_visit,
    "new text below": new_text_below,
    "a reconnection": a_reconnection,
    "a remark": a_remark,
    "a question too long": a_question_too_long,
    "a person was asked": a_person_was_asked,
    "an embedded panel": an_embedded_panel,
}


@pytest.mark.parametrize("state", STATES)
def test_no_later_state_puts_a_barrier_before_anyone(visitor: Visitor, api: ScriptedApi, state: str) -> None:
    STATES[state](visitor, api)
    finds_no_barrier(visitor)
    visitor.page.emulate_media(color_scheme="dark")
    finds_no_barrier(visitor)


# What a screen reader is told

LISTEN = """
  window.spoken = [];
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes)
      if (change.target.localName === "deskbell-announcer") spoken.push(node.textContent);
  }).observe(document, {childList: true, subtree: true});
"""
SENTENCES = [f"Sentence {number} says something of its own about tents." for number in range(1, 121)]
PACE_S = 0.004


def words_of(text: str) -> list[str]:
    return re.findall(r"\S+", text)


def test_a_long_answer_is_spoken_whole_once_and_by_sentences(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.page.add_init_script(LISTEN)
    paragraphs = [" ".join(SENTENCES[at : at + 6]) for at in range(0, len(SENTENCES), 6)]
    api.answer(stream_of("\n\n".join(paragraphs), followups=("How?", "When?"), size=5), pause_s=PACE_S)
    visitor.visit().open().ask().part("thumb-up").wait_for(timeout=60_000)
    visitor.page.wait_for_function("spoken.at(-1)?.startsWith('Answer complete')")
    first, *pieces, last = visitor.page.evaluate("spoken")
    assert first == "The assistant is replying."
    assert last == "Answer complete. 2 suggested questions."
    assert " ".join(pieces) == " ".join(SENTENCES)  # nothing missing, nothing twice, in order
    assert [piece for piece in pieces if not piece.startswith("Sentence") or not piece.endswith("tents.")] == []
    assert 1 < len(pieces) < 20  # what came in meanwhile is joined: no queue builds up


def test_what_is_spoken_of_a_rich_answer_is_what_can_be_read(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.page.add_init_script(LISTEN)
    api.answer(stream_of(RICH_ANSWER, size=2), pause_s=PACE_S)
    visitor.visit().open().ask().is_done()
    visitor.page.wait_for_function("spoken.at(-1)?.startsWith('Answer complete')")
    spoken = visitor.page.evaluate("spoken")
    said = " ".join(spoken[1:-1])
    assert not set("*#|`>[]") & set(said)
    for words in ("Returns", "Yes, within 60 days.", "See the rules.", "clean", "dry", "Used is fine."):
        assert said.count(words) == 1, words
    assert words_of(said).index("clean") < words_of(said).index("dry") < words_of(said).index("Used")


def test_an_answer_that_is_heard_twice_is_spoken_once(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.page.add_init_script(LISTEN)
    frames = stream_of(" ".join(SENTENCES[:8]), size=6)
    api.answer(frames, cut_at=30)
    api.replays.append(Answer(frames))  # from its very start, against what was asked for
    visitor.visit().open().ask().is_done()
    visitor.page.wait_for_function("spoken.at(-1)?.startsWith('Answer complete')")
    said = [piece for piece in visitor.page.evaluate("spoken") if piece.startswith("Sentence")]
    assert " ".join(said) == " ".join(SENTENCES[:8])


def test_an_error_is_spoken_after_what_could_be_read_of_the_answer(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.page.add_init_script(LISTEN)
    api.answer(golden_frames("error_midway"))
    visitor.visit().open().ask().part("retry").wait_for()
    visitor.page.wait_for_function("spoken.some((each) => each.includes('connection was lost'))")
    spoken = visitor.page.evaluate("spoken")
    assert len([each for each in spoken if "connection was lost" in each]) == 1
    assert not [each for each in spoken if each.startswith("Answer complete")]
