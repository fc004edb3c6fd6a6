"""What can be found in a whole reply, and what a site does about each; from the table beside."""

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
