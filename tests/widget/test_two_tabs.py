"""Two tabs of one browser: one conversation or two, never a mixture."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.widget.conftest import Visitor
from tests.widget.scripted_api import Answer, ScriptedApi, stream_of


def start_of(conversation: str, visitor: str, text: str) -> list[str]:
    frames = stream_of(text)
    frames[1] = frames[1].replace('"c_1"', f'"{conversation}"').replace('"v_1"', f'"{visitor}"')
    return frames


def stored(turn: str, question: str, text: str) -> dict[str, Any]:
    reply = {"message": text, "confidence": 0.9, "followups": []}
    return {"turn": turn, "question": question, "reply": reply, "status": "done", "sources": []}


class Tab:
    """Another tab of the same browser on the same page."""

    def __init__(self, visitor: Visitor) -> None:
        self.page: Page = visitor.context.new_page()
        self.page.goto(visitor.page.url)
        self.page.evaluate("Deskbell.open()")
        self.log = self.page.locator('deskbell-widget [part="log"]')
        self.log.wait_for(state="visible")

    def ask(self, question: str) -> None:
        field = self.page.locator('deskbell-widget [part="question"]')
        field.fill(question)
        field.press("Enter")

    def choose(self, *names: str) -> None:
        for name in names:
            self.page.get_by_role("button", name=name).last.click()


def test_what_is_shown_is_what_is_asked_about(visitor: Visitor, api: ScriptedApi) -> None:
    first = api.answer(start_of("c_A", "v_A", "One. " * 30), hold_at=5)
    visitor.visit().open().ask("In A?").reads("One.")
    api.turns = [{**stored("t", "In A?", ""), "reply": None, "status": "streaming"}]
    api.replays.append(Answer(start_of("c_A", "v_A", "One. " * 30)))
    other = Tab(visitor)
    expect(other.log).to_contain_text("One.")
    other.choose("More", "Start a new conversation")
    api.answer(start_of("c_B", "v_A", "Two."))
    other.ask("In B?")
    expect(other.log).to_contain_text("Two.")
    first.release.set()
    visitor.is_done()
    assert "In A?" in visitor.text()
    assert "In B?" not in visitor.text()
    for conversation in ("c_A", "c_B"):
        api.answer(start_of(conversation, "v_A", "Three."))
    visitor.ask("Again in A?").reads("Three.")
    other.ask("Again in B?")
    expect(other.log).to_contain_text("Three.")
    asked = {each["message"]: each.get("conversation") for each in api.questions()}
    assert asked == {"In A?": None, "In B?": None, "Again in A?": "c_A", "Again in B?": "c_B"}


def test_two_fresh_tabs_that_ask_at_once_keep_both_questions(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.visit().open()
    other = Tab(visitor)
    first = api.answer(start_of("c_A", "v_A", "One. " * 30), hold_at=1)
    api.answer(start_of("c_A", "v_A", "Two."))
    with visitor.page.expect_request("**/v1/chat"):
        visitor.ask("In A?")
    other.ask("In B?")
    api.turns = [stored("t_a", "In A?", "One."), stored("t_b", "In B?", "Two.")]
    first.release.set()
    visitor.is_done().reads("In A?")
    expect(other.log).to_contain_text("Two.")
    assert [each.get("conversation") for each in api.questions()] == [None, "c_A"]
    assert [each.get("visitor") for each in api.questions()] == [None, "v_A"]
    visitor.reload().reads("In A?").reads("In B?")


def test_erasing_in_one_tab_ends_it_in_the_other(visitor: Visitor, api: ScriptedApi) -> None:
    api.answer(start_of("c_A", "v_A", "Secret."))
    visitor.visit().open().ask("Mine?").is_done()
    api.turns = [stored("t", "Mine?", "Secret.")]
    other = Tab(visitor)
    expect(other.log).to_contain_text("Secret.")
    api.answer(start_of("c_A", "v_A", "One. " * 30), hold_at=5)
    visitor.ask("Still mine?").reads("One.")
    other.choose("More", "Erase this conversation", "Erase")
    expect(visitor.part("log")).not_to_contain_text("Secret.")
    expect(visitor.part("stop")).to_have_count(0)
    assert "Mine?" not in visitor.text()


def test_a_tab_catches_up_after_an_answer(visitor: Visitor, api: ScriptedApi) -> None:
    api.answer(start_of("c_A", "v_A", "First."))
    visitor.visit().open().ask("One?").is_done()
    api.turns = [stored("t_1", "One?", "First.")]
    other = Tab(visitor)
    expect(other.log).to_contain_text("First.")
    held = api.answer(start_of("c_A", "v_A", "Here. " * 30), hold_at=5)
    visitor.ask("Busy?").reads("Here.")
    api.answer(start_of("c_A", "v_A", "Elsewhere."))
    other.ask("Meanwhile?")
    expect(other.log).to_contain_text("Elsewhere.")
    api.turns = [*api.turns, stored("t_2", "Meanwhile?", "Elsewhere.")]
    held.release.set()
    visitor.is_done().reads("Meanwhile?")
