"""Bytes become text: what a file says of itself first, then what it must be, then what it most likely is."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.I)
XML_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w:.-]{2,40})", re.I)
NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
WESTERN = "cp1252"
LOOKED_AT = 200_000  # bytes that are enough to guess by
LEAST_TO_GUESS = 12  # bytes outside ASCII; fewer are accents of a western language or say nothing
# Web browsers read these as their larger Windows cousins, and so do we.
MEANT = {"iso-8859-1": WESTERN, "latin-1": WESTERN, "us-ascii": WESTERN, "ascii": WESTERN, "gb2312": "gb18030"}


def decode(content: bytes) -> str | None:
    """Return a file's text; None when it is no text at all."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return decode_as(content, encoding)
    if b"\x00" in content[:LOOKED_AT]:
        return _decode_wide(content)
    text = decode_as(content, "utf-8")
    return text if text is not None else _guess(content)


def decode_html(content: bytes, said_by_server: str = "") -> str:
    """Return a page's text: a mark of UTF-8 or UTF-16, the server's word, the page's own word, else a guess."""
    if not content.startswith(tuple(mark for mark, _ in MARKS)):
        for declared in (said_by_server, _declared(content)):
            text = decode_as(content, MEANT.get(declared.lower(), declared)) if declared else None
            if text is not None:
                return text
    text = decode(content)
    return text if text is not None else content.decode("utf-8", errors="replace")


def decode_as(content: bytes, encoding: str) -> str | None:
    """Return the text in this encoding; None where it does not fit or there is no such encoding."""
    try:
        return content.decode(encoding)
    except (LookupError, ValueError):
        return None


def _declared(content: bytes) -> str:
    head = content[:4096]
    found = DECLARED.search(head) or XML_DECLARED.search(head)
    return found[1].decode("ascii", errors="replace") if found else ""


def _decode_wide(content: bytes) -> str | None:
    """Return UTF-16 without its mark, told by where its zero bytes stand; None for what is not text."""
    sample = content[:LOOKED_AT]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if min(even, odd) * 20 > max(even, odd) or len(content) % 2:
        return None
    text = decode_as(content, "utf-16-le" if odd > even else "utf-16-be")
    return None if text is None or NO_TEXT.search(text) else text


def _guess(content: bytes) -> str:
    """Return the text in the encoding that its letters make the most sense in; Windows-1252 where that is open."""
    sample = content[:LOOKED_AT]
    foreign = sum(byte >= 0x80 for byte in sample)
    western = content.decode(WESTERN, errors="replace")
    if foreign < LEAST_TO_GUESS:
        return western
    best = from_bytes(sample).best()
    guessed = decode_as(content, best.encoding) if best is not None else None
    return guessed if guessed is not None else western
