"""Reads TOML: the product's own tables, which stand beside the code that uses them, site.toml, and heads of pages."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from backend.domain.errors import SettingsError


def read_toml(path: Path) -> dict[str, Any]:
    """Return the document in a TOML file; raise SettingsError with one sentence that names the file."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: it is not UTF-8; save it again in that encoding.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: it is not TOML: {str(error).rstrip('.')}.") from None
    except OSError as error:
        raise SettingsError(f"{path}: it cannot be read: {error.strerror}.") from None


def read_toml_text(text: str) -> dict[str, Any]:
    """Return the document in a text, whose numbers with a point keep their spelling; raise ValueError that says why."""
    try:
        return tomllib.loads(text, parse_float=str)
    except RecursionError:
        raise ValueError("nested too deep") from None
