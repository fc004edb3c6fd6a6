"""Documents are taken out of a site's knowledge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.domain.errors import SettingsError
from backend.domain.site import Site
from backend.knowledge.index import FOLDER, Change
from backend.services.keep_documents import keep_documents
from backend.services.parts import SiteParts


@dataclass(frozen=True, slots=True)
class Removed:
    """A document that is gone. `comes_back` where the next `site apply` puts it in again."""

    id: str
    comes_back: bool


def remove_documents(site: Site, keys: Sequence[str], parts: SiteParts) -> list[Removed]:
    """Take these documents out in one step; raise SettingsError, and remove none, where one is unknown."""
    stocked = parts.passages.stocked(site.id)
    if unknown := [key for key in keys if key not in stocked]:
        raise unknown_documents(site, unknown)
    named = list(dict.fromkeys(keys))
    keep_documents(site, Change(gone=named), parts)
    return [Removed(key, comes_back=stocked[key].origin.source == FOLDER) for key in named]


def unknown_documents(site: Site, keys: Sequence[str]) -> SettingsError:
    named = ", ".join(repr(key) for key in keys)
    is_or_are = "is no document" if len(keys) == 1 else "are no documents"
    return SettingsError(f"{named} {is_or_are} of {site.settings.name}; `kb list --site {site.key}` names all.")
