"""What differs between two states of a site's settings, by the path of each setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from backend.domain.site import SiteSettings
from backend.domain.site_json import settings_from_json, settings_to_json
from backend.domain.versions import SettingChange

TABLES = frozenset(field.name for field in fields(SiteSettings) if is_dataclass(field.default))


def changes_between(was: SiteSettings, now: SiteSettings) -> list[SettingChange]:
    """Return every setting that differs, in the order in which settings are declared."""
    before, after = by_path(settings_to_json(was)), by_path(settings_to_json(now))
    return [
        SettingChange(path, before.get(path), after.get(path))
        for path in {**after, **before}
        if before.get(path) != after.get(path)
    ]


def rebase(base: SiteSettings, mine: SiteSettings, live: SiteSettings) -> SiteSettings:
    """Return the live settings with what `mine` has changed since `base`; where both changed one, mine counts."""
    if base == live:
        return mine
    document = settings_to_json(live)
    for change in changes_between(base, mine):
        table, _, name = change.where.rpartition(".")
        (document[table] if table else document)[name] = change.became
    return settings_from_json(document)


def by_path(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return each setting of a document by its path: `greeting`, `theme.accent`."""
    paths = {}
    for name, value in document.items():
        if name in TABLES:
            paths.update({f"{name}.{own}": each for own, each in value.items()})
        else:
            paths[name] = value
    return paths
