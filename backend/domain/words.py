"""The sentences that the server says to a visitor, from their table `words.toml`, whoever says them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from backend.domain.errors import ChatError
from backend.domain.toml import read_toml

TABLE = Path(__file__).with_name("words.toml")
FALLBACK = "en"
ERRORS = "errors"


@lru_cache(maxsize=1)
def table() -> dict[str, dict[str, Any]]:
    """Return every language's sentences by name, those of errors below `errors`."""
    return read_toml(TABLE)


def sentence(name: str, locale: str) -> str:
    """Return a sentence in the language of a locale such as de-AT, or in English where we do not speak it."""
    return str(_words_of(locale)[name])


def error_sentence(error: ChatError, locale: str = FALLBACK) -> str:
    """Return what a visitor may be told of an error."""
    return str(_words_of(locale)[ERRORS][error.says or error.code])


def failure_sentence(code: str, locale: str = FALLBACK) -> str:
    """Return what a visitor was told of a failure with this code; of one that we do not know, that something broke."""
    told = _words_of(locale)[ERRORS]
    return str(told.get(code, told["internal"]))


def _words_of(locale: str) -> dict[str, Any]:
    return table().get(locale.replace("_", "-").partition("-")[0].lower(), table()[FALLBACK])
