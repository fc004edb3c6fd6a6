"""A site's draft is read, changed and dropped; visitors see nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.domain.setting_changes import changes_between
from backend.domain.site import Site
from backend.domain.versions import DocumentChange, Draft, SettingChange
from backend.services.parts import SiteParts
from backend.sites.as_document import read_document


@dataclass(frozen=True, slots=True)
class DraftChanges:
    """What publishing a draft would change. Titles are by key, of the documents that change."""

    settings: tuple[SettingChange, ...]
    documents: tuple[DocumentChange, ...]
    synonyms: bool = False

    @property
    def count(self) -> int:
        return len(self.settings) + len(self.documents) + self.synonyms


def change_draft(site: Site, document: Mapping[str, Any], revision: int | None, by: str, parts: SiteParts) -> Draft:
    """Make these the draft's settings; raise InvalidSettings, or ChangedMeanwhile where it is at another revision."""
    return parts.drafts.change(site, read_document(document), revision, by)


def changes_of(draft: Draft, parts: SiteParts) -> DraftChanges:
    """Return what differs between the draft and the live site."""
    own = parts.passages.digests(draft.shelf)
    live = parts.passages.digests(draft.live.id, sorted({*own, *draft.gone}))
    coming = {key: digest for key, digest in own.items() if live.get(key) != digest}
    going = (draft.gone & live.keys()) - own.keys()
    documents = [DocumentChange(key, live.get(key, ""), digest) for key, digest in coming.items()]
    documents += [DocumentChange(key, live[key], "") for key in going]
    return DraftChanges(
        tuple(changes_between(draft.live.settings, draft.settings)),
        tuple(sorted(documents, key=lambda each: each.key)),
        synonyms=draft.has_own_synonyms,
    )


def discard_draft(site: Site, parts: SiteParts) -> None:
    """Drop the draft: the next one begins as what is live."""
    parts.drafts.clear(site)
