"""A site's folder is published: its settings and its pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.domain.errors import SettingsError, UnknownSite
from backend.domain.knowledge import Document
from backend.domain.ports import Progress, SiteBook
from backend.domain.site import Site
from backend.domain.versions import Publishing
from backend.knowledge.index import language_of, read_before, restock
from backend.knowledge.intake import Knowledge, count_other_files, hides_orders, read_knowledge
from backend.services.keep_documents import compare_by_meaning, publish
from backend.services.parts import UNHEARD, SiteParts
from backend.sites.reading import FILE, Described, read_site

KB = "kb"
APPLIED = Publishing(by="command line", note="site apply")


@dataclass(frozen=True, slots=True)
class FolderReading:
    """What became of the files of `kb/`: the names of those that were left out by the code of the reason, that are
    marked, that only some readers see (by their audience), and the endings of those that are no documents."""

    left_out: Mapping[str, Sequence[str]]
    marked: Sequence[str]
    for_some: Mapping[str, Sequence[str]]
    other_endings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Applied:
    """The result of publishing a folder. `warnings` are sentences for the folder's owner."""

    site: Site
    is_new: bool
    has_new_settings: bool
    written: int
    removed: int
    documents: int
    warnings: tuple[str, ...]
    reading: FolderReading
    has_mistakes: bool = False  # of the owner's in single pages: those are left out

    @property
    def has_changed(self) -> bool:
        return self.is_new or self.has_new_settings or bool(self.written or self.removed)


def apply_folder(
    folder: Path, parts: SiteParts, progress: Progress = UNHEARD, publishing: Publishing = APPLIED
) -> Applied:
    """Publish a folder and return when all of it is searchable; raise SettingsError before anything is changed."""
    described = read_site(folder)
    known = find_described(described, parts.sites, str(folder.resolve()))
    before = {} if known is None else read_before(parts.passages, known.id)
    knowledge = read_knowledge(folder / KB, before, parts.page_screen)
    site = known or parts.sites.create(described.settings, described.key, publishing)
    language, files = language_of(described.settings.locale), knowledge.file_digests
    written, removed = restock(parts.passages, site.id, knowledge.documents, language, file_digests=files)
    if known is None:
        parts.sites.name_changes(site)
    else:
        site = publish(known, described.settings, publishing, parts)
    parts.sites.note_folder(site, str(folder.resolve()))
    compare_by_meaning(site, parts, progress)
    return Applied(
        site,
        is_new=known is None,
        has_new_settings=known is not None and known.settings != described.settings,
        written=written,
        removed=removed,
        documents=len(knowledge.documents),
        warnings=(*_folder_warnings(folder / KB, knowledge), *hidden_warnings(knowledge.documents)),
        reading=_read_over(folder / KB, knowledge),
        has_mistakes=knowledge.has_mistakes,
    )


def _folder_warnings(kb: Path, knowledge: Knowledge) -> Iterator[str]:
    """Yield the warnings of a folder, that it is missing or holds no page before all others."""
    if not kb.is_dir():
        yield f"there is no folder {kb}, so the site knows nothing; put its pages there."
    elif not knowledge.documents:
        yield f"no page could be read from {kb}, so the site knows nothing; put its pages there."
    yield from knowledge.warnings


def _read_over(kb: Path, knowledge: Knowledge) -> FolderReading:
    left_out: dict[str, list[str]] = defaultdict(list)
    for each in knowledge.left_out:
        left_out[each.code].append(each.name)
    for_some: dict[str, list[str]] = defaultdict(list)
    for document in knowledge.documents:
        if document.audience:
            for_some[", ".join(document.audience)].append(knowledge.paths[document.key])
    marked = [knowledge.paths[each.key] for each in knowledge.documents if each.marks]
    return FolderReading(left_out, marked, for_some, count_other_files(kb))


def find_described(described: Described, sites: SiteBook, folder: str) -> Site | None:
    """Return the site that a folder describes: the one with its key, else of its name, else the folder's own.

    A folder whose name was changed still is its site. Raise SettingsError where name and origins are both others than
    those that this folder published: that may be meant as another site.
    """
    if described.key is not None:
        try:
            return sites.site(described.key)
        except UnknownSite:
            return None
    known = sites.find_by_name(described.settings.name) or sites.applied_from(folder)
    is_renamed = known is not None and known.settings.name != described.settings.name
    if known is not None and is_renamed and not set(known.settings.origins) & set(described.settings.origins):
        raise SettingsError(
            f'{folder}: this folder published "{known.settings.name}", which has another name and other origins. Write '
            f'key = "{known.key}" into {FILE} to change that site, or another key of your choice to make a second one.'
        )
    return known


def hidden_warnings(documents: Iterable[Document]) -> Iterator[str]:
    """Yield what an owner should hear of documents that hide orders."""
    for document in filter(hides_orders, documents):
        yield f"{document.key} is marked for review: {', '.join(document.marks)}."
