"""The server's push parser: what a visitor sees grows, whatever the cuts, and is never a brace."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.turn.answering.parsing.check import first_followups, read_reply, words_of
from backend.turn.answering.parsing.document import ReplyParser

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
REPLIES = st.fixed_dictionaries(
    {
        "message": st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300),
        "confidence": st.floats(0, 1),
        "followups": st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40), max_size=3),
    }
)


def read(pieces: Iterable[str]) -> tuple[str, ReplyParser]:
    parser = ReplyParser()
    shown = "".join([parser.feed(piece) for piece in pieces])
    return shown + parser.end(), parser


def cut(text: str, seed: int) -> list[str]:
    dice, pieces, at = random.Random(seed), [], 0
    while at < len(text):
        size = dice.choice((1, 1, 2, 3, 5, 8, 40))
        pieces.append(text[at : at + size])
        at += size
    return pieces


def every_way(text: str) -> list[list[str]]:
    """The text whole, one character at a time, at random cuts, and at every cut in two."""
    halves = [[text[:at], text[at:]] for at in range(1, len(text))] if len(text) < 200 else []
    return [[text], list(text), *(cut(text, seed) for seed in range(5)), *halves]


@given(REPLIES, st.booleans())
def test_a_reply_is_read_the_same_at_every_cut(reply: dict[str, object], is_escaped: bool) -> None:
    text = json.dumps(reply, ensure_ascii=is_escaped)
    for pieces in [[text], list(text), *(cut(text, seed) for seed in range(3))]:
        shown, parser = read(pieces)
        assert shown == reply["message"]
        assert parser.confidence == reply["confidence"]
        assert parser.followups == reply["followups"]
        assert parser.has_ended


@given(TEXT, st.integers(0, 1000))
def test_whatever_a_model_writes_is_read_the_same_at_every_cut(text: str, seed: int) -> None:
    assert read([text])[0] == read(list(text))[0] == read(cut(text, seed))[0]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('{"message": "a\\u00e9 \\ud83d\\ude00", "confidence": 1, "followups": []}', "aé 😀"),
        ('{"message": "half \\ud83d pair"}', "half \ufffd pair"),
        ('{"message": "low \\ude00 alone"}', "low \ufffd alone"),
        ('{"message": "\\ud83d"}', "\ufffd"),
        ('{"message": "tab\\tline\\nquote\\" slash\\/ back\\\\"}', 'tab\tline\nquote" slash/ back\\'),
        ('{"confidence": 0.3, "followups": ["q"], "message": "last"}', "last"),
        ('{"other": {"message": "inner", "list": [1, {"message": "x"}]}, "message": "outer"}', "outer"),
        ('{"message": "first", "message": "second"}', "first"),
        ('  \n\ufeff{"message": "behind blanks"}', "behind blanks"),
        ('```json\n{"message": "fenced", "confidence": 1, "followups": []}\n```', "fenced"),
        ('```\n{"message": "fenced"}\n```', "fenced"),
        ("Just words.", "Just words."),
        ("Just { words } and `code`", "Just { words } and `code`"),
        ('Here you are: {"message": "the answer", "confidence": 0.5}', "Here you are: the answer"),
        ('Here:\n```json\n{ "message" : "the answer" }\n```', "Here:\nthe answer"),
        ('{"message": "cut off in an escape \\u00', "cut off in an escape "),
        ('{"message": "a bare\nline"}', "a bare\nline"),
        ('{"message": 12}', ""),
        ("", ""),
        ("```", ""),
        ('{"message": "behind it", "confidence": 1, "followups": []} {"message": "junk"} and more', "behind it"),
    ],
)
def test_a_visitor_sees_words_and_never_a_brace(written: str, shown: str) -> None:
    for pieces in every_way(written):
        assert read(pieces)[0] == shown


def test_what_was_shown_is_never_taken_back() -> None:
    text = json.dumps({"message": "Zeile 1\n**fett** \U0001f600 \\ ende", "confidence": 0.5, "followups": []})
    parser, shown = ReplyParser(), ""
    for char in text:
        more = parser.feed(char)
        more.encode()  # no half of a pair is ever shown
        shown += more
    assert shown == "Zeile 1\n**fett** \U0001f600 \\ ende"


@pytest.mark.parametrize(
    ("pieces", "confidence"),
    [
        (['{"message":"m","confidence":0.9'], None),
        (['{"message":"m","confidence":0.9', "3,"], 0.93),
        (['{"message":"m","confidence":1}'], 1.0),
        (['{"message":"m","confidence":"high"}'], None),
        (['{"message":"m","confidence":null}'], None),
        (['{"message":"m","inner":{"confidence":1},"x":2}'], None),
    ],
)
def test_confidence_is_known_when_its_number_has_ended(pieces: list[str], confidence: float | None) -> None:
    assert read(pieces)[1].confidence == confidence


def test_a_follow_up_is_known_when_its_string_has_closed() -> None:
    parser = ReplyParser()
    parser.feed('{"message":"m","confidence":1,"followups":["How lo')
    assert parser.followups == []
    parser.feed('ng?","An')
    assert parser.followups == ["How long?"]


def test_the_cost_of_a_piece_does_not_grow_with_the_reply() -> None:
    """Counted in characters held, not in seconds: the parser keeps nothing of the message."""
    parser = ReplyParser()
    parser.feed('{"message":"')
    for _ in range(10_000):
        parser.feed("word ")
    kept = [value for value in vars(parser).values() if isinstance(value, (str, list))]
    assert sum(len(value) for value in kept) < 100


@pytest.mark.parametrize(
    "broken",
    [
        "not json",
        "[]",
        '{"message": "m", "confidence": 1.2, "followups": []}',
        '{"message": "m", "confidence": 1, "followups": ["1", "2", "3", "4"]}',
        '{"message": "m", "confidence": 1}',
        '{"message": "", "confidence": 1, "followups": []}',
        '{"message": "m", "confidence": 1, "followups": [], "extra": 1}',
        '{"message": "m", "confidence": true, "followups": []}',
        '{"message": "m", "confidence": 1, "followups": []} junk',
    ],
)
def test_the_schema_has_the_last_word(broken: str) -> None:
    assert read_reply(broken) is None


def test_a_document_of_another_form_still_gives_its_words() -> None:
    assert words_of('{"answer": "Yes.", "note": "Within 60 days.", "n": 3}') == "Yes.\n\nWithin 60 days."
    assert words_of("no json") == ""
    assert first_followups(["a", " ", "b", "c", "d"]) == ("a", "b", "c")
