"""The folder `kb/` of a site: every readable file becomes a document.

1. A file that cannot be read, and one whose front matter cannot be understood, is named in a warning with the remedy;
   the others go on.
2. Where two files give one id both are kept, the second under its path, and a warning names it.
3. A file that has not changed is not read again.
4. Hidden files are not ours to read, nor is what a link leads to outside.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from backend.domain.knowledge import Document
from backend.domain.ports import PageScreen
from backend.knowledge.intake.formats.files import ENDINGS, READING, Reading, SourceFile
from backend.knowledge.intake.formats.refusal import read_limits, refuse_format, refused_formats
from backend.knowledge.intake.formats.rst_titles import find_titles
from backend.knowledge.intake.separate_process import SeparateReading
from backend.knowledge.intake.suspicion import sees_nothing

MISTAKE = "mistake"  # the code of what a page's owner wrote and can mend


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is no document, with the code of the reason and the sentence that says what to do."""

    name: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The documents in `kb/`, ordered by key, the digest of each document's file, and the files that were left out."""

    documents: tuple[Document, ...]
    file_digests: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[tuple[str, str], ...] = ()  # what a file that is kept should be mended for
    renamed: Mapping[str, str] = field(default_factory=dict)  # why a file's document has another id than it gives

    @property
    def has_mistakes(self) -> bool:
        """Tell whether a page is left out for what its owner wrote, and can mend at once."""
        return any(each.code == MISTAKE for each in self.left_out)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings for the folder's owner, one sentence each, in the order of the files."""
        said = [(each.name, f"kb/{each.name} is left out: {each.sentence}") for each in self.left_out]
        said += [(name, f"kb/{name} {why}") for name, why in self.renamed.items()]
        said += [(name, f"kb/{name}: {note}") for name, note in self.notes]
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
    notes: list[tuple[str, str]] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)

    def take(self, document: Document, name: str, file_digest: str) -> None:
        if document.key in self.paths:
            document = self._renamed(document, name)
        self.documents[document.key], self.paths[document.key] = document, name
        self.file_digests[document.key] = file_digest

    def _renamed(self, document: Document, name: str) -> Document:
        """Return a document under its path, since another file's document has its id already."""
        tried = (name if number == 1 else f"{name} ({number})" for number in count(1))
        key = next(each for each in tried if each not in self.paths)
        first = self.paths[document.key]
        self.renamed[name] = f"has the same id {document.key!r} as kb/{first}, so it is kept as {key!r}; change one."
        return replace(document, key=key)


def read_knowledge(
    kb: Path, known: Mapping[str, Document] | None = None, screen: PageScreen = sees_nothing
) -> Knowledge:
    """Return the documents of a folder, none when there is no folder. What cannot be read is left out.

    `known` are documents by the digest of the file that they were read from: such a file is not read again.
    """
    return read_files(((path, path.relative_to(kb).as_posix()) for path in find_files(kb)), known, screen)


def read_files(
    files: Iterator[tuple[Path, str]], known: Mapping[str, Document] | None = None, screen: PageScreen = sees_nothing
) -> Knowledge:
    """Return the documents of these files, each with its name in the knowledge base."""
    collected = _Collected()
    listed = list(files)
    titles = find_titles(_rst_texts(listed))
    with SeparateReading(screen=screen) as reader:
        for path, name in listed:
            ending = path.suffix.lower()
            if ending in refused_formats():
                refused = refuse_format(ending)
                collected.left_out.append(LeftOut(name, refused.code, str(refused)))
                continue
            try:
                content = _read_bytes(path)
            except OSError as error:
                collected.left_out.append(LeftOut(name, MISTAKE, f"it cannot be read: {error.strerror}."))
                continue
            file_digest = digest_file(name, content)
            before = (known or {}).get(file_digest)
            reading = (
                Reading(before)
                if before is not None
                else reader.read(SourceFile(name, ending, content, titles=titles if ending == ".rst" else {}))
            )
            if reading.mistake:
                sentence = reading.mistake.removeprefix(f"kb/{name}: ")
                collected.left_out.append(LeftOut(name, MISTAKE, sentence))
            elif reading.document is None:
                collected.left_out.append(LeftOut(name, reading.refused, reading.sentence))
            else:
                collected.take(reading.document, name, file_digest)
                collected.notes.extend((name, note) for note in reading.notes)
    return Knowledge(
        tuple(collected.documents[key] for key in sorted(collected.documents)),
        collected.file_digests,
        tuple(collected.left_out),
        collected.paths,
        tuple(collected.notes),
        collected.renamed,
    )


def _rst_texts(files: Sequence[tuple[Path, str]]) -> Iterator[tuple[str, str]]:
    """Yield the text of each reStructuredText file, as far as it can be read."""
    for path, name in files:
        if path.suffix.lower() == ".rst":
            try:
                yield name, _read_bytes(path).decode("utf-8", errors="replace")
            except OSError:
                continue  # named when it is read


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


def count_other_files(folder: Path) -> Mapping[str, int]:
    """Return how many files are no documents, by their endings; hidden ones aside."""
    documents = set(find_files(folder))
    files = (path for path in folder.rglob("*") if path.is_file() and path not in documents)
    shown = (path for path in files if not any(part.startswith(".") for part in path.relative_to(folder).parts))
    return Counter(path.suffix.lower() or "no ending" for path in shown)


def _read_bytes(path: Path) -> bytes:
    """Return a file's bytes; of one that is too large anyway no more than shows it."""
    with path.open("rb") as file:
        return file.read(read_limits().file_bytes + 1)
