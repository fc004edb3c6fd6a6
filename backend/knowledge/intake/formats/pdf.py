"""A PDF's pages become text: headings by their larger letters, what repeats on every page left out.

Rules: words are never changed, save for hyphens at line ends where the document itself writes the word as one; a PDF
whose pages are pictures is told apart from one without text.
"""

from __future__ import annotations

import io
import logging
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import FloatObject

from backend.knowledge.intake.formats.refusal import ReadingLimits, Refused
from backend.knowledge.intake.formats.right_to_left import in_reading_order

HEADING_SIZE = 1.15  # times the size that most letters have
LONGEST_HEADING = 120
PICTURE_PAGE = 25  # characters: a page with fewer and a picture is a scan
REPEATS_ON = 0.6  # of the pages, from three pages on
NARROWEST_GAP, WIDE_GAP = 160, 1_000  # thousandths of a letter's height
LETTER = 2  # bytes that a letter has at most in a font of many
UNSEEN = re.compile("[\u200b\u200c\u2060\ufeff\u00ad]")
PAGE_NUMBER = re.compile(r"\A\s*+(?:page\s++)?[-–|]?\s*+\d{1,4}\s*+(?:(?:of|/)\s*+\d{1,4})?\s*+[-–|]?\s*+\Z", re.I)
SENTENCE_END = re.compile(r"[.!?:;。！？…\"”’)]\s*$")
HYPHENATED = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,}+)-\n([a-zà-öø-ÿ]{2,})")
FAILURES = (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, OverflowError,
            NotImplementedError, ArithmeticError, LookupError, OSError)  # fmt: skip
"""The errors that the library raises for a damaged file; its own documentation names none of them."""


@dataclass(frozen=True, slots=True)
class PageText:
    """One page: its lines, the size of the letters of each text that was drawn, and whether it holds pictures."""

    lines: tuple[str, ...]
    sizes: tuple[tuple[str, float], ...]
    has_pictures: bool


