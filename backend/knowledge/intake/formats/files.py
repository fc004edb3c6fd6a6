"""One file becomes one document, or a refusal with its sentence. Runs in a process of its own (`process.py`).

Rules: what a file is, is told by its first bytes as well as by its ending; whatever goes wrong ends in a refusal by
name; nothing is kept from one file to the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from backend.domain.errors import SettingsError
from backend.domain.knowledge import Document
from backend.knowledge.index import detect_language
from backend.knowledge.intake.documents import make_document, read_markdown, read_plain_text
from backend.knowledge.intake.formats.encoding import decode
from backend.knowledge.intake.formats.refusal import ReadingLimits, Refused, refuse_format
from backend.knowledge.intake.front_matter import find_bad_dates, split_front_matter

READING = 15  # raise when files are read in another way: every file is then read again
ENDINGS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "markdown",
    ".txt": "text",
    ".text": "text",
    ".csv": "text",
    ".tsv": "text",
    ".rst": "rst",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
}
PACKED = (b"PK\x03\x04", b"PK\x05\x06")
PDF_MARK = b"%PDF-"
OLE_MARK = bytes.fromhex("d0cf11e0a1b11ae1")
HEAD = 5_000  # bytes
BEGINS_TEMPLATE = re.compile(rb"\A[\xef\xbb\xbf\s]*+(?:<!--(?:[^-]++|-(?!->))*+-->\s*+)*+(?:---[ \t]*+\r?\n|\{%|\{#)")
IS_WHOLE = re.compile(rb"<(?:!doctype|html)\b", re.I)
STEERS = re.compile(rb"\{%-?\s*+(?:if|for|block|include|set|extends|assign|trans|with)\b")
# Tags, values and comments of Liquid, Jinja and their kin.
FILLED_IN = re.compile(
    r"\{%(?:[^%{]++|%(?!\})|\{(?!%))*+%\}|\{\{(?:[^{}]++|\{(?!\{)|\}(?!\}))*+\}\}|\{#(?:[^#{]++|#(?!\})|\{(?!#))*+#\}"
)
NO_TITLE = re.compile(
    r"\A(?:untitled|[a-z][a-z0-9+.-]*+:\S++|document\d*+|microsoft (?:word|powerpoint).*"
    r"|.*\.(?:docx?|odt|tex|indd|pdf|pptx?|qxd)|slide \d++"
    r"|(?=\S++\Z)[^_\d]*+[_\d]\S*+|[\w.-]+\.[a-z]{2,4}|(?=\S++\Z)[^-]++-[^-]++-\S++)\Z",
    re.I,
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to be read. `name` is its path under `kb/` or its address; `encoding` what a server said of it."""

    name: str
    ending: str
    content: bytes
    url: str = ""
    encoding: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)  # of the folder's files, by label and path, for links


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading a file: a document, or why there is none (`refused` is the code, `sentence` says it).

    `mistake` is a sentence about front matter; `notes` are sentences about a document that is kept. Web pages also say
    where they lead to.
    """

    document: Document | None = None
    refused: str = ""
    sentence: str = ""
    mistake: str = ""
    notes: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    canonical: str = ""
    may_be_indexed: bool = True
    may_be_followed: bool = True

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def reading_from_json(said: Mapping[str, object]) -> Reading:
    """Return the reading that was written by `as_json`, which has no tuples."""
    fields: dict[str, Any] = dict(said)
    document = fields.pop("document")
    reading = Reading(**{**fields, **_tuples(fields, "links", "notes")})
    if not isinstance(document, dict):
        return reading
    return replace(reading, document=Document(**{**document, **_tuples(document, "marks", "audience", "left_out")}))


def _tuples(fields: Mapping[str, Any], *names: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(fields[name]) for name in names}


def read_source(source: SourceFile, limits: ReadingLimits) -> Reading:
    """Return the document of a file, or why there is none; never raises."""
    try:
        return _read(source, limits)
    except Refused as refused:
        return Reading(refused=refused.code, sentence=str(refused))
    except SettingsError as mistake:
        return Reading(mistake=str(mistake))
    except MemoryError:
        return _refuse(Refused("too_much_memory", limit=limits.memory_bytes))
    except RecursionError:
        return _refuse(Refused("nested_too_deep", limit=limits.depth))


def _refuse(refused: Refused) -> Reading:
    return Reading(refused=refused.code, sentence=str(refused))


def _read(source: SourceFile, limits: ReadingLimits) -> Reading:
    kind = ENDINGS.get(source.ending)
    if kind is None:
        raise refuse_format(source.ending)
    if len(source.content) > limits.file_bytes:
        raise Refused("too_large", limit=limits.file_bytes)
    if not source.content.strip():
        raise Refused("empty")
    refuse_other_kind(source, kind)
    reading = READERS[kind](source, limits)
    document = reading.document
    if document is None or not document.text:
        raise Refused("empty")
    if len(document.text) > limits.text_characters:
        raise Refused("too_long", limit=limits.text_characters)
    language = document.language or detect_language(document.text)
    return replace(reading, document=replace(document, language=language))


def refuse_other_kind(source: SourceFile, kind: str) -> None:
    """Raise Refused for a file whose first bytes are those of another kind than its ending says."""
    head = source.content[:1024].lstrip()
    name = source.ending.lstrip(".").upper()
    found = (
        "a PDF file" if head.startswith(PDF_MARK)
        else "a packed file" if head.startswith(PACKED)
        else "an old Office file" if head.startswith(OLE_MARK)
        else ""
    )  # fmt: skip
    fits = {"a PDF file": ("pdf",), "a packed file": ("docx",), "an old Office file": ("docx",)}.get(found, ())
    if found and kind not in fits:
        raise Refused("other_format", format=name, found=found)
    if not found and kind == "docx":
        raise Refused("broken", format=name)
    if kind == "pdf" and PDF_MARK not in source.content[:1024]:
        raise Refused("broken", format=name)


def prepare(kind: str) -> None:
    """Import what a kind of file is read with, so that every process that is forked from this one has it."""
    if kind == "html":
        import backend.knowledge.intake.formats.html
    elif kind == "pdf":
        import backend.knowledge.intake.formats.pdf
    elif kind == "docx":
        import backend.knowledge.intake.formats.docx
    elif kind == "rst":
        import backend.knowledge.intake.formats.rst  # noqa: F401


def _text_of(source: SourceFile, limits: ReadingLimits) -> str:
    text = decode(source.content)
    if text is None:
        raise Refused("not_text")
    if len(text) > limits.text_characters:
        raise Refused("too_long", limit=limits.text_characters)
    return text


def _read_markdown(source: SourceFile, limits: ReadingLimits) -> Reading:
    text = _text_of(source, limits)
    return Reading(read_markdown(text, source.name), notes=tuple(find_bad_dates(text, source.name)))


def _read_text(source: SourceFile, limits: ReadingLimits) -> Reading:
    text = _text_of(source, limits)
    return Reading(read_plain_text(text, source.name), notes=tuple(find_bad_dates(text, source.name)))


def _read_rst(source: SourceFile, limits: ReadingLimits) -> Reading:
    from backend.knowledge.intake.formats.rst import read_rst

    matter, body = split_front_matter(_text_of(source, limits), source.name)
    return Reading(make_document(matter, source.name, read_rst(body, limits, source.name, source.titles)))


def _read_html(source: SourceFile, limits: ReadingLimits) -> Reading:
    from backend.knowledge.intake.formats.html import read_page

    said, content = _without_template(source)
    page = read_page(content, limits, source.url, "utf-8" if content is not source.content else source.encoding)
    matter = {"title": page.title, "lang": page.language, "url": source.url or page.canonical}
    document = make_document({**{name: each for name, each in matter.items() if each}, **said}, source.name, page.text)
    return Reading(
        replace(document, left_out=page.left_out),
        links=page.links,
        canonical=page.canonical,
        may_be_indexed=page.may_be_indexed,
        may_be_followed=page.may_be_followed,
    )


def _without_template(source: SourceFile) -> tuple[Mapping[str, object], bytes]:
    """Return the front matter of a page that a generator fills in, and the page without the places for it."""
    is_whole = IS_WHOLE.search(source.content, 0, HEAD)
    if not BEGINS_TEMPLATE.match(source.content, 0, HEAD) and (is_whole or not STEERS.search(source.content)):
        return {}, source.content
    text = decode(source.content)
    if text is None:
        return {}, source.content
    matter, body = split_front_matter(text, source.name)
    return matter, FILLED_IN.sub("", body).encode()


def _read_docx(source: SourceFile, limits: ReadingLimits) -> Reading:
    from backend.knowledge.intake.formats.docx import read_docx

    return Reading(make_document(_address(source), source.name, read_docx(source.content, limits)))


def _read_pdf(source: SourceFile, limits: ReadingLimits) -> Reading:
    from backend.knowledge.intake.formats.pdf import read_pdf

    title, text = read_pdf(source.content, limits)
    matter = _address(source)
    if title and not NO_TITLE.fullmatch(title):
        matter["title"] = title[:300]
    return Reading(make_document(matter, source.name, text))


def _address(source: SourceFile) -> dict[str, object]:
    return {"url": source.url} if source.url else {}


READERS: Mapping[str, Callable[[SourceFile, ReadingLimits], Reading]] = {
    "markdown": _read_markdown,
    "text": _read_text,
    "rst": _read_rst,
    "html": _read_html,
    "pdf": _read_pdf,
    "docx": _read_docx,
}
