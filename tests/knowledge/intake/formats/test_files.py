"""Word, PDF, web pages and reStructuredText become text that reads well, with nothing lost and nothing added."""

from __future__ import annotations

import re

import pytest

from backend.knowledge.intake.formats.files import NO_TITLE, SourceFile, read_source
from backend.knowledge.intake.formats.refusal import read_limits
from backend.knowledge.intake.separate_process import SeparateReading
from tests.knowledge.intake.formats.conftest import read


def test_front_matter_says_what_a_page_is_about_and_by_what_other_names_it_goes(reader: SeparateReading) -> None:
    matter = (
        "---\ntitle: Returns\nsummary: What to send back.\nredirect_from:\n  - /send-back/\n"
        "aliases:\n  - /back/\n  - Sending back\nlayout: wide\n"
        "faq:\n  - question: Who pays?\n    answer: We do.\n---\nWithin 30 days."
    )
    assert read(reader, "r.md", matter.encode()).text == (
        "What to send back.\n\nWithin 30 days.\n\n## Who pays?\n\nWe do.\n\n## Also found as\n\n- Sending back"
    )


@pytest.mark.parametrize("ending", [".csv", ".tsv"])
def test_a_table_of_a_file_keeps_its_rows(reader: SeparateReading, ending: str) -> None:
    rows = "Code;Name;Price\nFX-77;Widget;231,50\nFX-78;Gadget;12,00"
    assert read(reader, f"prices{ending}", rows.encode()).text == rows


@pytest.mark.parametrize("ending", [".md", ".txt", ".html", ".rst"])
def test_a_page_cannot_steer_the_terminal_that_shows_it(ending: str) -> None:
    steering = "Hello \x1b[31m and \x9b2J there"
    head = "<title>T\x1b]0;x\x07 \x9b</title>" if ending == ".html" else ""
    reading = read_source(SourceFile(f"a{ending}", ending, f"{head}{steering}\n".encode()), read_limits())
    assert reading.document is not None
    assert "Hello" in reading.document.text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", reading.document.title + reading.document.text)


@pytest.mark.parametrize(
    ("title", "is_name"),
    [
        ("EFT_Enrollment_Form", True),
        ("returns-policy-v3", True),
        ("scan0012", True),
        ("handbook.indd", True),
        ("Microsoft Word - returns.doc", True),
        ("Returns", False),
        ("Our returns, 2024", False),
        ("E-mail", False),
    ],
)
def test_the_name_of_a_file_is_no_title(title: str, is_name: bool) -> None:
    assert bool(NO_TITLE.fullmatch(title)) is is_name
