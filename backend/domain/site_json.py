"""A site's settings as JSON, and back.

Rules:
1. What is written is read back as equal settings.
2. A key that this version does not know is ignored, and one that is missing takes its default: older and newer
   versions of the product can share a database while one replaces the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from backend.domain.site import SiteSettings

Settings = TypeVar("Settings")


def settings_to_json(settings: SiteSettings) -> dict[str, Any]:
    """Return the settings as a document of JSON's own types."""
    written = _write(settings)
    assert isinstance(written, dict)  # noqa: S101 - a dataclass is written as an object
    return written


def settings_from_json(document: Mapping[str, Any]) -> SiteSettings:
    """Return the settings that a document holds; raise TypeError where a value has another shape."""
    return _read_dataclass(SiteSettings, document)


def _write(value: object) -> object:
    if is_dataclass(value):
        return {field.name: _write(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_write(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _write(item) for key, item in value.items()}
    return value


def _read(kind: Any, value: Any) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        return _read_dataclass(kind, value)
    if get_origin(kind) is tuple:
        item_kind = get_args(kind)[0]
        return tuple(_read(item_kind, item) for item in value)
    if get_origin(kind) is Mapping:
        return MappingProxyType(dict(value))
    if kind is float and isinstance(value, int):
        return float(value)  # JSON does not tell 1 from 1.0
    if not isinstance(value, kind):
        raise TypeError(f"expected {kind.__name__}, found {value!r}")
    return value


def _read_dataclass(kind: type[Settings], document: Mapping[str, Any]) -> Settings:
    if not isinstance(document, Mapping):
        raise TypeError(f"expected {kind.__name__} as an object, found {document!r}")
    kinds = _kinds_of(kind)  # type: ignore[arg-type]  # every class is hashable
    return kind(**{name: _read(kinds[name], value) for name, value in document.items() if name in kinds})


@cache
def _kinds_of(kind: type[Any]) -> Mapping[str, Any]:
    """Return the types of a dataclass's fields; finding them out costs more than all the rest of reading."""
    return get_type_hints(kind)
