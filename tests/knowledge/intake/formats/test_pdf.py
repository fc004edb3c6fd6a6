"""PDFs keep their headings and lose what repeats on every page."""

from __future__ import annotations

import pytest

from backend.knowledge.intake.separate_process import SeparateReading
from tests.knowledge.files import pdf, pdf_of_objects, stream
from tests.knowledge.intake.formats.conftest import read


def test_a_pdf_keeps_its_headings_and_loses_what_repeats_on_every_page(reader: SeparateReading) -> None:
    pages = [
        f"Bicycle shop handbook\n{title}\n{text}\nPage {number} of 3"
        for number, (title, text) in enumerate(
            [("Returns", "Within 30 days."), ("Delivery", "Takes 3 days."), ("Repairs", "On Tuesdays.")], start=1
        )
    ]
    document = read(reader, "handbook.pdf", pdf(*pages, sizes=(9, 18)))
    assert document.text == "# Returns\n\nWithin 30 days.\n\n# Delivery\n\nTakes 3 days.\n\n# Repairs\n\nOn Tuesdays."


def drawn_with_a_wide_space(line: bytes) -> bytes:
    """Return a PDF that draws this line with a font whose space is said to be as wide as its letters."""
    return pdf_of_objects(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        stream(b"BT /F1 11 Tf 50 700 Td [%s] TJ ET" % line),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Body /FirstChar 32 /LastChar 32 /Widths [1000] >>",
    )


@pytest.mark.parametrize(
    ("line", "read_as"),
    [
        (b"(Send) -326 (it) -326 (back) -326 (soon)", "Send it back soon"),
        (b"(W) 80 (ait) -250 (a) -250 (week)", "Wait a week"),
        (b"(S) -200 (a) -200 (l) -200 (e)", "Sale"),
    ],
)
def test_words_that_only_a_gap_parts_are_words(reader: SeparateReading, line: bytes, read_as: str) -> None:
    assert read(reader, "a.pdf", drawn_with_a_wide_space(line)).text == read_as
