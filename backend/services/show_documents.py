"""The documents of a site, as a list and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.domain.indexed import Titled
from backend.domain.knowledge import Document, Passage
from backend.domain.numbers import Use
from backend.domain.site import Site
from backend.services.parts import SiteParts
from backend.services.remove_documents import unknown_documents

NEVER = Use(0, 0, 0, 0, 0)
LOOKED_AT = 1_000  # questions


@dataclass(frozen=True, slots=True)
class Shown:
    """A document with where it came from and whose place it leaves to another; of one that was asked for, also how a
    list shows it and the passages by which it is found."""

    document: Document
    source: str
    twin: str
    titled: Titled | None = None
    passages: Sequence[Passage] = ()
    use: Use = NEVER


def list_documents(site: Site, parts: SiteParts) -> list[Shown]:
    """Return every document of the site, ordered by key, without passages."""
    stocked = parts.passages.stocked(site.id)
    return [
        Shown(each, stocked[each.key].origin.source, stocked[each.key].twin)
        for each in parts.passages.documents(site.id)
    ]


def show_document(site: Site, key: str, parts: SiteParts, asked: Site | None = None) -> Shown:
    """Return one document with how it served the questions of `asked`, the published site of a draft.

    Raise SettingsError where the site has none of this key.
    """
    document = parts.passages.document(site.id, key)
    if document is None:
        raise unknown_documents(site, [key])
    use = parts.numbers.use((asked or site).id, key, LOOKED_AT)
    (titled,) = parts.passages.titles(site.id, keys=[key])
    return Shown(document, titled.source, titled.twin, titled, parts.passages.passages_of(site.id, key), use)
