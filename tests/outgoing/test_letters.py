"""Every letter is there in the languages that its readers have, with the same values."""

from __future__ import annotations

import re

import pytest

from backend.console.words import languages
from backend.domain import words
from backend.outgoing.letters import table, words_of

TO_VISITORS = ("answer", "correction")
ENGLISH = table()["en"]


def holes(letter: dict[str, str] | object) -> set[str]:
    assert isinstance(letter, dict)
    return set(re.findall(r"\{(\w+)\}", " ".join(letter.values())))


@pytest.mark.parametrize("kind", list(ENGLISH))
def test_each_letter_is_whole_in_each_language_of_its_readers(kind: str) -> None:
    spoken = words.table() if kind in TO_VISITORS else languages()
    for language in spoken:
        assert holes(table()[language][kind]) == holes(ENGLISH[kind]), language
        assert "\n" not in table()[language][kind]["subject"]


def test_a_language_that_we_do_not_speak_is_written_to_in_english() -> None:
    values = {"site": "Tea", "host": "hook.example", "link": "https://a.example"}
    assert words_of("webhook_off", "xx", values) == words_of("webhook_off", "en", values)
    assert words_of("webhook_off", "de_CH", values) != words_of("webhook_off", "en", values)


def test_what_is_put_in_is_no_field_of_ours() -> None:
    values = {"site": "{link}", "host": "{0.__class__}", "link": "https://a.example"}
    subject, text = words_of("webhook_off", "en", values)
    assert subject.startswith("{link}:")
    assert "{0.__class__}" in text
