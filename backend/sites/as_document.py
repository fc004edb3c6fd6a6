"""Settings as a document with the names and shapes of site.toml, for tools; and back, by the same checks.

A document may say what is a default: what is empty by default is then taken for not said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.domain.errors import InvalidSettings
from backend.domain.site import SiteSettings
from backend.domain.site_fields import Wrong
from backend.domain.site_json import settings_to_json
from backend.sites.declared import Declared, settings_of
from backend.sites.reading import FILE, read_settings


def settings_as_document(settings: SiteSettings) -> dict[str, Any]:
    """Return every setting, also those that are as they are by default."""
    return settings_to_json(settings)


def read_document(document: Mapping[str, Any]) -> SiteSettings:
    """Return the settings that a document describes; raise InvalidSettings with the sentence of `site apply`."""
    try:
        return read_settings(_without_defaults(SiteSettings, document)).settings
    except Wrong as wrong:
        raise InvalidSettings(f"{FILE}: {wrong}") from None


def _without_defaults(kind: type, document: Mapping[str, Any]) -> dict[str, Any]:
    declared = {each.name: each for each in settings_of(kind)}
    return {
        name: _own(declared[name], value) if name in declared else value
        for name, value in document.items()
        if name not in declared or not _is_default(declared[name], value)
    }


def _own(each: Declared, value: Any) -> Any:
    """Return a table, or each of several, without what is said by default."""
    if each.table is None:
        return value
    if each.is_list:
        return [_without_defaults(each.table, row) if isinstance(row, Mapping) else row for row in _list(value)]
    return _without_defaults(each.table, value) if isinstance(value, Mapping) else value


def _list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _is_default(each: Declared, value: Any) -> bool:
    default = list(each.default) if isinstance(each.default, tuple) else each.default
    return each.table is None and type(value) in (str, list, dict) and value == default
