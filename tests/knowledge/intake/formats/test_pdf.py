"""PDFs keep their headings and lose what repeats on every page."""

from __future__ import annotations

from backend.knowledge.intake.separate_process import SeparateReading
from tests.knowledge.files import pdf
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
