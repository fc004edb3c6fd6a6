"""A help centre that stands elsewhere comes in by its export file: each article is a document of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backend.domain.ports import Progress
from backend.domain.site import Site
from backend.knowledge.index import ADDED, Change
from backend.knowledge.intake import Article, in_html, read_export, read_files
from backend.services.add_documents import Added, added_row
from backend.services.keep_documents import keep_documents
from backend.services.parts import UNHEARD, SiteParts


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an export: a row for each article, how many were not published, and what wrote it."""

    rows: Sequence[Added]
    unpublished: int
    source: str


def import_help_centre(
    site: Site,
    name: str,
    content: bytes,
    parts: SiteParts,
    columns: Mapping[str, str] | None = None,
    progress: Progress = UNHEARD,
) -> Imported:
    """Add or replace a document for each published article; raise SettingsError for a file that is no export."""
    export = read_export(name, content, columns)
    before = parts.passages.stocked(site.id)
    addresses = {each.key: each.url for each in export.articles}
    with tempfile.TemporaryDirectory(prefix="deskbell-import-") as folder:
        named = [(_put_down(Path(folder), each), each.key) for each in export.articles]
        knowledge = read_files(iter(named), screen=parts.page_screen)
    documents = [replace(each, url=each.url or addresses.get(each.key, "")) for each in knowledge.documents]
    keep_documents(site, Change(documents, ADDED, knowledge.file_digests), parts, progress)
    after = parts.passages.stocked(site.id)
    rows = [added_row(each, before.get(each.key), after[each.key]) for each in documents]
    left_out = [Added(each.name, "left_out", code=each.code, why=each.sentence) for each in knowledge.left_out]
    return Imported([*rows, *left_out], export.unpublished, export.source)


def _put_down(folder: Path, article: Article) -> Path:
    path = folder / article.key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(in_html(article) if article.is_html else f"{article.title}\n\n{article.text}", "utf-8")
    return path
