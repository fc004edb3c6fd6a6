"""The table of a crawl's limits and manners (`rules.toml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backend.domain.toml import read_toml

TABLE = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True, slots=True)
class Rules:
    """The limits and manners of a crawl; the table explains each."""

    user_agent: str
    robots_name: str
    pages: int
    depth: int
    redirects: int
    connect_seconds: float
    read_seconds: float
    total_seconds: float
    robots_bytes: int
    sitemap_bytes: int
    sitemaps: int
    pause_seconds: float
    longest_pause_seconds: float
    tries: int
    failures_in_a_row: int
    tracking: frozenset[str]
    skipped: tuple[str, ...]
    kinds: Mapping[str, str]


@cache
def read_rules() -> Rules:
    table = read_toml(TABLE)
    return Rules(**{**table, "tracking": frozenset(table["tracking"]), "skipped": tuple(table["skipped"])})
