"""The sentences that a turn says by itself, from their table."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from backend.domain.toml import read_toml

TABLE = Path(__file__).with_name("words.toml")
FALLBACK = "en"


@lru_cache(maxsize=1)
def table() -> dict[str, dict[str, str]]:
    return read_toml(TABLE)


def sentence(name: str, locale: str) -> str:
    """Return a sentence in the visitor's language, or in English where it is not translated."""
    words = table().get(locale.partition("-")[0].lower(), {})
    return words.get(name) or table()[FALLBACK][name]
