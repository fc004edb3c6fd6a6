"""Whatever a model writes, what goes out is one valid reply document."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.errors import ModelFailed
from backend.domain.reply import Usage
from backend.domain.turn import Ended, Text
from backend.turn.answering.draft import Draft
from backend.turn.answering.parsing.check import compiled
from backend.turn.egress import DocumentWriter
from backend.turn.egress.screen import Screen

ENDED = Ended("end_turn", Usage())


def write(text: str, ended: Ended | None = ENDED, *, size: int = 3, forbidden: dict[str, str] | None = None) -> tuple:
    draft = Draft(Screen(forbidden or {}), DocumentWriter())
    out = "".join(draft.hear(Text(text[at : at + size])) for at in range(0, len(text), size))
    return out + draft.close(ended, fallback="I cannot."), draft


def test_a_good_reply_goes_out_as_it_is() -> None:
    reply = {"message": 'Yes: "60 days".\n- é 😀', "confidence": 0.9, "followups": ["How?"]}
    out, draft = write(json.dumps(reply))
    assert json.loads(out) == reply
    assert draft.is_valid


@pytest.mark.parametrize(
    ("written", "message", "followups"),
    [
        ("Plain words.", "Plain words.", []),
        ('{"message": "cut off', "cut off", []),
        ('{"message": "m", "confidence": 7, "followups": ["a", "b", "c", "d"]}', "m", ["a", "b", "c"]),
        ('{"answer": "other form"}', "other form", []),
    ],
)
def test_a_bad_reply_goes_out_as_a_valid_one(written: str, message: str, followups: list[str]) -> None:
    out, draft = write(written)
    assert json.loads(out) == {"message": message, "confidence": 0.0, "followups": followups}
    assert not draft.is_valid


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_letter_goes_out_with_no_more_marks_than_a_browser_can_draw(size: int) -> None:
    marks = "\u0301\u0e31"
    reply = {"message": f"Zo{marks * 15}{marks * 900}e\u0301 \u0e17\u0e31\u0e49", "confidence": 0.9, "followups": []}
    out, _ = write(json.dumps(reply, ensure_ascii=False), size=size)
    assert json.loads(out)["message"] == f"Zo{marks * 15}e\u0301 \u0e17\u0e31\u0e49"


@given(st.text(max_size=300), st.integers(1, 9))
def test_whatever_goes_out_is_valid_or_nothing(written: str, size: int) -> None:
    try:
        out, _ = write(written, size=size)
    except ModelFailed:
        return
    assert compiled().is_valid(json.loads(out))


def test_a_reply_without_a_word_is_a_failure() -> None:
    draft = Draft(Screen({}), DocumentWriter())
    draft.hear(Text('{"confidence": 1}'))
    with pytest.raises(ModelFailed):
        draft.close(ENDED)


def test_a_refusal_without_a_word_gets_a_sentence() -> None:
    out, draft = write("", Ended("refusal", Usage()))
    assert json.loads(out)["message"] == "I cannot."
    assert not draft.is_valid


def test_a_stopped_reply_keeps_its_part_as_a_valid_document() -> None:
    out, draft = write('{"message": "The first half of', None)
    assert json.loads(out)["message"] == "The first half of"
    assert not draft.is_valid


def test_a_reply_stopped_before_its_first_word_sends_nothing() -> None:
    out, draft = write("", None)
    assert out == ""
    assert draft.reply is None


def test_a_truncated_reply_is_not_valid_even_if_it_happens_to_parse() -> None:
    whole = '{"message": "m", "confidence": 1, "followups": []}'
    assert not write(whole, Ended("max_tokens", Usage()))[1].is_valid


@given(st.text("ab-dk", max_size=40), st.integers(1, 7))
def test_no_part_of_a_forbidden_phrase_ever_goes_out(text: str, size: int) -> None:
    """At any chunking: what goes out is all in front of the first hit, or all there is."""
    phrase = "dk-ab"
    out, draft = write(
        json.dumps({"message": "x" + text, "confidence": 1, "followups": []}), size=size, forbidden={phrase: "canary"}
    )
    message = json.loads(out)["message"]
    assert message == ("x" + text).partition(phrase)[0]
    assert (draft.caught == "canary") == (phrase in text)


def reply_with(**fields: object) -> str:
    return json.dumps({"message": "Yes, 60 days.", "confidence": 0.9, "followups": []} | fields)


@pytest.mark.parametrize("size", [1, 4, 500])
@pytest.mark.parametrize(
    "confidence", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 5000, "1e-99999999999999999"]
)
def test_a_number_that_is_none_is_no_valid_reply_and_never_on_the_wire(confidence: str, size: int) -> None:
    written = reply_with(confidence="?").replace('"?"', confidence)
    out, draft = write(written, size=size)
    assert "NaN" not in out
    assert "Infinity" not in out
    assert 0 <= json.loads(out)["confidence"] <= 1
    assert draft.is_valid == (confidence == "1e-99999999999999999")


@pytest.mark.parametrize("blank", [" ", "\n\n", "\u200b", "\u00a0 \u2060", "\u202e", "\u3164\u2800", "\u0301", ""])
def test_a_message_that_shows_nothing_is_no_reply(blank: str) -> None:
    draft = Draft(Screen({}), DocumentWriter())
    assert draft.hear(Text(reply_with(message=blank))) == ""
    with pytest.raises(ModelFailed):
        draft.close(ENDED)


def test_blanks_before_the_first_word_go_out_with_it() -> None:
    out, draft = write(reply_with(message="\n\n  Yes."), size=1)
    assert json.loads(out)["message"] == "\n\n  Yes."
    assert draft.is_valid


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"b":[', '{"message":"m","confidence":1,"followups":['])
@pytest.mark.parametrize("deep", [17, 300, 3_000, 100_000])
def test_a_reply_that_is_nested_without_end_is_plain_text_or_a_failure(opening: str, deep: int) -> None:
    try:
        out, draft = write(opening * deep, size=4_000)
    except ModelFailed:
        return
    assert compiled().is_valid(json.loads(out))
    assert not draft.is_valid


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (["How?", "How?", "how?", "When?"][:3], ["How?"]),
        (["", "  ", "\u200b"], []),
        (["Who\u202e is\x07 it?\n"], ["Who is it?"]),
        (["x" * 121, "y" * 120], ["y" * 120]),
        (["a\u2066b\u2069c", "two\t\twords"], ["abc", "two words"]),
        (["Is it ＯＫ?", "is it ok ?", "IS IT OK"], ["Is it ＯＫ?"]),
        (["\u3164", "\u2800 \u0301", "\U000e0041a?"], ["a?"]),
    ],
)
def test_a_chip_is_short_in_one_line_and_shown_once(asked: list[str], shown: list[str]) -> None:
    out, _ = write(reply_with(followups=asked))
    assert json.loads(out)["followups"] == shown


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_must_not_go_out_does_not_go_out_in_a_chip(place: int) -> None:
    asked = ["How?", "When?", "Where?"]
    asked[place] = "Is it d\u200bk-**ab**?"
    out, draft = write(reply_with(followups=asked), forbidden={"dk-ab": "canary"})
    assert json.loads(out)["followups"] == []
    assert draft.caught == "canary"


def test_what_must_not_go_out_does_not_go_out_in_parts() -> None:
    parts = reply_with(message="Begins with dk-", followups=["ab", "How?"])
    out, draft = write(parts, forbidden={"dk- ab": "canary"})
    assert json.loads(out)["followups"] == []
    assert draft.caught == "canary"
