"""The kinds of personal data that can be found, and what a site does about each; from the table beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from backend.domain.toml import read_toml

TABLE = Path(__file__).with_name("personal_data.toml")
ACTIONS = ("allow", "redact", "refuse")


@dataclass(frozen=True, slots=True)
class Kind:
    """`action` is the default; `placeholder` stands where it was; `sentence` names what a visitor is told."""

    action: str
    placeholder: str
    sentence: str


def read_kinds() -> Mapping[str, Kind]:
    rows = read_toml(TABLE)
    return MappingProxyType({name: Kind(**row) for name, row in rows.items()})


KINDS = read_kinds()
