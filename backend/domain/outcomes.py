"""What can be found in a whole reply, and what a site does about each; from the table beside."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

TABLE = Path(__file__).with_name("outcomes.toml")
CHOICES = ("release", "disclaim", "replace")


def read_outcomes() -> Mapping[str, str]:
    return MappingProxyType(tomllib.loads(TABLE.read_text(encoding="utf-8")))


OUTCOMES = read_outcomes()
