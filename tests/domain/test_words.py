"""Every sentence that the server says to a visitor is there in each of the widget's languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from backend.domain import errors
from backend.domain.events import Failed
from backend.domain.words import error_sentence, sentence, table

WIDGET_LANGUAGES = {path.stem for path in Path("widget/src/words").glob("*.js")} - {"index"}
PLACEHOLDER = re.compile(r"\{\w+\}")


def flat(words: Mapping[str, object]) -> dict[str, str]:
    said = {name: text for name, text in words.items() if isinstance(text, str)}
    return {**said, **{f"errors.{name}": text for name, text in dict(words["errors"]).items()}}  # type: ignore[call-overload]


def all_errors(kind: type[errors.ChatError] = errors.ChatError) -> Iterator[type[errors.ChatError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from all_errors(child)


def test_the_server_speaks_every_language_of_the_widget() -> None:
    assert set(table()) == WIDGET_LANGUAGES
    assert len(WIDGET_LANGUAGES) >= 16


@pytest.mark.parametrize("language", sorted(WIDGET_LANGUAGES))
def test_no_sentence_is_missing_or_left_in_english(language: str) -> None:
    english, theirs = flat(table()["en"]), flat(table()[language])
    assert set(theirs) == set(english)
    for name, text in theirs.items():
        assert text.strip(), name
        assert PLACEHOLDER.findall(text) == PLACEHOLDER.findall(english[name]), name
        assert language == "en" or text != english[name], name


@pytest.mark.parametrize("error", list(dict.fromkeys(all_errors())), ids=lambda error: error.__name__)
def test_every_error_has_a_sentence_for_people(error: type[errors.ChatError]) -> None:
    assert error_sentence(error()).endswith(".")


def test_a_locale_has_the_sentences_of_its_language_and_an_unknown_one_the_english() -> None:
    assert sentence("truncated", "de-AT") == sentence("truncated", "de_CH") == table()["de"]["truncated"]
    assert sentence("truncated", "tlh") == sentence("truncated", "") == table()["en"]["truncated"]


def test_a_visitor_is_told_of_a_failure_in_their_language() -> None:
    told = Failed.because(errors.ConnectionLost(), "fr-CA")
    assert told.message.startswith("La connexion a été perdue")


def test_who_is_sent_to_a_person_is_told_the_word_that_stands_on_the_button() -> None:
    built = json.loads(Path("widget/dist/words.json").read_text("utf-8"))
    for language, words in built.items():
        assert words["askPerson"] in sentence("person", language), language
