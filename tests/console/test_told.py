"""Names and codes are told in the viewer's words, and unknown ones as they are."""

from __future__ import annotations

import pytest
from flask import Flask

from backend.console.told import language_name, route_reason
from backend.console.words import languages, words_in
from backend.domain.site import Models
from backend.domain.turn import Question
from backend.turn.routing import TEAM, choose_route, rules


@pytest.fixture
def app() -> Flask:
    return Flask("tests")


@pytest.mark.parametrize(
    ("spoken", "locale", "told"),
    [
        ("en", "de", "German"),
        ("de", "de-AT", "Deutsch (AT)"),
        ("de", "en_US", "Englisch (US)"),
        ("en", "tlh", "tlh"),
        ("en", "", ""),
    ],
)
def test_a_locale_is_told_as_a_language(app: Flask, spoken: str, locale: str, told: str) -> None:
    with app.test_request_context(headers={"Accept-Language": spoken}):
        assert language_name(locale) == told


def test_a_reason_is_told_with_what_failed(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert route_reason("no_model_configured") == "no model is configured"
        assert route_reason("fallback: rate_limited") == "another model failed (rate limited)"
        assert route_reason("an_older_rule") == "an older rule"
        assert route_reason("") == ""


def test_every_rule_has_its_words_in_every_language() -> None:
    table, _ = rules()
    alone = choose_route(Question("How?"), Models(), None).because
    names = [rule.name for rule in table] + ["no_rule_fits", "fallback", TEAM.because, alone]
    for language in languages():
        assert not [name for name in names if f"because.{name}" not in words_in(language)]
