"""The folder `kb/` of a site: every readable file becomes a document.

Rules: front matter that we can read but not understand stops everything with one sentence, so that nothing is
published by halves; a file that cannot be read is named in a warning with the remedy, and the others go on; a file
that has not changed is not read again; hidden files are not ours to read, nor is what a link leads to outside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backend.domain.errors import SettingsError
from backend.domain.knowledge import Document
from backend.domain.ports import PageScreen
from backend.knowledge.intake.formats.files import ENDINGS, READING, Reading, Source
from backend.knowledge.intake.formats.refusal import read_limits, refuse_format, refused_formats
from backend.knowledge.intake.separate_process import SeparateReading
from backend.knowledge.intake.suspicion import sees_nothing


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is no document, with the code of the reason and the sentence that says what to do."""

    name: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What `kb/` holds, ordered by key, each document's file by its digest, and what was left out."""

    documents: tuple[Document, ...]
    file_digests: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the folder's owner should hear, a sentence each, in the order of the files."""
        said = [(each.name, f"kb/{each.name} is left out: {each.sentence}") for each in self.left_out]
        for document in self.documents:
            if document.marks:
                name = self.paths[document.key]
                said.append((name, f"kb/{name} is marked for review: {', '.join(document.marks)}."))
        return tuple(sentence for _, sentence in sorted(said))


@dataclass
class _Collected:
    """Documents as they come in, with the files that they come from."""

    documents: dict[str, Document] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    file_digests: dict[str, str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    def take(self, document: Document, name: str, file_digest: str) -> None:
        if document.key in self.paths:
            first, key = self.paths[document.key], document.key
            raise SettingsError(f"kb/{first} and kb/{name} have the same id {key!r}; give one of them another.")
        self.documents[document.key], self.paths[document.key] = document, name
        self.file_digests[document.key] = file_digest


def read_knowledge(
    kb: Path, known: Mapping[str, Document] | None = None, screen: PageScreen = sees_nothing
) -> Knowledge:
    """Return the documents of a folder, none when there is no folder; raise SettingsError for broken front matter.

    `known` are documents by the digest of the file that they were read from: such a file is not read again.
    """
    return read_files(((path, path.relative_to(kb).as_posix()) for path in find_files(kb)), known, screen)


def read_files(
    files: Iterator[tuple[Path, str]], known: Mapping[str, Document] | None = None, screen: PageScreen = sees_nothing
) -> Knowledge:
    """Return the documents of these files, each with its name in the knowledge base."""
    collected = _Collected()
    with SeparateReading(screen=screen) as reader:
        for path, name in files:
            ending = path.suffix.lower()
            if ending in refused_formats():
                refused = refuse_format(ending)
                collected.left_out.append(LeftOut(name, refused.code, str(refused)))
                continue
            content = _read_bytes(path, name)
            file_digest = digest_file(name, content)
            before = (known or {}).get(file_digest)
            reading = Reading(before) if before is not None else reader.read(Source(name, ending, content))
            if reading.mistake:
                raise SettingsError(reading.mistake)
            if reading.document is None:
                collected.left_out.append(LeftOut(name, reading.refused, reading.sentence))
            else:
                collected.take(reading.document, name, file_digest)
    return Knowledge(
        tuple(collected.documents[key] for key in sorted(collected.documents)),
        collected.file_digests,
        tuple(collected.left_out),
        collected.paths,
    )


def digest_file(name: str, content: bytes) -> str:
    """Return what changes when the file would be read as another document."""
    digest = hashlib.sha256(f"{READING}\n{name}\n".encode())
    digest.update(content)
    return digest.hexdigest()


def find_files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that are documents, in order; hidden ones and links that lead outside are not."""
    inside = folder.resolve()
    for path in sorted(folder.rglob("*")):
        is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        is_document = path.suffix.lower() in ENDINGS or path.suffix.lower() in refused_formats()
        if is_document and not is_hidden and path.is_file() and path.resolve().is_relative_to(inside):
            yield path


def _read_bytes(path: Path, name: str) -> bytes:
    """Return a file's bytes; of one that is too large anyway no more than shows it."""
    try:
        with path.open("rb") as file:
            return file.read(read_limits().file_bytes + 1)
    except OSError as error:
        raise SettingsError(f"kb/{name} cannot be read: {error.strerror}.") from None
