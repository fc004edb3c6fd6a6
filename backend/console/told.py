"""What the product notes by a name or a code, as people read it: a language, and why a model was chosen."""

from __future__ import annotations

from backend.console.pages import language_of_viewer
from backend.console.words import say, words_in
from backend.domain.spoken import name_of

FALLBACK = "fallback"


def language_name(locale: str) -> str:
    """Return what the viewer calls the language of a locale, with its country where it names one.

    A locale that we have no name for is told as it is.
    """
    language, _, country = locale.replace("_", "-").partition("-")
    name = name_of(language.lower(), language_of_viewer())
    return (f"{name} ({country})" if country else name) if name else locale


def route_reason(because: str) -> str:
    """Return why a model was chosen: `because` is the name of a rule, or `fallback: ` and what failed."""
    language, (rule, _, failed) = language_of_viewer(), because.partition(": ")
    if f"because.{rule}" not in words_in(language):
        return because.replace("_", " ")
    return say(language, f"because.{rule}", failed=failed.replace("_", " "))
