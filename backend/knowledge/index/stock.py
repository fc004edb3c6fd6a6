"""A site's documents are put in, replaced and taken out.

Rules:
1. Every change is one transaction of the book: a document can be found before, during and after it.
2. Sources do not touch each other: applying a folder leaves alone what was added by hand or crawled, and the other way
   round; where two name the same key, the last one counts.
3. Documents that say the same, word for word but for their order and marks, are kept, but one alone is found.
4. What has not changed is not written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from backend.domain.indexed import Cut, Origin, Stocked
from backend.domain.knowledge import Document
from backend.domain.ports import PassageBook
from backend.knowledge.index.postings import cut, digest
from backend.knowledge.index.terms import find_words

FOLDER = ""
ADDED = "added"
LEAST_TO_FOLD = 20  # words: shorter documents say the same by chance


@dataclass(frozen=True, slots=True)
class Change:
    """Documents to be written, with where they come from, and keys to be taken out.

    `origins` says it of single documents, by key; the others are of `source`.
    """

    documents: Sequence[Document] = ()
    source: str = FOLDER
    file_digests: Mapping[str, str] | None = None
    gone: Sequence[str] = ()
    origins: Mapping[str, Origin] | None = None

    def origin_of(self, key: str) -> Origin:
        return (self.origins or {}).get(key) or Origin(self.source, (self.file_digests or {}).get(key, ""))


def restock(
    book: PassageBook,
    site_id: int,
    documents: Sequence[Document],
    language: str,
    *,
    source: str = FOLDER,
    file_digests: Mapping[str, str] | None = None,
) -> tuple[int, int]:
    """Make these all the documents of their source; return how many were written and removed. Twice changes nothing."""
    kept = {document.key for document in documents}
    gone = sorted(
        key for key, each in book.stocked(site_id).items() if each.origin.source == source and key not in kept
    )
    return put_change(book, site_id, Change(documents, source, file_digests, gone), language), len(gone)


def put_change(book: PassageBook, site_id: int, change: Change, language: str) -> int:
    """Put a change into the book, in one step; return how many documents of it were written."""
    stocked = book.stocked(site_id)
    coming = {
        document.key: _describe(document, change, language, stocked.get(document.key)) for document in change.documents
    }
    twins = find_twins({**_without(stocked, change.gone), **coming})
    changed = {
        key for key, each in coming.items() if not _says_the_same(stocked.get(key), replace(each, twin=twins[key]))
    }
    others = {key for key in twins if key not in coming and stocked[key].twin != twins[key]}
    moved = {key: each.origin.file_digest for key, each in coming.items() if key in stocked and key not in changed}
    book.note_files(site_id, {key: file for key, file in moved.items() if stocked[key].origin.file_digest != file})
    if not (changed or others or change.gone):
        return 0
    texts = {document.key: document for document in change.documents}
    if others:
        texts = {**{document.key: document for document in book.documents(site_id)}, **texts}
    cuts = []
    for key in (*(key for key in texts if key in changed), *sorted(others)):
        described = coming.get(key) or stocked[key]
        cuts.append((_cut(texts[key], described, twins[key], language), described.digest))
    book.put(site_id, cuts, change.gone)
    return len(changed)


def reindex(book: PassageBook, site_id: int, language: str) -> int:
    """Make every document's passages and terms anew, in one step; return how many documents there are."""
    stocked = book.stocked(site_id)
    documents = book.documents(site_id)
    described = {
        each.key: replace(stocked[each.key], digest=digest(each, language), fingerprint=find_fingerprint(each))
        for each in documents
    }
    twins = find_twins(described)
    book.put(
        site_id,
        [
            (_cut(each, described[each.key], twins[each.key], language), described[each.key].digest)
            for each in documents
        ],
    )
    return len(documents)


def read_before(book: PassageBook, site_id: int) -> dict[str, Document]:
    """Return the site's documents by the digest of the file that each was read from."""
    digests = {key: each.origin.file_digest for key, each in book.stocked(site_id).items()}
    return {digests[each.key]: each for each in book.documents(site_id) if digests.get(each.key)}


def find_fingerprint(document: Document) -> str:
    """Return what is the same for documents of the same words; "" for a document too short to be told by them.

    Every word and number counts, and the title: pages that differ in a price alone are two. So are those for different
    audiences, of whom one may not read the other's.
    """
    words = find_words(f"{document.title}\n{document.text}")
    if len(words) < LEAST_TO_FOLD:
        return ""
    said = [*sorted(set(words)), *([f"for {' '.join(document.audience)}"] if document.audience else [])]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def find_twins(stocked: Mapping[str, Stocked]) -> dict[str, str]:
    """Return for each key that of the document that is found in its place, or "" where it is found itself."""
    first: dict[str, str] = {}
    twins = {}
    for key in sorted(stocked):
        fingerprint = stocked[key].fingerprint
        twins[key] = first.get(fingerprint, "") if fingerprint else ""
        first.setdefault(fingerprint, key)
    return twins


def _describe(document: Document, change: Change, language: str, before: Stocked | None) -> Stocked:
    origin = change.origin_of(document.key)
    fresh = digest(document, language)
    if before is not None and before.digest == fresh:
        return Stocked(fresh, origin, before.fingerprint, twin="")  # nothing that it is made of has changed
    return Stocked(fresh, origin, find_fingerprint(document), twin="")


def _says_the_same(before: Stocked | None, now: Stocked) -> bool:
    """Tell whether a document is as it was, whatever the file looks like that it was read from."""
    return (
        before is not None and replace(before, origin=now.origin) == now and before.origin.source == now.origin.source
    )


def _without(stocked: Mapping[str, Stocked], gone: Iterable[str]) -> dict[str, Stocked]:
    left_out = frozenset(gone)
    return {key: each for key, each in stocked.items() if key not in left_out}


def _cut(document: Document, described: Stocked, twin: str, language: str) -> Cut:
    found = Cut(document, ()) if twin else cut(document, language)
    return replace(found, origin=described.origin, fingerprint=described.fingerprint, twin=twin)
