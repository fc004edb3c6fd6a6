"""One question from the click to the last chip, in a real browser through real servers."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import expect

from tests.conftest import PATIENCE_MS
from tests.journeys.conftest import Person, Product
from tests.servers import ModelServer

RETURN = "How long do I have to return a tent?"
# Words without figures, which our pages would have to carry.
WORDS = [f"word-{chr(97 + number // 26)}{chr(97 + number % 26)} " for number in range(150)]
LONG = {"message": "".join(WORDS), "confidence": 0.9, "followups": ["And then?"]}


def test_a_shop_that_pasted_only_the_tag_answers_from_its_pages(
    quoting: Product, person: Callable[..., Person]
) -> None:
    visitor = person().opens(quoting.allowed_shop).asks(RETURN).reads("60 days").sees_the_end()
    expect(visitor.part("source").first).to_have_text("Returns and exchanges")
    assert visitor.part("source").first.get_attribute("href") == "https://larkmoor.example/help/returns"
    assert visitor.errors == []
    assert visitor.page.locator("deskbell-announcer").count() == 1


def test_a_follow_up_chip_asks_its_question(
    writing: Product, model: ModelServer, person: Callable[..., Person]
) -> None:
    reply = {"message": "Within 60 days.", "confidence": 0.9, "followups": ["How do I send it?", "Who pays?"]}
    model.play({"reply": reply}, {"match": "Who pays?", "reply": {**reply, "message": "We do, always."}})
    visitor = person().opens(writing.allowed_shop).asks(RETURN).reads("Within 60 days.").sees_the_end()
    chips = visitor.part("chip")
    expect(chips).to_have_text(["How do I send it?", "Who pays?"])
    chips.nth(1).click()
    visitor.reads("We do, always.").sees_the_end()
    assert "message" not in visitor.part("log").inner_text()


def test_claudes_words_are_seen_while_they_are_written(
    writing: Product, model: ModelServer, person: Callable[..., Person]
) -> None:
    model.play({"reply": LONG, "pace_ms": 15})
    visitor = person().opens(writing.allowed_shop).asks("Tell me a lot").is_at("word-ad ", before="word-ft")
    visitor.reads("word-ft").sees_the_end()
    assert "{" not in visitor.part("log").inner_text()


def test_stop_keeps_what_was_written(writing: Product, model: ModelServer, person: Callable[..., Person]) -> None:
    model.play({"reply": LONG, "pace_ms": 30})
    visitor = person().opens(writing.allowed_shop).asks("Tell me a lot").is_at("word-ad ", before="word-ft")
    visitor.part("stop").click()
    expect(visitor.part("retry")).to_be_visible(timeout=PATIENCE_MS)
    text = visitor.part("log").inner_text()
    assert "word-ad" in text  # perhaps the last word
    assert "word-ft" not in text


def test_a_link_that_is_neither_the_sites_nor_its_pages_is_plain_text(
    writing: Product, model: ModelServer, person: Callable[..., Person]
) -> None:
    told = "Read [returns](https://larkmoor.example/help/returns) or [this](https://evil.example/?q=secret)."
    model.play({"reply": {"message": told, "confidence": 0.9, "followups": []}})
    visitor = (
        person().opens(writing.allowed_shop).asks(RETURN).reads("this (https://evil.example/?q=secret).").sees_the_end()
    )
    links = visitor.part("log").locator(".md a")
    assert [link.get_attribute("href") for link in links.all()] == ["https://larkmoor.example/help/returns"]


def test_a_reload_in_the_middle_goes_on_with_the_same_answer(
    writing: Product, model: ModelServer, person: Callable[..., Person]
) -> None:
    model.play({"reply": LONG, "pace_ms": 15})
    model.forget()
    visitor = person().opens(writing.allowed_shop).asks("Tell me a lot").reads("word-ad ")
    visitor.page.reload()
    expect(visitor.part("panel")).to_be_visible(timeout=PATIENCE_MS)  # what was open is open again
    visitor.reads("word-ft").sees_the_end()
    shown = visitor.part("log").inner_text()
    assert shown.count("word-aa ") == 1
    assert shown.count("word-ft") == 1
    assert len(model.requests()) == 1


def test_an_answer_that_is_cut_says_so_and_can_be_asked_again(
    writing: Product, model: ModelServer, person: Callable[..., Person]
) -> None:
    model.play({"reply": LONG, "pace_ms": 5, "fail": {"at": 150, "kind": "reset"}})
    visitor = person().opens(writing.allowed_shop).asks("Tell me a lot").reads("word-by ")
    expect(visitor.part("notice")).to_contain_text("connection was lost", ignore_case=True, timeout=PATIENCE_MS)
    model.play({"reply": {"message": "All is well again.", "confidence": 0.9, "followups": []}})
    visitor.part("retry").click()
    visitor.reads("All is well again.").sees_the_end()


def test_an_answer_that_is_cut_early_begins_again_and_is_read_once(
    writing: Product, model: ModelServer, person: Callable[..., Person]
) -> None:
    model.play({"reply": LONG, "pace_ms": 15, "fail": {"at": 20, "kind": "cut"}, "times": 1}, {"reply": LONG})
    visitor = person().opens(writing.allowed_shop).asks("Tell me a lot").reads("word-ft").sees_the_end()
    expect(visitor.part("notice")).to_contain_text("began again", timeout=PATIENCE_MS)
    shown = visitor.part("log").inner_text()
    assert shown.count("word-aa ") == 1
    assert shown.count("word-ft") == 1


def test_a_card_number_is_refused_and_the_question_kept(quoting: Product, person: Callable[..., Person]) -> None:
    question = "Is my card 4111 1111 1111 1111 charged?"
    visitor = person().opens(quoting.allowed_shop).asks(question)
    expect(visitor.part("notice")).to_contain_text("card number", timeout=PATIENCE_MS)
    expect(visitor.part("question")).to_have_value(question)


def test_a_shop_that_the_site_does_not_name_is_told_so_in_the_console(
    quoting: Product, person: Callable[..., Person]
) -> None:
    visitor = person().opens(quoting.foreign_shop).asks(RETURN)
    expect(visitor.part("retry")).to_be_visible(timeout=PATIENCE_MS)
    ours = [line for line in visitor.console if "deskbell" in line.lower()]
    assert ours, visitor.console
    assert "origin" in ours[0]
    assert visitor.errors == []


def test_a_page_under_a_strict_policy_runs_without_a_violation(quoting: Product, person: Callable[..., Person]) -> None:
    visitor = person()
    visitor.page.add_init_script(
        "document.addEventListener('securitypolicyviolation', e => console.log('violation ' + e.violatedDirective))"
    )
    visitor.opens(f"{quoting.direct.url}/demo/handbook/").asks("How do I request leave?").sees_the_end()
    assert [line for line in visitor.console if "violation" in line] == []
    assert visitor.errors == []


def test_the_conversation_is_there_again_after_a_reload_and_can_be_erased(
    quoting: Product, person: Callable[..., Person]
) -> None:
    visitor = person().opens(quoting.allowed_shop).asks(RETURN).reads("60 days").sees_the_end()
    visitor.page.reload()
    visitor.part("panel").wait_for()  # it was open, and opens itself
    visitor.reads(RETURN).reads("60 days")
    stored = visitor.page.evaluate("JSON.stringify(localStorage)")
    assert "60 days" not in json.dumps(stored)


def test_a_phone_gets_the_whole_screen(quoting: Product, person: Callable[..., Person]) -> None:
    visitor = person(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    visitor.opens(quoting.allowed_shop).asks(RETURN).reads("60 days").sees_the_end()
    box = visitor.part("panel").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (390, 844)
