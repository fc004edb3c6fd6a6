"""Word documents keep headings, lists, tables and links."""

from __future__ import annotations

from backend.knowledge.intake.separate_process import SeparateReading
from tests.knowledge.files import docx, paragraph
from tests.knowledge.intake.formats.conftest import read


def test_a_word_document_keeps_headings_lists_tables_and_links(reader: SeparateReading) -> None:
    link = '<w:p><w:hyperlink r:id="shop"><w:r><w:t>Send it back</w:t></w:r></w:hyperlink></w:p>'
    cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("Austria", "5 euros"))
    head = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("Country", "Costs"))
    table = f"<w:tbl><w:tr>{head}</w:tr><w:tr>{cells}</w:tr></w:tbl>"
    document = read(reader, "returns.docx", docx(paragraph("Returns", "Heading1") + link + table))
    assert document.title == "Returns"
    assert document.text == (
        "# Returns\n\n[Send it back](https://shop.example/returns)\n\n"
        "| Country | Costs |\n| --- | --- |\n| Austria | 5 euros |"
    )
