"""The folder `kb/` of a site: every readable file becomes a document.

Rules: a file that we can read but not understand stops everything with one sentence, so that nothing is published by
halves; a file in a format that we cannot read yet is named in a warning; hidden files are not ours to read.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from backend.domain.errors import SettingsError
from backend.domain.knowledge import Document
from backend.knowledge.readers import read_markdown, read_plain_text

READERS: Mapping[str, Callable[[str, str], Document]] = {".md": read_markdown, ".txt": read_plain_text}
NOT_READ_YET = frozenset({".rst", ".html", ".htm", ".pdf", ".docx", ".doc", ".odt", ".rtf"})


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What `kb/` holds, ordered by key, and what its owner should hear about it."""

    documents: tuple[Document, ...]
    warnings: tuple[str, ...]


def read_knowledge(kb: Path) -> Knowledge:
    """Return the documents of a folder; none when there is no folder. Raise SettingsError for a file that is broken."""
    documents: dict[str, Document] = {}
    paths: dict[str, str] = {}
    warnings: list[str] = []
    for path in _files(kb):
        name = path.relative_to(kb).as_posix()
        if path.suffix.lower() in NOT_READ_YET:
            warnings.append(f"kb/{name} is left out: {path.suffix.lower()[1:]} files cannot be read yet.")
            continue
        text = decode(_read_bytes(path, name))
        if text is None:
            warnings.append(f"kb/{name} is left out: it is not text.")
            continue
        document = READERS[path.suffix.lower()](text, name)
        if not document.text:
            warnings.append(f"kb/{name} is left out: it holds no text.")
        elif document.key in paths:
            raise SettingsError(
                f"kb/{paths[document.key]} and kb/{name} have the same id {document.key!r}; give one of them another."
            )
        else:
            documents[document.key], paths[document.key] = document, name
            if document.marks:
                warnings.append(f"kb/{name} is marked for review: {', '.join(document.marks)}.")
    return Knowledge(tuple(documents[key] for key in sorted(documents)), tuple(warnings))


def decode(content: bytes) -> str | None:
    """Return a file's text: UTF-8, UTF-16 with its mark, else Windows-1252; None when it is no text at all."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decode_as(content, "utf-16")
    if b"\x00" in content:
        return None
    return _decode_as(content, "utf-8-sig") or content.decode("cp1252", errors="replace")


def _decode_as(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _files(kb: Path) -> Iterator[Path]:
    for path in sorted(kb.rglob("*")):
        is_hidden = any(part.startswith(".") for part in path.relative_to(kb).parts)
        is_ours = path.suffix.lower() in READERS or path.suffix.lower() in NOT_READ_YET
        if is_ours and not is_hidden and path.is_file():
            yield path


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"kb/{name} cannot be read: {error.strerror}.") from None
