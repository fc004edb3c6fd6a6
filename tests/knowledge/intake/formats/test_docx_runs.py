"""Fields, readings, hidden and struck letters of a Word document are read as Word shows them."""

from __future__ import annotations

import pytest

from backend.knowledge.intake.separate_process import SeparateReading
from tests.knowledge.files import docx
from tests.knowledge.intake.formats.conftest import read


def run(text: str, mark: str = "") -> str:
    return f'<w:r><w:rPr>{mark}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def ruby(base: str, above: str) -> str:
    said = f"<w:rt>{run(above)}</w:rt><w:rubyBase>{run(base)}</w:rubyBase>"
    return f"<w:r><w:ruby><w:rubyPr/>{said}</w:ruby></w:r>"


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (run("Until ") + f'<w:fldSimple w:instr="DATE">{run("1 May")}</w:fldSimple>' + run("."), "Until 1 May."),
        (ruby("返品", "へんぴん") + run("します"), "返品(へんぴん)します"),
        (run("Seen") + run(" hidden", "<w:vanish/>"), "Seen"),
        (run("Seen") + run(" too", '<w:vanish w:val="0"/>'), "Seen too"),
        (run("9 ", "<w:dstrike/>") + run("5 euros"), "~~9~~ 5 euros"),
    ],
)
def test_runs_are_read_as_word_shows_them(reader: SeparateReading, runs: str, text: str) -> None:
    assert read(reader, "a.docx", docx(f"<w:p>{runs}</w:p>")).text == text
