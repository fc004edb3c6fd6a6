"""A file that is made to harm is refused by name with a remedy, in bounded time and memory, and the others go on."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend.knowledge.intake.folder import read_knowledge
from backend.knowledge.intake.formats.files import Reading, SourceFile
from backend.knowledge.intake.formats.refusal import read_limits
from backend.knowledge.intake.separate_process import SeparateReading
from tests.knowledge.files import dawdles, docx, locked_pdf, paragraph, pdf, pdf_of_objects, scanned_pdf, stream

PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
ONE_PAGE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


@pytest.fixture(scope="module")
def reader() -> Iterator[SeparateReading]:
    with SeparateReading() as reader:
        yield reader


def read(reader: SeparateReading, ending: str, content: bytes) -> Reading:
    return reader.read(SourceFile(f"file{ending}", ending, content))


def unpacks_to_a_gigabyte() -> bytes:
    return docx(paragraph("x"), more={"word/media/zeros.bin": bytes(200_000_000)})


def unpacks_to_a_gigabyte_of_noise() -> bytes:
    """Packed a hundredfold, which is within what is allowed, and larger than the memory."""
    return docx(
        paragraph("x"), more={"word/media/noise.bin": (random.Random(1).randbytes(65_536) + bytes(6_000_000)) * 40}
    )


def packs_ten_thousand_files() -> bytes:
    return docx(paragraph("x"), more={f"word/media/{number}.bin": b"x" for number in range(10_000)})


def lies_about_its_size() -> bytes:
    """The directory says 10 bytes, the packed data hold 100 million."""
    packed = bytearray(docx(paragraph("x"), more={"word/media/zeros.bin": bytes(100_000_000)}))
    at = packed.rfind(b"PK\x01\x02")
    packed[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(packed)


def packs_one_file_many_times() -> bytes:
    """Many names for the same packed bytes, as overlapping bombs have."""
    held = io.BytesIO(docx(paragraph("x"), more={f"word/media/{n}.bin": bytes(1_000_000) for n in range(100)}))
    with zipfile.ZipFile(held) as packed:
        first = next(each.header_offset for each in packed.infolist() if each.filename == "word/media/0.bin")
    raw = bytearray(held.getvalue())
    at = raw.find(b"PK\x01\x02")
    while at != -1:
        length = struct.unpack_from("<H", raw, at + 28)[0]
        if raw[at + 46 : at + 46 + length].startswith(b"word/media/"):
            struct.pack_into("<I", raw, at + 42, first)
        at = raw.find(b"PK\x01\x02", at + 46)
    return bytes(raw)


def laughs_a_billion_times() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return docx(paragraph("&a9;"), before=f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]>')


def expands_one_entity_often() -> bytes:
    return docx(paragraph("&a;" * 10_000), before=f'<!DOCTYPE x [<!ENTITY a "{"x" * 50_000}">]>')


def reads_our_passwords() -> bytes:
    return docx(paragraph("&a;"), before='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>')


def nests_tables_in_word() -> bytes:
    return docx("<w:tbl><w:tr><w:tc>" * 5_000 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 5_000)


def nests_html() -> bytes:
    return b"<html><body>" + b"<div>" * 100_000 + b"Hello"


def pdf_that_unpacks_to_a_gigabyte() -> bytes:
    drawn = b"BT /F1 9 Tf (" + b"x" * 1_000 + b") Tj ET\n"
    return pdf_of_objects(CATALOGUE, ONE_PAGE, PAGE, stream(drawn * 100_000, packed=True), FONT)


def pdf_of_ten_million_pages() -> bytes:
    return pdf_of_objects(CATALOGUE, b"<< /Type /Pages /Kids [3 0 R] /Count 10000000 >>", PAGE, stream(b""), FONT)


def pdf_that_says_one_page_and_has_many() -> bytes:
    return pdf_of_objects(
        CATALOGUE, b"<< /Type /Pages /Kids [%s] /Count 1 >>" % (b"3 0 R " * 50_000), PAGE, stream(b"BT ET"), FONT
    )


def pdf_that_draws_itself() -> bytes:
    form = stream(b"/X Do /X Do", extra=b"/Type /XObject /Subtype /Form /Resources << /XObject << /X 4 0 R >> >> ")
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 4 0 R >> >> >>"
    )
    return pdf_of_objects(CATALOGUE, ONE_PAGE, page, form)


def pdf_whose_pages_hold_themselves() -> bytes:
    return pdf_of_objects(CATALOGUE, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1 >>")


def pdf_of_deep_brackets() -> bytes:
    return pdf_of_objects(CATALOGUE, b"<< /Type /Pages /Kids " + b"[" * 100_000 + b"]" * 100_000 + b" >>")


def rst_that_multiplies() -> bytes:
    steps = "\n".join(f".. |a{n}| replace:: {f'|a{n - 1}| ' * 10}" for n in range(1, 9))
    return f"|a8|\n\n.. |a0| replace:: ha\n{steps}\n".encode()


def rst_nested_deep() -> bytes:
    return "\n".join(f"{'  ' * level}* item\n" for level in range(700)).encode()


def front_matter_that_multiplies() -> bytes:
    lines = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))
    return f"---\na0: &a0 ha\n{lines}\nkeywords: *a11\n---\nText.".encode()


def text_of_one_endless_line() -> bytes:
    return b"word " * 1_000_000


def a_file_beyond_all_measure() -> bytes:
    return b"x" * 26_000_000


def a_table_of_a_million_cells() -> bytes:
    return b"<table>" + (b"<tr>" + b"<td>x<td>y" * 100) * 1_100


REFUSED = {
    unpacks_to_a_gigabyte: ".docx unpacks_too_large",
    packs_ten_thousand_files: ".docx too_many_files",
    lies_about_its_size: ".docx broken unpacks_too_large",
    packs_one_file_many_times: ".docx broken unpacks_too_large",
    laughs_a_billion_times: ".docx defines_entities",
    expands_one_entity_often: ".docx defines_entities",
    reads_our_passwords: ".docx defines_entities",
    nests_tables_in_word: ".docx nested_too_deep",
    nests_html: ".html nested_too_deep",
    rst_that_multiplies: ".rst too_long",
    pdf_that_unpacks_to_a_gigabyte: ".pdf broken too_long too_slow too_much_memory",
    pdf_of_ten_million_pages: ".pdf too_many_pages",
    pdf_that_says_one_page_and_has_many: ".pdf too_many_pages broken",
    pdf_that_draws_itself: ".pdf broken empty scanned nested_too_deep",
    pdf_whose_pages_hold_themselves: ".pdf broken empty nested_too_deep too_many_pages",
    pdf_of_deep_brackets: ".pdf broken empty nested_too_deep",
    rst_nested_deep: ".rst nested_too_deep",
    text_of_one_endless_line: ".txt too_long",
    a_file_beyond_all_measure: ".md too_large",
    a_table_of_a_million_cells: ".html too_many_cells",
}


@pytest.mark.parametrize("bomb", REFUSED, ids=lambda bomb: bomb.__name__)
def test_a_bomb_is_refused_by_name_with_what_to_do(reader: SeparateReading, bomb: Callable[[], bytes]) -> None:
    ending, *codes = REFUSED[bomb].split()
    reading = read(reader, ending, bomb())
    assert reading.document is None
    assert reading.refused in codes
    assert reading.sentence.endswith(".")


def test_front_matter_that_multiplies_is_read_without_being_written_out(reader: SeparateReading) -> None:
    reading = read(reader, ".md", front_matter_that_multiplies())
    assert reading.document is not None
    assert reading.document.text == "Text."


def test_a_packed_file_within_a_document_is_not_opened(reader: SeparateReading) -> None:
    inner = docx(paragraph("what hides inside"))
    reading = read(reader, ".docx", docx(paragraph("The outside."), more={"word/embeddings/inner.docx": inner}))
    assert reading.document is not None
    assert reading.document.text == "The outside."


@pytest.mark.parametrize(
    "asks",
    [".. include:: /etc/passwd", ".. raw:: html\n   :file: /etc/passwd", ".. csv-table::\n   :file: /etc/passwd"],
)
def test_a_document_reads_no_other_file(reader: SeparateReading, asks: str) -> None:
    reading = read(reader, ".rst", f"Opening hours.\n\n{asks}\n".encode())
    assert reading.document is not None
    assert "root:" not in reading.document.text


@pytest.mark.parametrize(
    ("ending", "content", "code"),
    [
        (".pdf", locked_pdf(), "encrypted"),
        (".docx", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "encrypted"),
        (".pdf", scanned_pdf(), "scanned"),
        (".pdf", b"%PDF-1.7 and then nothing", "broken"),
        (".docx", b"PK\x03\x04 and then nothing", "broken"),
        (".docx", b"plain words", "broken"),
        (".pdf", b"plain words", "broken"),
        (".docx", pdf("words"), "other_format"),
        (".md", pdf("words"), "other_format"),
        (".html", docx(paragraph("words")), "other_format"),
        (".md", b"", "empty"),
        (".html", b"<html><body><script>1</script></body></html>", "empty"),
        (".docx", docx(""), "empty"),
        (".txt", b"\x00\x01\x02\x03", "not_text"),
        (".odt", b"PK\x03\x04", "old_format"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_apart(
    reader: SeparateReading, ending: str, content: bytes, code: str
) -> None:
    assert read(reader, ending, content).refused == code


def test_the_rest_of_a_folder_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Returns\n\nWithin 30 days.")
    (tmp_path / "b.docx").write_bytes(laughs_a_billion_times())
    (tmp_path / "c.pdf").write_bytes(scanned_pdf())
    (tmp_path / "d.docx").write_bytes(docx(paragraph("We deliver on Mondays.")))
    (tmp_path / "e.odt").write_bytes(b"PK")

    knowledge = read_knowledge(tmp_path)

    assert [document.key for document in knowledge.documents] == ["a.md", "d.docx"]
    assert [warning.split(": ")[0] for warning in knowledge.warnings] == [
        "kb/b.docx is left out",
        "kb/c.pdf is left out",
        "kb/e.odt is left out",
    ]
    assert "OCR" in knowledge.warnings[1]


@pytest.mark.parametrize("times", [9_000, 40_000])  # small enough to share a process, and not
def test_reading_takes_no_longer_than_is_allowed(times: int) -> None:
    with SeparateReading(replace(read_limits(), seconds=1), dawdles) as reader:
        slow = read(reader, ".md", b"It goes on " * times)
        after = read(reader, ".md", b"All is well.")
    assert slow.refused == "too_slow"
    assert after.document is not None


def test_reading_takes_no_more_memory_than_is_allowed() -> None:
    with SeparateReading(replace(read_limits(), memory_bytes=150_000_000, unpacked_bytes=10**10)) as reader:
        hungry = read(reader, ".docx", unpacks_to_a_gigabyte_of_noise())
        after = read(reader, ".md", b"All is well.")
    assert hungry.refused == "too_much_memory"
    assert after.document is not None


def test_a_good_file_after_a_bomb_is_read_as_ever(reader: SeparateReading) -> None:
    read(reader, ".html", nests_html())
    reading = read(reader, ".docx", docx(paragraph("All is well.")))
    assert reading.document is not None
