"""What a visitor can do beyond asking: edit, rate, keep, hand over to a person."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.widget.conftest import Visitor
from tests.widget.scripted_api import SETTINGS, SITE_KEY, Answer, ScriptedApi, stream_of
from tests.widget.states import finds_no_barrier


def test_a_person_can_be_asked_and_nothing_is_sent_before_the_address_is_whole(
    visitor: Visitor, api: ScriptedApi
) -> None:
    api.play("plain")
    visitor.visit().open()
    expect(visitor.page.get_by_role("button", name="Ask a person")).to_be_hidden()  # there is nothing to read yet
    visitor.ask().is_done().page.get_by_role("button", name="Ask a person").click()
    email = visitor.page.get_by_label("Your e-mail")
    expect(email).to_be_focused()
    email.fill("sam@example")
    email.press("Enter")
    visitor.reads("Nothing has been sent yet.")
    expect(email).to_be_focused()
    assert api.requests("POST", "/handoff") == []
    email.fill("sam@mail.example")
    visitor.page.get_by_label("Anything to add?").fill("The zip sticks too.")
    visitor.page.get_by_role("button", name="Send to the team").click()
    visitor.reads("Your question is with our team.")
    (sent,) = api.requests("POST", "/handoff")
    assert sent.path == "/v1/conversations/c_5PpQkGm2vT8xWn4R/handoff"
    assert sent.document == {"email": "sam@mail.example", "note": "The zip sticks too."}
    assert sent.headers["Authorization"] == "Bearer v_9sK2mQx7LhB3fTzY"
    expect(visitor.part("question")).to_be_focused()


def test_escape_leaves_the_form_before_the_panel(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open().ask().is_done().page.get_by_role("button", name="Ask a person").click()
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("log")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("panel")).to_be_hidden()


def test_a_thumb_may_be_explained(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open().ask().is_done()
    remark = visitor.page.get_by_label("Tell us more")
    expect(remark).to_be_hidden()
    visitor.part("thumb-down").click()
    remark.fill("It names no price.")
    with visitor.page.expect_request("**/feedback") as sent:
        remark.press("Enter")
    assert sent.value.post_data_json == {"rating": "down", "comment": "It names no price."}
    expect(remark).to_be_hidden()
    expect(visitor.part("thumb-down")).to_be_focused()


REMEMBERED = f"JSON.parse(localStorage.getItem('deskbell:{SITE_KEY}')).conversation"
SHOWN = """() => [...document.querySelector("deskbell-widget").shadowRoot.querySelectorAll("[type=radio]")]
  .map((radio) => getComputedStyle(radio, "::before").content.replaceAll('"', ""))"""


def test_stars_are_given_once_a_conversation_by_keyboard_and_by_hand(visitor: Visitor, api: ScriptedApi) -> None:
    api.settings = {**SETTINGS, "stars": True}
    for _ in range(3):
        api.play("no_followups")
    visitor.visit().open().ask().is_done()
    page, stars = visitor.page, visitor.page.get_by_role("radiogroup", name="How was this conversation, of five stars?")
    expect(stars.get_by_role("radio")).to_have_count(5)
    expect(stars.get_by_role("radio", checked=True)).to_have_count(0)
    stars.get_by_role("radio", name="2").click()
    with page.expect_request("**/stars") as sent:
        page.keyboard.press("ArrowRight")
    assert sent.value.url.endswith(f"/v1/conversations/{page.evaluate(REMEMBERED)}/stars")
    assert sent.value.post_data_json == {"stars": 3}
    assert page.evaluate(SHOWN) == ["★", "★", "★", "☆", "☆"]
    finds_no_barrier(visitor)

    visitor.ask("And boots?").is_done()
    expect(stars).to_have_count(1)
    expect(stars.get_by_role("radio", checked=True)).to_have_attribute("aria-label", "3")
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Start a new conversation").click()
    visitor.ask().is_done()
    expect(stars.get_by_role("radio", checked=True)).to_have_count(0)


def test_nobody_is_asked_for_stars_where_the_owner_does_not_want_them(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open().ask().is_done()
    expect(visitor.page.get_by_role("radio")).to_have_count(0)


def test_the_last_question_can_be_edited_and_sent_again(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    api.play("no_followups")
    visitor.visit().open().ask("Does it come in blu?").is_done()
    visitor.page.get_by_role("button", name="Edit this question").click()
    expect(visitor.part("question")).to_be_focused()
    expect(visitor.part("question")).to_have_value("Does it come in blu?")
    visitor.ask("Does it come in blue?").reads("in all colours").is_done()
    assert [each["message"] for each in api.questions()] == ["Does it come in blu?", "Does it come in blue?"]
    expect(visitor.page.get_by_role("button", name="Edit this question")).to_have_count(1)  # the last alone


def test_the_conversation_can_be_kept_as_a_file(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("notice_and_sources")
    policy = f"default-src 'none'; script-src {api.origin}; connect-src {api.origin}"
    visitor.visit(Content_Security_Policy=policy).open().ask("Is shipping free?").is_done()
    visitor.page.get_by_role("button", name="More").click()
    with visitor.page.expect_download() as kept:
        visitor.page.get_by_role("button", name="Save this conversation").click()
    assert kept.value.suggested_filename == "Larkmoor-help.md"
    text = Path(kept.value.path()).read_text(encoding="utf-8")
    assert text.startswith("# Larkmoor help\n\n## Is shipping free?\n\nMembers get free shipping")
    assert "1. Membership https://shop.example/help/membership" in text


def test_nothing_can_be_kept_before_a_question(visitor: Visitor) -> None:
    visitor.visit().open().page.get_by_role("button", name="More").click()
    expect(visitor.page.get_by_role("button", name="Save this conversation")).to_have_count(0)


def test_how_much_more_can_be_written_is_said_near_the_limit(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.visit().open()
    visitor.part("question").fill("a" * 3599)
    expect(visitor.page.get_by_text("characters left")).to_have_count(0)
    visitor.part("question").fill("😀" * 3999)  # one character each, as the server counts
    visitor.reads("1 character left")
    visitor.part("question").fill("a" * 4002)
    visitor.reads("2 characters too many")
    expect(visitor.part("send")).to_be_disabled()
    visitor.part("question").press("Enter")
    assert api.questions() == []
    assert len(visitor.part("question").input_value()) == 4002


def test_what_was_typed_is_there_after_a_reload_in_this_tab_alone(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.visit().open().part("question").fill("Half a quest")
    expect(visitor.reload().part("question")).to_have_value("Half a quest")
    assert "Half" not in visitor.page.evaluate("JSON.stringify(localStorage)")
    api.play("plain")
    visitor.ask("A whole question").is_done()
    expect(visitor.reload().part("question")).to_have_value("")


def test_the_page_is_told_only_where_the_owner_turned_it_on(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open().page.evaluate("Deskbell.context({title: 'Basket'})")
    visitor.ask().is_done()
    assert "page" not in api.questions()[0]


def test_a_nudge_comes_once_takes_no_focus_and_can_be_sent_away(visitor: Visitor, api: ScriptedApi) -> None:
    api.settings = {**SETTINGS, "nudge": "Shall I help you choose?"}
    visitor.visit()
    nudge = visitor.page.get_by_role("button", name="Shall I help you choose?")
    nudge.wait_for(state="visible")
    assert visitor.page.evaluate("document.activeElement === document.body")
    visitor.page.get_by_role("button", name="Dismiss").click()
    expect(nudge).to_be_hidden()
    assert '"nudged":1' in visitor.page.evaluate("JSON.stringify(Object.values(localStorage))").replace("\\", "")


def test_a_nudge_opens_the_panel(visitor: Visitor, api: ScriptedApi) -> None:
    api.settings = {**SETTINGS, "nudge": "Shall I help you choose?"}
    visitor.visit().page.get_by_role("button", name="Shall I help you choose?").click()
    visitor.part("panel").wait_for(state="visible")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("button", name="Shall I help you choose?")).to_be_hidden()


def test_two_tabs_show_the_same_conversation(visitor: Visitor, api: ScriptedApi) -> None:
    frames = stream_of("One. " * 30)
    api.play("plain")
    visitor.visit().open().ask("First?").is_done()
    reply = {"message": "Yes, first.", "confidence": 0.9, "followups": []}
    api.turns = [{"turn": "t1", "question": "First?", "reply": reply, "status": "done", "sources": []}]
    other = visitor.context.new_page()
    other.goto(visitor.page.url)
    other.locator('deskbell-widget [part="launcher"]').click()
    other.get_by_text("Yes, first.").wait_for()
    answer = api.answer(frames, hold_at=1)
    with visitor.page.expect_response("**/v1/chat"):  # begun, and held back before its first event
        visitor.ask("Second?")
    turn = {"turn": api.questions()[1]["turn"], "question": "Second?", "reply": None, "sources": []}
    api.turns = [*api.turns, {**turn, "status": "streaming"}]
    api.replays.append(Answer(frames))
    answer.release.set()
    visitor.is_done()
    log = other.locator('deskbell-widget [part="log"]')
    expect(log).to_contain_text("One. " * 29 + "One.")
    assert str(log.inner_text()).count("One.") == 30
    assert len(api.questions()) == 2


def test_an_arabic_page_is_spoken_to_in_arabic(visit: Any, api: ScriptedApi) -> None:
    visitor = visit(locale="ar")
    api.answer(stream_of("نعم.", followups=("كيف؟", "متى؟")))
    visitor.visit('data-locale="ar"')
    expect(visitor.part("launcher")).to_have_text("اسألنا")
    visitor.open()
    expect(visitor.part("question")).to_have_attribute("placeholder", "اطرح سؤالًا")
    visitor.ask("هل؟").is_done()
    expect(visitor.page.locator("deskbell-announcer")).to_contain_text("سؤالان مقترحان.")
    assert visitor.part("panel").evaluate("panel => getComputedStyle(panel).direction") == "rtl"


def test_pressing_twice_asks_a_person_once_and_the_line_that_says_so_stays(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    api.play("plain")
    visitor.visit().open().ask().is_done().page.get_by_role("button", name="Ask a person").click()
    visitor.page.get_by_label("Your e-mail").fill("ann@example.com")
    visitor.page.get_by_role("button", name="Send to the team").evaluate(
        "button => { button.form.requestSubmit(); button.form.requestSubmit(); }"
    )
    visitor.reads("Your question is with our team.")
    assert len(api.requests("POST", "/handoff")) == 1
    visitor.ask("And my boots?").page.get_by_text("And my boots?").wait_for()
    visitor.is_done().reads("Your question is with our team.")


def token_of(user: str) -> str:
    """What a site's server hands to a page: only the part in the middle matters here."""
    claims = base64.urlsafe_b64encode(json.dumps({"sub": user}).encode()).decode().rstrip("=")
    return f"h.{claims}.s"


@pytest.mark.parametrize("next_user", ["", token_of("ben")], ids=["nobody", "somebody else"])
def test_who_uses_this_browser_next_sees_nothing_of_who_was_signed_in(
    visitor: Visitor, api: ScriptedApi, next_user: str
) -> None:
    for _ in range(3):
        api.play("plain")
    reply = {"message": "On its way.", "confidence": 0.9, "followups": []}
    api.turns = [{"turn": "t_1", "question": "Where is my order?", "reply": reply, "status": "done", "sources": []}]
    visitor.visit(f'data-user-token="{token_of("ann")}"').open().ask("Where is my order?").is_done()
    visitor.visit(f'data-user-token="{token_of("ann")}"').is_open().ask("And my refund?").is_done()
    visitor.visit(f'data-user-token="{next_user}"').is_open().ask("Do you sell boots?").is_done()
    assert "order" not in visitor.text()
    assert ["visitor" in question for question in api.questions()] == [False, True, False]
    assert "conversation" not in api.questions()[-1]
