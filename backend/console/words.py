"""The words of the console, by language: one table each, `words/en.toml` and `words/de.toml`.

A name is `table.name`. Where a count is given and is one, `name_one` is said if the table has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from backend.domain.toml import read_toml

FOLDER = Path(__file__).with_name("words")
FALLBACK = "en"


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that the console speaks, English first."""
    return tuple(sorted((file.stem for file in FOLDER.glob("*.toml")), key=lambda name: (name != FALLBACK, name)))


@cache
def words_in(language: str) -> Mapping[str, str]:
    """Return every sentence of a language by its name."""
    tables = read_toml(FOLDER / f"{language}.toml")
    return {f"{table}.{name}": text for table, rows in tables.items() for name, text in rows.items()}


def say(language: str, name: str, /, **values: object) -> str:
    """Return a sentence with its values put in; a number is written as the language writes it."""
    words = words_in(language)
    sentence = words.get(f"{name}_one", words[name]) if values.get("count") == 1 else words[name]
    return sentence.format(**{key: number(value, language) for key, value in values.items()})


def number(value: object, language: str) -> object:
    """Return a whole number with its thousands parted; everything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if language == "de" else grouped
