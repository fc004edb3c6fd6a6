"""Why a file is left out: a code for programs, a sentence with the remedy for its owner, from one table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backend.domain.toml import read_toml

TABLE = Path(__file__).with_name("refusals.toml")
LIMITS = Path(__file__).with_name("limits.toml")


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """The limits of reading one file; the table explains each."""

    file_bytes: int
    seconds: int
    memory_bytes: int
    text_characters: int
    pages: int
    page_seconds: int
    depth: int
    packed_files: int
    unpacked_bytes: int
    unpacked_ratio: int


class Refused(Exception):
    """A file that cannot be read. `code` names why; its text is the sentence, without the file's name."""

    def __init__(self, code: str, *, limit: int | None = None, **words: str) -> None:
        self.code = code
        fields = words if limit is None else {**words, "limit": _write_limit(code, limit)}
        super().__init__(_table()["sentences"][code].format_map(fields))


@cache
def read_limits() -> ReadingLimits:
    return ReadingLimits(**read_toml(LIMITS))


def refuse_format(suffix: str) -> Refused:
    """Return why files with this ending are not read."""
    kind = _table()["formats"].get(suffix, "unknown")
    return Refused(f"{kind}_format", format=_name(suffix))


def refused_formats() -> frozenset[str]:
    """Return the endings of files that look like documents and are not read."""
    return frozenset(_table()["formats"])


def _name(suffix: str) -> str:
    return suffix.lstrip(".").upper()


def _write_limit(code: str, limit: int) -> str:
    """Return a limit as people say it; bytes by the name of their refusal."""
    if code in ("too_large", "unpacks_too_large", "too_much_memory"):
        return f"{limit / 1_000_000:.4g} MB"
    return f"{limit:,}"


@cache
def _table() -> dict[str, dict[str, str]]:
    return read_toml(TABLE)
