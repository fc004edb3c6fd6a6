"""Documents become the folder `kb/` again: reading what was written gives the same documents.

A document goes to the path that its key names, else to a file named after its key with the key in front matter. It is
Markdown, except where reading Markdown would take something out of the text: then it is plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import yaml

from backend.domain.errors import SettingsError
from backend.domain.knowledge import Document
from backend.knowledge.index import detect_language
from backend.knowledge.intake.documents import read_markdown, read_plain_text

SAFE_PATH = re.compile(r"\A(?:\w[\w .()@+-]*+/)*+\w[\w .()@+-]*\.(?:md|txt)\Z")
LONGEST_NAME = 80


def write_documents(documents: Sequence[Document]) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield each document's path under `kb/` with the text of its file."""
    taken: set[str] = set()
    for document in documents:
        path, text = _write(document, taken)
        taken.add(path.as_posix().casefold())
        yield path, text


def _write(document: Document, taken: set[str]) -> tuple[PurePosixPath, str]:
    """Return where the document goes and its text, in the first way that reads back as the same document."""
    slug = re.sub(r"[^\w]+", "-", document.key.removesuffix(".md")).strip("-")[:LONGEST_NAME] or "document"
    own_path = [document.key] if SAFE_PATH.fullmatch(document.key) else []
    for name in (*own_path, f"{slug}.md", f"{slug}.txt"):
        path = _make_free(PurePosixPath(name), taken)
        text = _text(document, names_key=path.as_posix() != document.key)
        read = read_markdown if path.suffix == ".md" else read_plain_text
        # Marks are read from the text, and not written beside it; so is a language that the text tells. What was left
        # out of the file that it came from stands in no text.
        read_again = replace(read(text, path.as_posix()), marks=document.marks, language=document.language)
        if replace(read_again, left_out=document.left_out) == document:
            return path, text
    raise SettingsError(f"The document {document.key!r} cannot be written as a file; change its title or text.")


def _text(document: Document, *, names_key: bool) -> str:
    matter: dict[str, str | list[str]] = {"id": document.key} if names_key else {}
    matter["title"] = document.title
    if document.url:
        matter["url"] = document.url
    if document.language and document.language != detect_language(document.text):
        matter["lang"] = document.language
    if document.audience:
        matter["audience"] = list(document.audience) if len(document.audience) > 1 else document.audience[0]
    fields = yaml.safe_dump(matter, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{fields}---\n\n{document.text}\n"


def _make_free(path: PurePosixPath, taken: set[str]) -> PurePosixPath:
    """Return a path that no other document has, on file systems that do not tell capitals apart too."""
    free, number = path, 2
    while free.as_posix().casefold() in taken:
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return free
