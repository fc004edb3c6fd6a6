"""A Word document: unpacked only as far as the limits allow, its XML without entities, then read as a web page is.

Rules: sizes are counted while unpacking, never believed; nothing within is opened but the parts of the document
itself; a password-protected DOCX is no ZIP but an OLE file, which is how it is told.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import Any
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

import mammoth  # type: ignore[import-untyped]
from selectolax.lexbor import LexborHTMLParser

from backend.knowledge.intake.formats.docx_formulas import write_formulas
from backend.knowledge.intake.formats.docx_runs import mend_runs
from backend.knowledge.intake.formats.markup import refuse_deep_trees, write_markdown
from backend.knowledge.intake.formats.refusal import ReadingLimits, Refused

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
READ_AT_ONCE = 1 << 16
SMALL = 1_000_000  # bytes: below, a high ratio harms nobody
XML_PART = re.compile(r"\.(?:xml|rels)$", re.I)
ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.I)
OPENING = re.compile(rb"<(/?)[A-Za-z][^<>]*?(/?)>")
DESCRIBED_BY_PROGRAM = re.compile(
    r"automatically generated|automatisch (?:generiert|erstellt)|automatiquement|automáticamente", re.I
)
STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => p:fresh
r[style-name='Code'] => code
"""


def read_docx(content: bytes, limits: ReadingLimits) -> str:
    """Return the document as Markdown; raise Refused for a file that is not one or that must not be unpacked."""
    if content.startswith(OLE):
        raise Refused("encrypted")
    safe = _unpack(content, limits)
    try:
        html = mammoth.convert_to_html(io.BytesIO(safe), style_map=STYLES, convert_image=_picture).value
    except (KeyError, ValueError, AttributeError, TypeError, IndexError, ExpatError, OSError) as problem:
        raise Refused("broken", format="DOCX") from problem
    tree = LexborHTMLParser(html)
    if tree.body is None:
        raise Refused("empty")
    refuse_deep_trees(tree.body, limits.depth)
    return write_markdown(tree.body)


def _picture(image: Any) -> list[object]:
    """Return a picture as no more than what its author says that it shows; programs say it, too."""
    said = image.alt_text or ""
    return [] if DESCRIBED_BY_PROGRAM.search(said) else [mammoth.html.element("img", {"alt": said})]


def _unpack(content: bytes, limits: ReadingLimits) -> bytes:
    """Return the parts that are read, packed anew: what they unpack to is known then, and holds no surprise."""
    kept = io.BytesIO()
    left = limits.unpacked_bytes
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(kept, "w") as safe:
            if len(packed.infolist()) > limits.packed_files:
                raise Refused("too_many_files", limit=limits.packed_files)
            if "word/document.xml" not in packed.namelist() and "[Content_Types].xml" not in packed.namelist():
                raise Refused("broken", format="DOCX")
            for entry in packed.infolist():
                part = _unpack_part(packed, entry, left, limits)
                left -= len(part)
                if XML_PART.search(entry.filename):
                    _refuse_dangerous_xml(part, limits)
                    safe.writestr(entry.filename, write_formulas(mend_runs(part)))
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        zlib.error,
        struct.error,
        OSError,
        EOFError,
        ElementTree.ParseError,
    ) as problem:
        raise Refused("broken", format="DOCX") from problem
    return kept.getvalue()


def _unpack_part(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, limits: ReadingLimits) -> bytes:
    """Return one unpacked part; every part counts, also those that are not read further."""
    if entry.flag_bits & 1:
        raise Refused("encrypted")
    most_by_ratio = max(SMALL, limits.unpacked_ratio * max(entry.compress_size, 1))
    held = bytearray()
    with packed.open(entry) as stream:
        while piece := stream.read(READ_AT_ONCE):
            held += piece
            if len(held) > left or len(held) > most_by_ratio:
                raise Refused("unpacks_too_large", limit=min(limits.unpacked_bytes, most_by_ratio))
    return bytes(held)


def _refuse_dangerous_xml(part: bytes, limits: ReadingLimits) -> None:
    text = part if b"\x00" not in part[:200] else part.replace(b"\x00", b"")  # UTF-16, read as its ASCII
    if ENTITY.search(text):
        raise Refused("defines_entities")
    depth = 0
    for closes, is_empty in OPENING.findall(text):
        depth += -1 if closes else 0 if is_empty else 1
        if depth > limits.depth:
            raise Refused("nested_too_deep", limit=limits.depth)
