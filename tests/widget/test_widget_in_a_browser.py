"""What a visitor sees and can do: the built widget in a real browser, on a customer's page of another origin."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.widget.conftest import Visitor
from tests.widget.scripted_api import SETTINGS, SITE_KEY, Answer, ScriptedApi, stream_of
from tests.widget.states import KINDS, RICH_ANSWER, STATES, bring_to, finds_no_barrier, show_a_correction

LONG_ANSWER = "\n\n".join(f"Paragraph {number}: a tent that is dry can be packed." for number in range(40))
STRICT = (
    "default-src 'none'; script-src {origin}; connect-src {origin}; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
HOSTILE = """<style>
  * { all: unset !important; color: red !important; font: 40px cursive !important; display: none !important; }
  html, body, main, deskbell-widget { display: block !important; }
  button { transform: rotate(45deg) !important; } .panel, .send { display: none !important; }
  deskbell-widget { opacity: 0 !important; visibility: hidden !important; position: absolute !important; }
</style>"""


# An answer, from the question to the chips


def test_a_question_is_answered_with_sources_and_suggestions(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("notice_and_sources")
    visitor.visit().open().ask("Is shipping free?").is_done()
    assert "Members get free shipping on any order." in visitor.text()
    assert [each.inner_text() for each in visitor.part("source").all()] == [
        "Membership",
        "Shipping: how long, how much",
    ]
    assert visitor.part("source").first.get_attribute("href") == "https://shop.example/help/membership"
    assert "Some of this could not be confirmed." in visitor.part("notice").inner_text()
    expect(visitor.part("chip")).to_have_text(["How do I become a member?"])
    assert visitor.errors == []


def test_the_question_says_where_it_was_asked_and_needs_no_leave(visitor: Visitor, api: ScriptedApi) -> None:
    api.settings = {**SETTINGS, "page_context": True}
    api.play("plain")
    api.play("no_followups")
    visitor.visit('data-locale="de-AT" data-user-token="jwt-1"').open().ask("Erste Frage").is_done()
    visitor.ask("Zweite Frage").reads("Yes, in all colours.")
    first, second = api.questions()
    assert first["message"] == "Erste Frage"
    assert first["page"] == {"url": api.page_origin + "/packs", "title": "Packs"}
    assert (first["site"], first["locale"], first["user_token"]) == (SITE_KEY, "de-AT", "jwt-1")
    assert re.fullmatch(r"[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}", first["turn"])
    assert "visitor" not in first
    assert "conversation" not in first
    assert (second["visitor"], second["conversation"]) == ("v_9sK2mQx7LhB3fTzY", "c_5PpQkGm2vT8xWn4R")
    assert second["turn"] != first["turn"]
    assert api.requests("OPTIONS", "/v1/chat") == []


def test_a_suggestion_asks_itself_and_stands_only_under_the_last_answer(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    api.play("no_followups")
    visitor.visit().open().ask().is_done()
    visitor.part("chip").first.click()
    visitor.reads("Yes, in all colours.")
    assert api.questions()[1]["message"] == "How do I dry a tent?"
    expect(visitor.part("chip")).to_have_count(0)
    expect(visitor.part("question")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_long_suggestion_breaks_its_line_and_stays_in_the_panel(visit: Any, api: ScriptedApi, width: int) -> None:
    long = "I bought the wrong plan by accident on Monday. Can I change it or get my money back, and when?"
    api.answer(stream_of("Yes.", followups=(long, "More?")))
    visitor = visit(viewport={"width": width, "height": 800})
    visitor.visit().open().ask().is_done()
    chip, log = (visitor.part(name).first.bounding_box() for name in ("chip", "log"))
    assert chip["x"] >= log["x"]
    assert chip["x"] + chip["width"] <= log["x"] + log["width"]
    assert chip["height"] > 48
    assert visitor.part("log").evaluate("log => log.scrollWidth <= log.clientWidth")


def test_a_starter_asks_itself(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open().page.get_by_role("button", name="Where is my order?").click()
    visitor.is_done()
    assert api.questions()[0]["message"] == "Where is my order?"


def test_nothing_but_the_text_shows_while_an_answer_is_written(visitor: Visitor, api: ScriptedApi) -> None:
    answer = api.answer(stream_of(RICH_ANSWER, followups=("More?",)), hold_at=9)
    visitor.visit().open().ask().reads("60 days")
    expect(visitor.part("stop")).to_be_visible()
    expect(visitor.part("chip")).to_have_count(0)
    expect(visitor.part("thumb-up")).to_have_count(0)
    answer.release.set()
    visitor.is_done()
    expect(visitor.part("stop")).to_be_hidden()
    expect(visitor.part("chip")).to_have_count(1)
    link = visitor.page.get_by_role("link", name="the rules")
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"


def test_the_next_question_can_be_typed_while_an_answer_is_written(visitor: Visitor, api: ScriptedApi) -> None:
    answer = api.answer(stream_of("One. " * 30), hold_at=4)
    visitor.visit().open().ask().reads("One.")
    visitor.ask("And a tarp?")
    assert visitor.part("question").input_value() == "And a tarp?"
    assert len(api.questions()) == 1
    answer.release.set()
    visitor.is_done()
    api.play("no_followups")
    visitor.part("question").press("Enter")
    visitor.reads("in all colours")


def test_shift_and_enter_make_a_new_line(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open()
    visitor.part("question").press_sequentially("one")
    visitor.part("question").press("Shift+Enter")
    visitor.part("question").press_sequentially("two")
    visitor.part("send").click()
    visitor.is_done()
    assert api.questions()[0]["message"] == "one\ntwo"


def test_whoever_reads_back_is_not_pulled_down(visitor: Visitor, api: ScriptedApi) -> None:
    answer = api.answer(stream_of(LONG_ANSWER), hold_at=60)
    visitor.visit().open().ask().reads("Paragraph 20")
    visitor.part("log").hover()
    visitor.page.mouse.wheel(0, -5000)
    visitor.page.wait_for_function(
        "document.querySelector('deskbell-widget').shadowRoot.querySelector('.log').scrollTop === 0"
    )
    answer.release.set()
    button = visitor.page.get_by_role("button", name="New text below")
    button.wait_for(state="visible")
    assert visitor.part("log").evaluate("log => log.scrollTop") == 0
    button.click()
    expect(button).to_be_hidden()
    assert visitor.part("log").evaluate("log => log.scrollHeight - log.scrollTop - log.clientHeight") < 2


BELOW = "log => log.scrollHeight - log.scrollTop - log.clientHeight"


def test_a_reader_starts_at_the_question_and_whoever_goes_to_the_end_stays_there(
    visitor: Visitor, api: ScriptedApi
) -> None:
    answer = api.answer(stream_of(LONG_ANSWER), hold_at=60)
    visitor.visit().open().ask().reads("Paragraph 20")
    question = visitor.page.locator("deskbell-widget .question").bounding_box()
    log = visitor.part("log").bounding_box()
    assert 0 <= question["y"] - log["y"] < 40
    button = visitor.page.get_by_role("button", name="New text below")
    button.click()
    assert visitor.part("log").evaluate(BELOW) < 2
    answer.release.set()
    visitor.is_done()
    assert visitor.part("log").evaluate(BELOW) < 2
    expect(button).to_be_hidden()


def test_a_thumb_is_sent_and_stays_pressed(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open().ask().is_done()
    with visitor.page.expect_request("**/feedback") as sent:
        visitor.part("thumb-down").click()
    assert sent.value.post_data_json == {"rating": "down"}
    expect(visitor.part("thumb-down")).to_have_attribute("aria-pressed", "true")
    expect(visitor.part("thumb-up")).to_have_attribute("aria-pressed", "false")
    turn = api.questions()[0]["turn"]
    assert sent.value.url == f"{api.origin}/v1/turns/{turn}/feedback"


# When something is not as it should be


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("truncated", "The answer reached its length limit. Nothing is lost."),
        ("replaced", "I took back my first answer. It named a price that our pages do not confirm."),
        ("degraded", "Our assistant is not reachable just now, so this is a quote from our help pages."),
        ("restarted", "The answer broke off and began again."),
        ("error_midway", "The connection was lost. Your question and the answer so far are kept."),
    ],
)
def test_what_happened_is_said_in_words(visitor: Visitor, api: ScriptedApi, name: str, words: str) -> None:
    api.play(name)
    visitor.visit().open().ask()
    expect(visitor.part("stop")).to_be_hidden()
    expect(visitor.part("notice")).to_contain_text(words)
    expect(visitor.part("notice")).to_have_count(1)


def test_doubt_is_said_in_words(visitor: Visitor, api: ScriptedApi) -> None:
    api.answer(stream_of("It would be too tall.", confidence=0.3))
    visitor.visit().open().ask().is_done()
    assert "I’m not certain about this." in visitor.part("notice").inner_text()


def test_where_nothing_was_found_there_are_ways_on_and_nothing_to_rate(visitor: Visitor, api: ScriptedApi) -> None:
    *frames, done = stream_of("I could not find that.", confidence=0.1, followups=("Where is my order?",))
    api.answer([*frames, done.replace('"valid"', '"found": false, "valid"')])
    visitor.visit().open().ask().part("chip").wait_for()
    ways_on = visitor.page.get_by_role("list", name="Suggested questions").get_by_role("button")
    expect(ways_on).to_have_text(["Where is my order?", "Ask a person"])
    for part in ("notice", "source", "thumb-up", "thumb-down"):
        expect(visitor.part(part)).to_have_count(0)
    ways_on.last.click()
    expect(visitor.page.get_by_label("Your e-mail")).to_be_visible()


def test_who_asks_for_a_person_finds_the_form_open(visitor: Visitor, api: ScriptedApi) -> None:
    *frames, done = stream_of("Of course.")
    api.answer([*frames, done.replace('"valid"', '"person": true, "valid"')])
    visitor.visit().open().ask()
    expect(visitor.page.get_by_label("Your e-mail")).to_be_focused()


def test_an_answer_taken_back_is_gone_from_the_screen(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("replaced")
    visitor.visit().open().ask().is_done()
    assert "$99" not in visitor.text()
    assert "There is no discount for two" in visitor.text()


def test_a_cut_answer_can_be_continued(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("truncated")
    api.play("plain")
    visitor.visit().open().ask().is_done().page.get_by_role("button", name="Continue").click()
    visitor.reads("A tent that has been used")
    assert api.questions()[1]["message"] == "Please continue."


def test_an_answer_that_failed_can_be_tried_again_in_its_place(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("error_midway")
    api.play("plain")
    visitor.visit().open().ask("Warranty?")
    visitor.part("retry").click()
    visitor.is_done()
    first, second = api.questions()
    assert first["message"] == second["message"] == "Warranty?"
    assert first["turn"] != second["turn"]
    assert visitor.text().count("Warranty?") == 1
    assert "Boots have" not in visitor.text()


def test_a_stopped_answer_keeps_its_words_and_can_be_asked_again(visitor: Visitor, api: ScriptedApi) -> None:
    api.answer(stream_of("One. " * 30), hold_at=4)
    visitor.visit().open().ask("Count").reads("One.")
    with visitor.page.expect_request("**/stop") as sent:
        visitor.part("stop").click()
    assert sent.value.headers["authorization"] == "Bearer v_1"
    visitor.reads("You stopped this answer.")
    assert "One." in visitor.text()
    expect(visitor.part("question")).to_be_focused()
    api.play("no_followups")
    visitor.part("retry").click()
    visitor.reads("in all colours")
    assert [each["message"] for each in api.questions()] == ["Count", "Count"]


@pytest.mark.parametrize("cut_at", [2, 3, 7])
def test_a_broken_connection_is_taken_up_where_it_broke(visitor: Visitor, api: ScriptedApi, cut_at: int) -> None:
    frames = stream_of(RICH_ANSWER, followups=("More?",))
    api.answer(frames, cut_at=cut_at)
    # A server may begin earlier than asked: what was heard already is not heard twice.
    api.replays.append(Answer([frames[0], *frames[max(cut_at - 2, 1) :]]))
    visitor.visit().open().ask().is_done()
    assert visitor.text().count("within 60 days") == 1
    assert visitor.text().count("RETURN 48213") == 1
    (back,) = (each for each in api.requests("GET", "/events") if "/turns/" in each.path)
    assert back.headers["Last-Event-ID"] == str(cut_at - 1)
    assert back.headers["Authorization"] == "Bearer v_1"


def test_while_the_connection_is_gone_the_visitor_is_told(visitor: Visitor, api: ScriptedApi) -> None:
    frames = stream_of("One. " * 30)
    api.answer(frames, cut_at=5)
    back = Answer(frames[5:], hold_at=0)
    api.replays.append(back)
    visitor.visit().open().ask().reads("Reconnecting. The answer goes on by itself.")
    back.release.set()
    visitor.is_done()
    expect(visitor.part("notice")).to_have_count(0)


def test_a_question_that_got_no_answer_at_all_is_sent_again_as_the_same_turn(
    visitor: Visitor, api: ScriptedApi
) -> None:
    api.answer([], cut_at=0)
    api.play("plain")
    visitor.visit().open().ask().is_done()
    first, second = api.questions()
    assert first == second


def test_trying_again_after_a_lost_connection_hears_the_same_turn(visitor: Visitor, api: ScriptedApi) -> None:
    frames = stream_of("One. " * 30, followups=("Two?",))
    api.answer(frames, cut_at=5)
    api.replays += [Answer() for _ in range(6)]
    visitor.visit().open().ask("Count").reads("The connection was lost.")
    assert "One." in visitor.text()
    api.replays[:] = [Answer(frames)]
    visitor.part("retry").click()
    visitor.is_done()
    assert len(api.questions()) == 1
    assert "Last-Event-ID" not in api.requests("GET", "/events")[-1].headers
    assert visitor.text().count("One.") == 30
    assert visitor.text().count("Count") == 1


def test_trying_again_where_the_stream_is_gone_sends_the_same_words(visitor: Visitor, api: ScriptedApi) -> None:
    frames = stream_of("One. " * 30, followups=("Two?",))
    api.answer(frames, cut_at=5)
    visitor.visit().open().ask("Count").reads("The connection was lost.")
    api.answer(frames)
    visitor.page.evaluate("document.title = 'Another page'; history.pushState({}, '', '/elsewhere')")
    visitor.part("retry").click()
    visitor.is_done()
    first, second = api.questions()
    assert second.pop("visitor") == "v_1"  # who asks is not part of the question
    assert first == second
    assert visitor.text().count("One.") == 30


# Refused before it began


@pytest.mark.parametrize(
    ("code", "status", "more", "words"),
    [
        ("pii_detected", 422, {"kinds": ["CREDIT_CARD"]}, "This looks like a card number."),
        ("pii_detected", 422, {"kinds": ["EMAIL_ADDRESS"]}, "This looks like private data."),
        ("prompt_injection", 422, {}, "I can only answer questions about this site."),
        ("message_too_long", 413, {}, "Your question is too long."),
        ("something_new", 400, {"title": "A newer rule says no."}, "A newer rule says no."),
    ],
)
def test_a_refused_question_stays_in_the_box(
    visitor: Visitor, api: ScriptedApi, code: str, status: int, more: dict[str, Any], words: str
) -> None:
    api.refuse(code, status, **more)
    visitor.visit().open().ask("my card is 4000 0000 0000 0002").reads(words)
    assert visitor.part("question").input_value() == "my card is 4000 0000 0000 0002"
    assert "4000" not in visitor.text()
    described = visitor.part("question").get_attribute("aria-describedby")
    assert words in visitor.page.locator(f"deskbell-widget #{described}").inner_text()
    visitor.part("question").press("End")
    visitor.part("question").press("Backspace")
    expect(visitor.part("notice")).to_have_count(0)


def test_too_many_questions_wait_and_go_out_by_themselves(visitor: Visitor, api: ScriptedApi) -> None:
    api.refuse("rate_limited", 429, retry_after_s=2)
    api.play("plain")
    visitor.visit().open().ask("And in blue?").reads("Please wait 2 seconds.")
    visitor.is_done()
    first, second = api.questions()
    assert first["turn"] == second["turn"]


def test_a_waiting_question_can_be_taken_back(visitor: Visitor, api: ScriptedApi) -> None:
    api.refuse("busy", 503, retry_after_s=60)
    visitor.visit().open().ask("And in blue?").reads("Please wait 60 seconds.")
    visitor.part("stop").click()
    expect(visitor.part("question")).to_have_value("And in blue?")
    expect(visitor.part("notice")).to_have_count(0)
    visitor.reads("What are you looking for?")


def test_a_page_that_is_not_allowed_is_told_in_one_line(visitor: Visitor, api: ScriptedApi) -> None:
    api.refuse("origin_not_allowed", 403, detail="add this origin to `origins` in site.toml")
    visitor.visit().open().ask().reads("This assistant is not set up for this web site.")
    ours = [line for line in visitor.console if "Deskbell" in line]
    assert len(ours) == 1
    assert "site.toml" in ours[0]


def test_a_server_that_cannot_be_reached_is_said_to_visitor_and_developer(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.visit('data-api="http://127.0.0.1:9"').open().ask("Hello?")
    visitor.reads("The assistant cannot be reached.")
    expect(visitor.part("retry")).to_be_visible()
    (line,) = [line for line in visitor.console if "Deskbell" in line]
    assert api.page_origin in line


# Kept over a reload


def test_a_conversation_is_there_again_after_a_reload(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open().ask("Can I send back a tent?").is_done()
    reply = {"message": "Within **60 days**.", "confidence": 0.9, "followups": ["How?"]}
    source = {"id": "r", "title": "Returns", "url": "https://shop.example/r"}
    api.turns = [
        {"turn": "t1", "question": "Can I send back a tent?", "reply": reply, "status": "done", "sources": [source]},
        {"turn": "t2", "question": "And boots?", "reply": None, "status": "failed", "sources": []},
    ]
    visitor.reload().reads("60 days").reads("Returns").reads("And boots?")
    expect(visitor.part("retry")).to_have_count(1)
    asked = api.requests("GET", "/v1/conversations/c_5PpQkGm2vT8xWn4R")[0]
    assert asked.headers["Authorization"] == "Bearer v_9sK2mQx7LhB3fTzY"
    api.play("no_followups")
    visitor.ask("In blue?").reads("in all colours")
    assert api.questions()[-1]["conversation"] == "c_5PpQkGm2vT8xWn4R"


def test_a_conversation_that_a_bad_line_kept_back_comes_while_one_looks(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open().ask("Can I send back a tent?").is_done()
    reply = {"message": "Within 60 days.", "confidence": 0.9, "followups": []}
    api.turns = [{"turn": "t1", "question": "Can I send back a tent?", "reply": reply, "status": "done", "sources": []}]
    broken: list[Any] = []

    def break_once(route: Any) -> None:
        broken.append(route)
        route.abort("connectionreset") if len(broken) == 1 else route.continue_()

    visitor.page.route("**/v1/conversations/c_5PpQkGm2vT8xWn4R", break_once)

    visitor.reload().reads("60 days")

    assert len(broken) == 2


def test_what_a_person_put_right_stands_first_and_the_earlier_answer_behind_it(
    visitor: Visitor, api: ScriptedApi
) -> None:
    visitor.visit()
    show_a_correction(visitor, api)
    visitor.reads("Our team corrected this.")
    assert visitor.page.get_by_text("Yes, any of them.").is_hidden()
    visitor.page.get_by_text("Show the earlier answer").click()
    visitor.reads("Yes, any of them.")


def test_words_that_come_late_still_come(visitor: Visitor, api: ScriptedApi) -> None:
    late: list[Any] = []
    visitor.page.route("**/v1/sites/**", lambda route: late.append(route))
    visitor.visit('data-locale="de"').open()
    assert visitor.part("question").get_attribute("placeholder") == "Your question"
    visitor.part("question").fill("Wo ist mein Paket?")
    late[0].continue_()
    expect(visitor.part("question")).to_have_attribute("placeholder", "Stellen Sie eine Frage")
    assert visitor.part("question").input_value() == "Wo ist mein Paket?"
    assert visitor.part("question").evaluate("it => it.getRootNode().activeElement === it")


def test_the_owner_puts_letters_or_a_drawing_into_the_head(visit: Any, api: ScriptedApi) -> None:
    for avatar, shown in (("LM", "LM"), ("\U0001f3d5\ufe0f", "\U0001f3d5\ufe0f"), ("M4 10h12", "")):
        api.settings = {**SETTINGS, "theme": {**SETTINGS["theme"], "avatar": avatar}}
        mark = visit().visit().open().page.locator("deskbell-widget .mark")
        assert mark.inner_text() == shown
        assert mark.locator("path").evaluate_all("all => all.map(it => it.getAttribute('d'))") == (
            [] if shown else [avatar]
        )


def test_a_question_that_was_quicker_than_its_history_stands_after_it(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open().ask("First?").is_done()
    reply = {"message": "Yes, first.", "confidence": 0.9, "followups": []}
    api.turns = [{"turn": "t1", "question": "First?", "reply": reply, "status": "done", "sources": []}]
    api.play("no_followups")
    visitor.page.reload()
    visitor.page.wait_for_function("'Deskbell' in window")
    visitor.page.evaluate("Deskbell.ask('Second?')")
    visitor.reads("Yes, first.").reads("Yes, in all colours.")
    assert visitor.text().index("Yes, first.") < visitor.text().index("Second?")


def test_an_answer_in_flight_goes_on_after_a_reload(visitor: Visitor, api: ScriptedApi) -> None:
    frames = stream_of("One. " * 30, followups=("Two?",))
    api.answer(frames, hold_at=5)
    visitor.visit().open().ask("Count").reads("One.")
    turn = api.questions()[0]["turn"]
    api.turns = [{"turn": turn, "question": "Count", "reply": None, "status": "streaming", "sources": []}]
    api.replays.append(Answer(frames))
    visitor.reload().is_done()
    assert visitor.text().count("One.") == 30
    assert visitor.text().count("Count") == 1
    assert len(api.questions()) == 1
    back = api.requests("GET", f"/v1/turns/{turn}/events")[0]
    assert "Last-Event-ID" not in back.headers


def test_erasing_asks_once_and_then_erases(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open().ask("Secret").is_done()
    visitor.page.get_by_role("button", name="More").click()
    visitor.page.get_by_role("button", name="Erase this conversation").click()
    assert api.requests("DELETE", "") == []
    with visitor.page.expect_request(lambda request: request.method == "DELETE") as sent:
        visitor.page.get_by_role("button", name="Erase", exact=True).click()
    assert sent.value.url.endswith("/v1/conversations/c_5PpQkGm2vT8xWn4R")
    visitor.reads("What are you looking for?")
    assert "Secret" not in visitor.text()
    assert "conversation" not in visitor.page.evaluate(f"localStorage['deskbell:{SITE_KEY}']")


def test_a_browser_that_blocks_storage_still_gets_answers(visit: Any, api: ScriptedApi) -> None:
    visitor = visit()
    blocked = "Object.defineProperty(window, 'localStorage', {get() {throw new DOMException('no', 'SecurityError')}})"
    visitor.page.add_init_script(blocked)
    api.play("plain")
    api.play("no_followups")
    visitor.visit().open().ask().is_done()
    visitor.ask("More").reads("in all colours")
    assert api.questions()[1]["conversation"] == "c_5PpQkGm2vT8xWn4R"
    assert visitor.errors == []


# A guest on somebody else's page


def test_it_works_under_the_strictest_policy(visitor: Visitor, api: ScriptedApi) -> None:
    api.answer(stream_of(RICH_ANSWER, followups=("More?",)))
    visitor.visit(Content_Security_Policy=STRICT.format(origin=api.origin)).open().ask().is_done()
    expect(visitor.part("chip")).to_have_text(["More?"])
    launcher = visitor.part("panel").evaluate("panel => getComputedStyle(panel).position")
    assert launcher == "relative"
    assert [line for line in visitor.console if "data:," not in line] == []  # the page's own icon
    assert visitor.errors == []


def test_the_pages_style_does_not_reach_in_nor_ours_out(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit(head=HOSTILE).open().ask().is_done()
    panel = visitor.part("panel")
    box = panel.bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (400, 704)
    assert round(box["x"] + box["width"]) == 1280 - 24
    style = panel.evaluate("panel => [getComputedStyle(panel).color, getComputedStyle(panel).fontSize]")
    assert style[0] != "rgb(255, 0, 0)"
    assert style[1] == "15px"


def test_the_page_around_it_is_left_as_it_was(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit()
    count = (
        "[document.styleSheets.length, document.adoptedStyleSheets.length, document.querySelectorAll('main *').length]"
    )
    before = visitor.page.evaluate(count)
    visitor.open().ask().is_done()
    assert visitor.page.evaluate(count) == before
    globals_of_ours = visitor.page.evaluate("Object.keys(window).filter(name => /desk/i.test(name))")
    assert globals_of_ours == ["Deskbell"]


def test_a_tag_that_is_there_twice_does_nothing_twice(visitor: Visitor, api: ScriptedApi) -> None:
    tag = f'<script async src="{api.origin}/widget.js" data-site="{SITE_KEY}"></script>'
    with visitor.page.expect_request("**/widget/report.js**") as reported:
        visitor.visit(html=f"<h1>x</h1>{tag}")
    assert reported.value.url == f"{api.origin}/widget/report.js?site={SITE_KEY}&kind=twice"
    assert [line for line in visitor.console if "Deskbell" in line] == []
    visitor.open()
    assert visitor.page.locator("deskbell-widget").count() == 1
    assert visitor.page.locator("deskbell-announcer").count() == 1


def test_a_page_that_swaps_its_body_with_the_tag_in_it_has_it_once(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.visit()
    visitor.page.evaluate(
        """() => {
          const old = document.querySelector("script[data-site]");
          const tag = document.createElement("script");
          Object.assign(tag, {src: old.src}); tag.dataset.site = old.dataset.site;
          old.remove();
          return new Promise(heard => { tag.onload = () => requestIdleCallback(heard); document.body.append(tag); });
        }"""
    )
    visitor.open()
    assert [each.path for each in api.asked if "report.js" in each.path] == []


def test_a_page_may_call_before_and_after_the_script_is_there(visitor: Visitor, api: ScriptedApi) -> None:
    api.settings = {**SETTINGS, "page_context": True}
    api.play("plain")
    api.play("no_followups")
    early = """<script>
      window.heard = []; window.Deskbell = window.Deskbell || [];
      for (const name of ["ready", "open", "question", "reply", "close"])
        Deskbell.push(["on", name, (detail) => heard.push([name, detail])]);
      Deskbell.push(["context", {title: "Basket", secret: "x"}], ["ask", "From the page?"]);
    </script>"""
    csp_free = visitor.visit(head=early)
    csp_free.is_done()
    assert api.questions()[0]["message"] == "From the page?"
    assert api.questions()[0]["page"] == {"url": api.page_origin + "/packs", "title": "Basket"}
    visitor.page.evaluate("Deskbell.push(['ask', 'Again?'])")
    visitor.reads("in all colours").is_done()
    visitor.page.evaluate("Deskbell.close()")
    visitor.part("launcher").wait_for(state="visible")
    heard = visitor.page.evaluate("heard")
    assert [name for name, _ in heard] == ["ready", "open", "question", "reply", "question", "reply", "close"]
    assert heard[3][1]["message"].startswith("Yes. A tent")
    assert heard[3][1]["followups"] == ["How do I dry a tent?", "Book a repair"]


def test_a_mistake_of_the_page_does_not_break_the_answer(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit(
        head="<script>window.Deskbell=[['on','question',()=>{throw new Error('mine')}],['nonsense'],7]</script>"
    )
    visitor.open().ask().is_done()
    assert visitor.errors == ["mine"]  # the page hears of its own mistake as of any other


def test_a_page_can_remove_it_without_a_trace(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit().open().ask().is_done()
    visitor.page.evaluate("Deskbell.destroy()")
    assert visitor.page.locator("deskbell-widget, deskbell-announcer").count() == 0
    assert visitor.page.evaluate("'Deskbell' in window") is False
    assert visitor.errors == []


@pytest.mark.parametrize("tag", ['data-target="#9 ["', 'data-target="#nowhere" data-position="right"'])
def test_a_place_that_is_not_there_is_said_and_it_stands_in_the_corner_where_the_tag_says_so(
    visitor: Visitor, api: ScriptedApi, tag: str
) -> None:
    api.play("plain")
    visitor.visit(tag).open().ask().is_done()
    (line,) = visitor.console
    assert line.endswith("to be put into")
    assert visitor.errors == []


def test_it_sits_in_the_place_that_the_tag_names(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit('data-target="#help"', html='<h1>Help</h1><div id="help" style="height:600px"></div>')
    visitor.part("panel").wait_for(state="visible")
    assert visitor.page.locator("#help > deskbell-widget").count() == 1
    assert visitor.part("launcher").count() == 0
    assert visitor.part("panel").get_attribute("role") == "region"
    visitor.ask().is_done()


def test_the_tag_chooses_side_theme_and_accent(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.visit('data-position="left" data-theme="dark" data-accent="#f5b82e" data-open')
    visitor.part("panel").wait_for(state="visible")
    box = visitor.part("panel").bounding_box()
    assert box is not None
    assert round(box["x"]) == 24
    assert visitor.part("panel").evaluate("panel => getComputedStyle(panel).colorScheme") == "dark"
    assert "Deskbell" not in visitor.page.evaluate("document.activeElement.tagName")
    assert visitor.page.evaluate("document.activeElement === document.body"), (
        "a panel that opens by itself takes no focus"
    )


def test_what_the_owner_left_empty_is_said_in_our_words(visitor: Visitor, api: ScriptedApi) -> None:
    empty = {"accent": "", "mode": "", "position": ""}
    api.settings = {**SETTINGS, "name": "", "greeting": "", "starters": [], "disclosure": "", "theme": empty}
    visitor.visit().open().reads("Hello. How can I help?").reads("AI assistant")
    assert visitor.page.get_by_role("dialog", name="Help").count() == 1


def test_nothing_is_asked_of_the_server_but_the_sites_settings_before_a_question(
    visitor: Visitor, api: ScriptedApi
) -> None:
    visitor.visit().open()
    paths = {each.path.partition("?")[0] for each in api.asked}
    assert paths == {"/packs", "/widget.js", f"/v1/sites/{SITE_KEY}"}


# For every visitor


def test_the_keyboard_reaches_everything_and_escape_goes_back(visitor: Visitor, api: ScriptedApi) -> None:
    api.play("plain")
    visitor.visit()
    visitor.page.keyboard.press("Tab")
    expect(visitor.part("launcher")).to_be_focused()
    assert visitor.part("launcher").get_attribute("aria-expanded") == "false"
    visitor.page.keyboard.press("Enter")
    expect(visitor.part("question")).to_be_focused()
    visitor.page.keyboard.type("A tent?")
    visitor.page.keyboard.press("Enter")
    visitor.is_done()
    expect(visitor.part("question")).to_be_focused()
    visitor.page.keyboard.press("Shift+Tab")
    expect(visitor.part("chip").last).to_be_focused()
    for _ in range(4):
        visitor.page.keyboard.press("Shift+Tab")
    expect(visitor.part("thumb-up")).to_be_focused()
    visitor.page.keyboard.press("Shift+Tab")
    expect(visitor.page.get_by_role("button", name="Edit this question")).to_be_focused()
    visitor.page.keyboard.press("Shift+Tab")
    expect(visitor.part("log")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("launcher")).to_be_focused()
    expect(visitor.part("panel")).to_be_hidden()


def test_escape_closes_the_menu_before_the_panel(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.visit().open().page.get_by_role("button", name="More").click()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator("deskbell-widget .menu")).to_be_hidden()
    expect(visitor.part("panel")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(visitor.part("panel")).to_be_hidden()


def test_an_answer_is_spoken_in_whole_sentences(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.page.add_init_script("""
      window.spoken = [];
      new MutationObserver((changes) => {
        for (const change of changes) for (const node of change.addedNodes)
          if (change.target.localName === "deskbell-announcer") spoken.push(node.textContent);
      }).observe(document, {childList: true, subtree: true});
    """)
    api.answer(stream_of("Yes, within **60 days**. It must be clean. Send it `RETURN 1`.", followups=("How?",), size=3))
    visitor.visit().open().ask().is_done()
    visitor.page.wait_for_function("spoken.at(-1)?.startsWith('Answer complete')")
    spoken = visitor.page.evaluate("spoken")
    assert spoken[0] == "The assistant is replying."
    assert spoken[-1] == "Answer complete. 1 suggested question."
    assert " ".join(spoken[1:-1]) == "Yes, within 60 days. It must be clean. Send it RETURN 1."
    assert all(sentence.endswith(".") for sentence in spoken)
    live = visitor.page.evaluate(
        "[...document.querySelectorAll('[aria-live], [role=status], [role=alert]')].map(e => e.localName)"
    )
    assert live == ["deskbell-announcer"]


def test_an_answer_that_ended_unseen_marks_the_launcher(visitor: Visitor, api: ScriptedApi) -> None:
    answer = api.answer(stream_of("One. " * 30), hold_at=4)
    visitor.visit().open().ask().reads("One.")
    visitor.page.keyboard.press("Escape")
    answer.release.set()
    expect(visitor.part("launcher")).to_have_attribute("aria-label", "Ask us: an answer is waiting")
    visitor.open().is_done()
    assert visitor.text().count("One.") == 30


def test_an_answer_that_went_on_over_a_reload_marks_the_launcher(visitor: Visitor, api: ScriptedApi) -> None:
    frames = stream_of("One. " * 30)
    api.answer(frames, hold_at=5)
    visitor.visit().open().ask("Count").reads("One.")
    turn = {"turn": api.questions()[0]["turn"], "question": "Count", "reply": None, "sources": []}
    api.turns = [{**turn, "status": "streaming"}]
    api.replays.append(Answer(frames))
    visitor.page.keyboard.press("Escape")
    visitor.page.reload()
    expect(visitor.part("launcher")).to_have_attribute("aria-label", "Ask us: an answer is waiting")
    visitor.open().is_done()
    assert visitor.text().count("One.") == 30


def test_a_long_answer_that_ended_unseen_is_shown_from_its_question_on(visitor: Visitor, api: ScriptedApi) -> None:
    answer = api.answer(stream_of(LONG_ANSWER), hold_at=40)
    visitor.visit().open().ask().reads("Paragraph 10")
    visitor.page.keyboard.press("Escape")
    answer.release.set()
    expect(visitor.part("launcher")).to_have_attribute("aria-label", "Ask us: an answer is waiting")
    visitor.open().is_done()
    expect(visitor.page.locator("deskbell-widget .question")).to_be_in_viewport()
    expect(visitor.page.get_by_text("Paragraph 0:", exact=False).last).to_be_in_viewport()


def test_on_a_phone_the_panel_fills_the_screen_and_keeps_the_focus(visit: Any, api: ScriptedApi) -> None:
    visitor = visit(viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True)
    api.play("plain")
    visitor.visit().open()
    box = visitor.part("panel").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 780}
    expect(visitor.page.locator("deskbell-widget h2")).to_be_focused()
    visitor.page.keyboard.press("Shift+Tab")
    expect(visitor.part("question")).to_be_focused()  # nothing can be sent yet, so it is the last place
    assert visitor.part("question").evaluate("field => getComputedStyle(field).fontSize") == "16px"
    visitor.ask().is_done()
    for _ in range(12):
        visitor.page.keyboard.press("Tab")
        assert visitor.page.evaluate("document.activeElement.localName") == "deskbell-widget"


TARGETS = """() => [...document.querySelector("deskbell-widget").shadowRoot.querySelectorAll("button")]
  .filter((button) => button.getClientRects().length)
  .map((button) => {
    const box = button.getBoundingClientRect(), after = getComputedStyle(button, "::after");
    const grown = after.position === "absolute" ? 10 : 0;
    return [button.textContent || button.ariaLabel, box.width + grown, box.height + grown];
  }).filter(([, width, height]) => width < 44 || height < 44)"""


def test_a_finger_can_hit_every_button(visitor: Visitor, api: ScriptedApi) -> None:
    visitor.visit()
    assert visitor.page.evaluate(TARGETS) == []
    visitor.open()
    assert visitor.page.evaluate(TARGETS) == []
    api.answer(stream_of(RICH_ANSWER, followups=("More?",)))
    visitor.ask().is_done()
    assert visitor.page.evaluate(TARGETS) == []


def test_text_from_right_to_left_has_its_own_side(visit: Any, api: ScriptedApi) -> None:
    visitor = visit(locale="ar")
    api.answer(stream_of("نعم، خلال **60 يومًا**.", followups=("كيف؟",)))
    visitor.visit('data-locale="ar"').open().ask("هل يمكنني الإرجاع؟").is_done()
    panel = visitor.part("panel").bounding_box()
    close = visitor.page.locator("deskbell-widget .head button").last.bounding_box()
    question = visitor.page.locator("deskbell-widget .question").bounding_box()
    assert panel is not None
    assert close is not None
    assert question is not None
    assert close["x"] < panel["x"] + panel["width"] / 2
    assert question["x"] - panel["x"] < 40
    direction = visitor.page.locator("deskbell-widget .md").evaluate("text => getComputedStyle(text).direction")
    assert direction == "rtl"


@pytest.mark.parametrize("kind", KINDS)
def test_no_state_puts_a_barrier_before_anyone(visit: Any, api: ScriptedApi, kind: str) -> None:
    for state in STATES:
        visitor = visit(**KINDS[kind])
        bring_to(state, visitor, api)
        finds_no_barrier(visitor)
        visitor.context.close()
