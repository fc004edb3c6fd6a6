"""The reasons for which staff should look at a turn; each has its sentence in the table beside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeGuard, get_args

from backend.domain.toml import read_toml

FlagReason = Literal[
    "prompt_injection",
    "canary",
    "prompt",
    "phrase",
    "card",
    "secret",
    "link",
    "disguised",
    "refusal",
    "invalid_reply",
    "low_confidence",
    "failed",
    "unsupported_number",
    "unsupported_name",
    "unsupported_code",
    "unsupported_link",
    "unsupported_email",
    "reckoned_number",
    "ungrounded",
    "unsupported_sentence",
    "unconfirmed",
    "harmful_opening",
    "other_language",
    "protected_copy",
]
FLAGS: Mapping[str, str] = MappingProxyType(read_toml(Path(__file__).with_name("flags.toml")))


def is_flag_reason(name: str) -> TypeGuard[FlagReason]:
    return name in get_args(FlagReason)


def flag_reason(name: str) -> FlagReason:
    """Return a reason by its name; raise ValueError for a name that the table does not have."""
    if not is_flag_reason(name):
        raise ValueError(f"{name!r} is no reason for a flag; flags.toml names them all")
    return name