def read_pdf(content: bytes, limits: ReadingLimits) -> tuple[str, str]:
    """Return the title that the file names, or "", and its text; raise Refused for one that cannot be read."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("encrypted")
        pages = _read_pages(reader, limits)
        title = " ".join(str((reader.metadata.title if reader.metadata else "") or "").split())
    except RecursionError as problem:
        raise Refused("nested_too_deep", limit=limits.depth) from problem
    except FAILURES as problem:
        raise Refused("broken", format="PDF") from problem
    if not pages:
        raise Refused("empty")
    text = _join(pages)
    is_scanned = [page.has_pictures and sum(map(len, page.lines)) < PICTURE_PAGE for page in pages]
    if sum(is_scanned) * 2 > len(pages) and len(text) < PICTURE_PAGE * len(pages):
        raise Refused("scanned")
    return title, text


def _read_pages(reader: PdfReader, limits: ReadingLimits) -> list[PageText]:
    pages: list[PageText] = []
    characters = 0
    for number, page in enumerate(_pages(reader, limits)):
        if number >= limits.pages:
            raise Refused("too_many_pages", limit=limits.pages)
        started = time.monotonic()
        pages.append(_read_page(page))
        characters += sum(map(len, pages[-1].lines))
        if characters > limits.text_characters:
            raise Refused("too_long", limit=limits.text_characters)
        if time.monotonic() - started > limits.page_seconds:
            raise Refused("too_slow", limit=limits.page_seconds)
    return pages


def _pages(reader: PdfReader, limits: ReadingLimits) -> Iterator[PageObject]:
    """Yield the pages; the number that the file claims is looked at first, since finding them all takes as long."""
    claimed = reader.root_object["/Pages"].get_object().get("/Count", 0)  # type: ignore[union-attr]
    if isinstance(claimed, int) and claimed > limits.pages:
        raise Refused("too_many_pages", limit=limits.pages)
    yield from reader.pages


def _read_page(page: PageObject) -> PageText:
    sizes: list[tuple[str, float]] = []

    def note(text: str, current: Sequence[float], matrix: Sequence[float], _font: object, size: float) -> None:
        if text.strip():
            scale = abs(matrix[3]) or abs(matrix[1]) or 1.0
            sizes.append((" ".join(text.split()), round(abs(size * scale * (current[3] or current[1] or 1.0)), 1)))

    drawn = page.extract_text(visitor_text=note, visitor_operand_before=_widen_gaps)
    lines = in_reading_order([" ".join(line.split()) for line in UNSEEN.sub("", drawn or "").split("\n")])
    return PageText(lines, tuple(sizes), _has_pictures(page))


def _widen_gaps(operator: bytes, operands: Sequence[Any], *_where: object) -> None:
    """Make each gap between two words as wide as a space: some fonts say that theirs is as wide as a letter.

    Letters that are set apart have gaps, too; there a word is as long as a letter.
    """
    if operator != b"TJ" or not operands or not isinstance(operands[0], list):
        return
    drawn = operands[0]
    gaps = [at for at, each in enumerate(drawn) if isinstance(each, (int, float)) and each <= -NARROWEST_GAP]
    letters = sum(len(each) for each in drawn if isinstance(each, (str, bytes)))
    if gaps and letters > LETTER * (len(gaps) + 1):
        for at in gaps:
            drawn[at] = FloatObject(min(float(drawn[at]), -WIDE_GAP))


def _has_pictures(page: PageObject) -> bool:
    resources = page.get("/Resources")
    drawn = resources.get_object().get("/XObject") if resources is not None else None
    if drawn is None:
        return False
    return any(each.get_object().get("/Subtype") in ("/Image", "/Form") for each in drawn.get_object().values())


def _join(pages: Sequence[PageText]) -> str:
    """Return the pages as one text, paragraphs going on from page to page."""
    repeated = _repeated(pages)
    sizes = _heading_sizes(pages)
    written: list[str] = []
    for page in pages:
        kept = [line for line in _own_lines(page.lines, repeated) if not PAGE_NUMBER.match(line) or not line]
        written.extend(_mark_headings(_close_gaps(kept), sizes, dict(page.sizes)))
    text = "\n".join(written)
    words = frozenset(re.findall(r"[^\W\d_]{4,}", text.casefold()))
    text = HYPHENATED.sub(lambda cut: cut[1] + cut[2] if (cut[1] + cut[2]).casefold() in words else cut[0], text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _repeated(pages: Sequence[PageText]) -> frozenset[str]:
    """Return the first and last lines that stand on most pages, their numbers aside."""
    if len(pages) < 3:
        return frozenset()
    counted: Counter[str] = Counter()
    for page in pages:
        said = [line for line in page.lines if line]
        counted.update({_without_numbers(line) for line in (*said[:2], *said[-2:])})
    return frozenset(line for line, count in counted.items() if line and count >= REPEATS_ON * len(pages))


def _own_lines(lines: Sequence[str], repeated: frozenset[str]) -> Iterator[str]:
    said = [number for number, line in enumerate(lines) if line]
    at_the_edge = {*said[:2], *said[-2:]}
    for number, line in enumerate(lines):
        if number not in at_the_edge or _without_numbers(line) not in repeated:
            yield line


def _without_numbers(line: str) -> str:
    return re.sub(r"\d+", "", line).strip().casefold()


def _close_gaps(lines: Sequence[str]) -> list[str]:
    """Drop the blank lines that some programs put behind every line; one stays behind a sentence's end."""
    blank = sum(not line for line in lines)
    if blank * 3 < len(lines):
        return list(lines)
    kept: list[str] = []
    for line in lines:
        if line or (kept and SENTENCE_END.search(kept[-1])):
            kept.append(line)
    return kept


def _heading_sizes(pages: Sequence[PageText]) -> dict[float, int]:
    """Return the sizes that headings have with their levels, the largest first; none where all text is alike."""
    letters: Counter[float] = Counter()
    for page in pages:
        for text, size in page.sizes:
            letters[size] += len(text)
    if not letters:
        return {}
    usual = letters.most_common(1)[0][0]
    everything = sum(letters.values())
    larger = sorted(
        (size for size, count in letters.items() if size > HEADING_SIZE * usual and count < everything / 4),
        reverse=True,
    )
    return {size: min(number, 4) for number, size in enumerate(larger, start=1)}


def _mark_headings(lines: Sequence[str], levels: dict[float, int], sizes: dict[str, float]) -> Iterator[str]:
    for line in lines:
        level = levels.get(sizes.get(line, 0.0))
        if level and 2 < len(line) <= LONGEST_HEADING and re.search(r"[^\W\d_]{2}", line):
            yield f"\n{'#' * level} {line}\n"
        else:
            yield line
