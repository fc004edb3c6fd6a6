"""The table of outcomes: each kind of finding in a whole reply, and the action that a site takes on it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from backend.domain.toml import read_toml

TABLE = Path(__file__).with_name("outcomes.toml")
CHOICES = ("release", "disclaim", "replace")


def read_outcomes() -> Mapping[str, str]:
    return MappingProxyType(read_toml(TABLE))


OUTCOMES = read_outcomes()
