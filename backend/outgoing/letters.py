"""What letters say, from their table `letters.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from backend.domain.toml import read_toml

TABLE = Path(__file__).with_name("letters.toml")
FALLBACK = "en"


def words_of(kind: str, locale: str, values: Mapping[str, object]) -> tuple[str, str]:
    """Return the subject and the text of a letter in the language of a locale, or in English.

    What is put in stands as it is: a value that looks like a field of ours is not one.
    """
    spoken = table()
    language = locale.replace("_", "-").partition("-")[0].lower()
    words = spoken.get(language, {}).get(kind) or spoken[FALLBACK][kind]
    return words["subject"].format_map(values), words["text"].strip().format_map(values) + "\n"


@cache
def table() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Return every language's letters by kind."""
    return read_toml(TABLE)
