"""What versions change in a site's documents, and the documents that older versions need.

Rules:
1. Every change is noted in the transaction that makes it; the next version that is published takes it as its own.
2. A document is kept when it is replaced or taken out, once for each digest, as long as its site is there.
3. What stands on a draft's shelf is no change of the site yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from backend.domain.indexed import Origin
from backend.domain.knowledge import Document
from backend.domain.versions import DocumentChange, KeptDocument
from backend.store import tables
from backend.store.database import in_batches, insert_into

MOST_IN_A_LIST = 500


def note_changes(connection: Connection, site_id: int, coming: Mapping[str, str], gone: Sequence[str]) -> None:
    """Note that these documents (digest by key) come and those go, and keep what they replace; nothing for a shelf."""
    if _is_shelf(connection, site_id):
        return
    leaving = list(_there(connection, site_id, [*coming, *gone]))
    was = {row.key: row.digest for row in leaving}
    became = {**dict.fromkeys(gone, ""), **coming}
    changes = [
        {"site_id": site_id, "version": None, "key": key, "was": was.get(key, ""), "became": digest}
        for key, digest in became.items()
        if was.get(key, "") != digest
    ]
    replaced = {row.digest: row for row in leaving if became[row.key] != row.digest}
    if replaced:
        rows = [{"site_id": site_id, "digest": digest, "document": _written(row)} for digest, row in replaced.items()]
        connection.execute(insert_into(connection, tables.kept_document).on_conflict_do_nothing(), rows)
    if changes:
        connection.execute(tables.document_change.insert(), changes)


def has_unnamed_changes(connection: Connection, site_id: int) -> bool:
    change = tables.document_change
    wanted = select(change.c.id).where(change.c.site_id == site_id, change.c.version.is_(None)).limit(1)
    return connection.execute(wanted).first() is not None


def name_changes(connection: Connection, site_id: int, version: int) -> None:
    """Let this version be the one that made every change that none has taken yet."""
    change = tables.document_change
    naming = update(change).where(change.c.site_id == site_id, change.c.version.is_(None))
    connection.execute(naming.values(version=version))


def changes_of(connection: Connection, site_id: int, version: int) -> list[DocumentChange]:
    """Return what a version changed, in order; a document that changed twice stands once."""
    change = tables.document_change
    wanted = select(change).where(change.c.site_id == site_id, change.c.version == version).order_by(change.c.id)
    return _joined(connection.execute(wanted).all())


def changes_since(connection: Connection, site_id: int, version: int) -> list[DocumentChange]:
    """Return what has changed after a version, with what no version has named yet."""
    change = tables.document_change
    is_later = change.c.version.is_(None) | (change.c.version > version)
    wanted = select(change).where(change.c.site_id == site_id, is_later).order_by(change.c.id)
    return _joined(connection.execute(wanted).all())


def kept_documents(connection: Connection, site_id: int, digests: Sequence[str]) -> dict[str, KeptDocument]:
    """Return the documents that were kept under these digests; one that is not kept is left out."""
    kept = tables.kept_document
    found = {}
    for batch in in_batches(digests, MOST_IN_A_LIST):
        wanted = select(kept.c.digest, kept.c.document).where(kept.c.site_id == site_id, kept.c.digest.in_(batch))
        found.update({row.digest: _read(row.document) for row in connection.execute(wanted)})
    return found


def _joined(rows: Sequence[Row[Any]]) -> list[DocumentChange]:
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    for row in rows:
        first.setdefault(row.key, row.was)
        last[row.key] = row.became
    return [DocumentChange(key, was, last[key]) for key, was in first.items() if was != last[key]]


def _is_shelf(connection: Connection, site_id: int) -> bool:
    wanted = select(tables.site.c.version).where(tables.site.c.id == site_id)
    return bool(connection.execute(wanted).scalar_one() == 0)


def _there(connection: Connection, site_id: int, keys: Sequence[str]) -> Iterator[Row[Any]]:
    document = tables.document
    for batch in in_batches(keys, MOST_IN_A_LIST):
        yield from connection.execute(select(document).where(document.c.site_id == site_id, document.c.key.in_(batch)))


def _written(row: Row[Any]) -> dict[str, object]:
    return {
        "key": row.key,
        "title": row.title,
        "url": row.url,
        "text": row.text,
        "marks": list(row.marks),
        "language": row.language,
        "audience": row.audience.split(),
        "left_out": row.left_out,
        "source": row.source,
        "file_digest": row.file_digest,
    }


def _read(kept: Mapping[str, Any]) -> KeptDocument:
    document = Document(
        kept["key"],
        kept["title"],
        kept["url"],
        kept["text"],
        tuple(kept["marks"]),
        kept["language"],
        tuple(kept["audience"]),
        tuple(kept.get("left_out", ())),
    )
    return KeptDocument(document, Origin(kept["source"], kept["file_digest"]))
