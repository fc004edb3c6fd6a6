"""Files and single web pages are put into a site's knowledge by hand; `site apply` leaves them alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.domain.errors import SettingsError
from backend.domain.indexed import Stocked
from backend.domain.knowledge import Document
from backend.domain.ports import PageScreen, Progress
from backend.domain.site import Site
from backend.knowledge.index import ADDED, Change, read_before
from backend.knowledge.intake import ENDINGS, Fetcher, NotFetched, SeparateReading, find_files, read_address, read_files
from backend.services.keep_documents import keep_documents
from backend.services.parts import UNHEARD, SiteParts


@dataclass(frozen=True, slots=True)
class Added:
    """The result for one file: added, replaced, unchanged or left_out; only left_out has a code and a reason."""

    id: str
    status: str
    title: str = ""
    marks: tuple[str, ...] = ()
    code: str = ""
    why: str = ""


def add_documents(
    site: Site,
    files: Sequence[tuple[Path, str]],
    addresses: Sequence[str],
    parts: SiteParts,
    fetcher: Fetcher,
    progress: Progress = UNHEARD,
) -> list[Added]:
    """Add or replace the documents of these files (each with its name in the knowledge base) and addresses.

    Return what became of each. A file that cannot be read is left out, and the others go on.
    """
    before = parts.passages.stocked(site.id)
    knowledge = read_files(iter(files), read_before(parts.passages, site.id), parts.page_screen)
    pages, unread = read_addresses(addresses, fetcher, parts.page_screen)
    documents = [*knowledge.documents, *pages]
    keep_documents(site, Change(documents, ADDED, knowledge.file_digests), parts, progress)
    after = parts.passages.stocked(site.id)
    added = [added_row(document, before.get(document.key), after[document.key]) for document in documents]
    left_out = [Added(each.name, "left_out", code=each.code, why=each.sentence) for each in knowledge.left_out]
    return [*added, *left_out, *unread]


def named_files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield every file to be read with its name in the knowledge base; raise SettingsError for a path without one."""
    for path in paths:
        if path.is_dir():
            files = list(find_files(path))
            if not files:
                raise SettingsError(
                    f"{path}: the folder holds no file that can be read ({', '.join(sorted(ENDINGS))})."
                )
            yield from ((file, file.relative_to(path).as_posix()) for file in files)
        elif path.is_file():
            yield path, path.name
        else:
            raise SettingsError(f"{path}: there is no such file or folder.")


def read_addresses(
    addresses: Sequence[str], fetcher: Fetcher, screen: PageScreen
) -> tuple[list[Document], list[Added]]:
    """Return the pages at these addresses, and why others gave none."""
    pages: dict[str, Document] = {}
    unread = []
    with SeparateReading(screen=screen) as separate:
        for address in addresses:
            try:
                reading = read_address(address, fetcher, separate)
            except NotFetched as problem:
                unread.append(Added(address, "left_out", code=problem.code, why=f"{problem}."))
                continue
            if reading.document is None:
                why = reading.sentence or reading.mistake
                unread.append(Added(address, "left_out", code=reading.refused or "mistake", why=why))
            else:
                pages[reading.document.key] = reading.document
    return list(pages.values()), unread


def added_row(document: Document, before: Stocked | None, after: Stocked) -> Added:
    is_as_before = before is not None and (before.digest, before.twin) == (after.digest, after.twin)
    status = "added" if before is None else "unchanged" if is_as_before else "replaced"
    return Added(document.key, status, document.title, document.marks)
